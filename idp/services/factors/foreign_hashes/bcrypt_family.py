"""bcrypt, by the package of that name."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

import bcrypt

from idp.domain.factors.hash_notations import bcrypt as notation

if TYPE_CHECKING:
    from idp.domain.factors.foreign_hash import ForeignHash

LONGEST = 72
"""Bytes that bcrypt uses. The systems that made these hashes truncated longer passwords; the package refuses them."""
_DIGITS = 31


def digest(it: ForeignHash, password: bytes) -> bytes | None:
    """See `schemes.digest`."""
    if it.scheme == "bcrypt-hex-sha256":
        password = hashlib.sha256(password).hexdigest().encode()
    elif it.scheme == "wp-bcrypt":  # wp-includes/pluggable.php: a prefix that separates domains is the key
        password = base64.b64encode(hmac.digest(b"wp-sha384", password, "sha384"))
    salt = f"$2b${it.cost[0]:02}${notation.encode(it.salt)}".encode()
    made = bcrypt.hashpw(password.replace(b"\0", b"?")[:LONGEST], salt)
    return None if b"\0" in password else notation.decode(made[-_DIGITS:].decode())
