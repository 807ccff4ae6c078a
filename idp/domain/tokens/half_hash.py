"""at_hash, c_hash and s_hash, which bind an ID Token to access token, code and state (OIDC Core §3.1.3.6, §3.3.2.11; FAPI 1.0 Part 2)."""

from __future__ import annotations

import base64
import hashlib


def half_hash(value: str, alg: str) -> str:
    """The left half of the hash of the value, base64url (OIDC Core §3.1.3.6).

    The hash is that of the algorithm: SHA-512 for Ed25519 (RFC 8032 §5.1), SHA-256 for the others.
    """
    digest = (hashlib.sha512 if alg == "Ed25519" else hashlib.sha256)(value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def fits_algorithm(digest: str, alg: str) -> bool:
    """Whether the stored half hash has the length of this algorithm. The client may have changed its algorithm since."""
    return len(digest) == len(half_hash("", alg))
