"""PBKDF2 (RFC 8018), one run of a hash function, and HMAC, by hashlib."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from idp.domain.factors.hash_notations.digests import PASSWORD, SALT

if TYPE_CHECKING:
    from idp.domain.factors.foreign_hash import ForeignHash


def digest(it: ForeignHash, password: bytes) -> bytes:
    """See `schemes.digest`."""
    kind, _, name = it.scheme.partition("-")
    if kind == "pbkdf2":
        iterations, length = it.cost
        return hashlib.pbkdf2_hmac(name, password, it.salt, iterations, length)
    if kind == "hmac":
        return hmac.digest(it.more[0], password, name)
    return hashlib.new(it.scheme, _fill(it.more[0], password, it.salt), usedforsecurity=False).digest()


def _fill(pattern: bytes, password: bytes, salt: bytes) -> bytes:
    """Fill the pattern. The password is not searched for a placeholder, nor the salt."""
    return password.join(part.replace(SALT, salt) for part in pattern.split(PASSWORD))
