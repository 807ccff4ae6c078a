"""at_hash, c_hash, s_hash: what binds an ID Token to what came with it (OIDC Core §3.1.3.6, §3.3.2.11; FAPI 1.0 Part 2 §5.1.1)."""

from __future__ import annotations

import base64
import hashlib


def half_hash(value: str, alg: str) -> str:
    """The left half of the hash of the value, base64url. The hash is the algorithm's own: SHA-512 for Ed25519, SHA-256 for the others.

    See OIDC Core §3.1.3.6, RFC 8032 §5.1.
    """
    digest = (hashlib.sha512 if alg == "Ed25519" else hashlib.sha256)(value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def made_for(digest: str, alg: str) -> bool:
    """Whether it is a half hash of this algorithm's kind: a client may have changed its algorithm since it was kept."""
    return len(digest) == len(half_hash("", alg))
