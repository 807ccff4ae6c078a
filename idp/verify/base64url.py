"""base64url without padding, in its one spelling (RFC 7515 §2, RFC 4648 §3.5)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode


def decode(text: str) -> bytes:
    """The bytes. Python's decoder skips what it does not know; what does not come out again as it was is refused here.

    Raises:
        ValueError: padding, white space, other characters, or bits beyond the last byte.
    """
    given = text.encode("ascii")
    found = urlsafe_b64decode(given + b"=" * (-len(given) % 4))
    if urlsafe_b64encode(found).rstrip(b"=") != given:
        raise ValueError("not base64url")
    return found


def encode(value: bytes) -> str:
    """The text."""
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
