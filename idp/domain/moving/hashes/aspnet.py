"""ASP.NET Identity: the column `PasswordHash` of `AspNetUsers`, in base64 (Microsoft.Extensions.Identity.Core, PasswordHasher).

version 2    00, salt of 16 bytes, subkey of 32: PBKDF2 with SHA-1 and 1,000 iterations
version 3    01, function (0 SHA-1, 1 SHA-256, 2 SHA-512), iterations, bytes of the salt, each in 4 bytes; salt; subkey
"""

from __future__ import annotations

import struct

from idp.domain.factors.foreign_hash import ForeignHash
from idp.domain.factors.hash_notations import key_derivation
from idp.domain.factors.hash_notations.fields import bounded, decode, malformed

_NAME = "aspnet"
_FUNCTIONS = {0: "pbkdf2-sha1", 1: "pbkdf2-sha256", 2: "pbkdf2-sha512"}
_HEAD = struct.Struct(">BIII")
_V2 = (1 + 16 + 32, 1000)
_LEAST_SALT = 16
"""PasswordHasher refuses shorter salts and subkeys."""


def convert(stored: str) -> str:
    """Return the hash in our notation."""
    found = decode(stored, _NAME, "form")
    if found[:1] == b"\0" and len(found) == _V2[0]:
        return _pbkdf2("pbkdf2-sha1", _V2[1], found[1:17], found[17:])
    if found[:1] != b"\1" or len(found) < _HEAD.size:
        raise malformed(_NAME, "version")
    _, function, iterations, size = _HEAD.unpack_from(found)
    salt, subkey = found[_HEAD.size : _HEAD.size + size], found[_HEAD.size + size :]
    if function not in _FUNCTIONS or not iterations or size < _LEAST_SALT or len(salt) != size:
        raise malformed(_NAME, "form")
    return _pbkdf2(_FUNCTIONS[function], iterations, salt, subkey)


def _pbkdf2(name: str, iterations: int, salt: bytes, subkey: bytes) -> str:
    bounded(subkey, _NAME, "digest")
    return key_derivation.write_pbkdf2(ForeignHash(name, (iterations, len(subkey)), salt, subkey))
