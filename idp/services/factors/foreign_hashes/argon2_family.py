"""Argon2i, Argon2d and Argon2id (RFC 9106) with any parameters and either version, by the low level of argon2-cffi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

if TYPE_CHECKING:
    from idp.domain.factors.foreign_hash import ForeignHash

_TYPES = {"argon2i": Type.I, "argon2d": Type.D, "argon2id": Type.ID}


def digest(it: ForeignHash, password: bytes) -> bytes:
    """See `schemes.digest`."""
    memory, passes, lanes, version, length = it.cost
    try:
        return hash_secret_raw(password, it.salt, passes, memory, lanes, length, _TYPES[it.scheme], version)
    except HashingError as refused:
        raise ValueError(str(refused)) from refused
