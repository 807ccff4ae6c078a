"""The key of an imported authenticator app, checked."""

from __future__ import annotations

import base64
import binascii

from idp.domain.factors.totp import ALGORITHMS, LENGTHS, PERIODS
from idp.domain.moving.person import ImportedTotp, RowError

_SHORTEST = 10
_LONGEST = 128


def totp(secret: bytes, *, algorithm: str, digits: int, period: int) -> ImportedTotp:
    """Return the authenticator. `algorithm`: such as SHA1, SHA-1 or HmacSHA1. `period`: seconds.

    Raises:
        RowError: no code can be checked with it here, or the key is too short or too long.
    """
    name = algorithm.upper().removeprefix("HMAC").replace("-", "")
    if name not in ALGORITHMS or digits not in LENGTHS or period not in PERIODS:
        raise RowError("moving.totp_not_supported")
    if not _SHORTEST <= len(secret) <= _LONGEST:
        raise RowError("moving.totp_secret_malformed")
    return ImportedTotp(secret, name, period, digits)


def from_base32(text: str) -> bytes:
    """Return the bytes of a key in base32, in either case, with or without spaces and padding."""
    digits = text.replace(" ", "").rstrip("=").upper()
    try:
        return base64.b32decode(digits + "=" * (-len(digits) % 8))
    except (binascii.Error, ValueError):
        raise RowError("moving.totp_secret_malformed") from None
