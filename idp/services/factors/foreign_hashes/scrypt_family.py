"""scrypt (RFC 7914) by hashlib, and Firebase's scrypt, whose key then encrypts the project's signer key by AES-256 in counter mode."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from idp.domain.factors.foreign_hash_cost import MOST_KIB

if TYPE_CHECKING:
    from idp.domain.factors.foreign_hash import ForeignHash

_MEMORY = MOST_KIB * 1024 + (1 << 20)
"""OpenSSL's limit is 32 MiB when none is given. It counts some bytes besides those of N and r."""
_KEY = 32


def digest(it: ForeignHash, password: bytes) -> bytes:
    """See `schemes.digest`."""
    if it.scheme == "firescrypt":
        logarithm, r, p = it.cost
        separator, signer_key = it.more
        return _encrypt(_scrypt(password, it.salt + separator, (2**logarithm, r, p, _KEY)), signer_key)
    return _scrypt(password, it.salt, it.cost)


def _scrypt(password: bytes, salt: bytes, cost: tuple[int, ...]) -> bytes:
    n, r, p, length = cost
    return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=length)


def _encrypt(key: bytes, plain: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()  # one key for each salt, so Firebase's counter begins at 0
    return encryptor.update(plain) + encryptor.finalize()
