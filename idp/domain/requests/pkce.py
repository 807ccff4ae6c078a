"""Proof Key for Code Exchange: RFC 7636, S256 only (RFC 9700 §2.1.1, OWASP ASVS 10.4.6).

This module checks challenges and verifiers. `idp.oauth` decides whether a client must use PKCE.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from idp.domain.message import Message

METHODS = ("S256",)

# RFC 7636 §4.2: BASE64URL-ENCODE(SHA256(...)) of 32 octets, without padding, is 43 characters.
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
# RFC 7636 §4.1: code-verifier = 43*128unreserved. Always fullmatch: `$` would let a trailing newline pass.
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


def challenge_problem(challenge: str | None, method: str | None) -> Message | None:
    """Return what is wrong with the challenge of a request, or None.

    Call it if the client must use PKCE, and also if either parameter was sent: one without the other is invalid.
    """
    if not challenge:
        return Message("pkce.challenge_missing")
    # RFC 7636 §4.3: the method "defaults to plain if not present in the request". Plain is not supported, so it must be named.
    if method is None:
        return Message("pkce.method_missing")
    if method not in METHODS:
        return Message("pkce.method_unsupported")
    if not _CHALLENGE.fullmatch(challenge):
        return Message("pkce.challenge_malformed")
    return None


def verifier_matches(verifier: str, challenge: str) -> bool:
    """Return whether they match (RFC 7636 §4.6). A verifier of the wrong form never matches, nor does an empty one (RFC 7636 §4.1)."""
    if not _VERIFIER.fullmatch(verifier) or not _CHALLENGE.fullmatch(challenge):
        return False
    return hmac.compare_digest(challenge_of(verifier), challenge)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge: BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
