"""base64url without padding, in its canonical form (RFC 7515 §2, RFC 4648 §3.5)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode


def decode(text: str) -> bytes:
    """Decode a text. Python's decoder ignores unknown characters, so a text that is not equal to its decoded and encoded form is refused.

    Raises:
        ValueError: padding, white space, other characters, or bits after the last byte.
    """
    given = text.encode("ascii")
    found = urlsafe_b64decode(given + b"=" * (-len(given) % 4))
    if urlsafe_b64encode(found).rstrip(b"=") != given:
        raise ValueError("not base64url")
    return found


def encode(value: bytes) -> str:
    """Encode bytes, without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
