"""scrypt, Firebase's scrypt, PBKDF2 and Argon2.

$scrypt$ln=16384,r=8,p=1$<salt>$<digest>                          Kratos: ln is N. Up to 31 it is N's logarithm, as in PHC strings
$firescrypt$ln=14,r=8,p=1$<salt>$<digest>$<separator>$<key>       ln: Firebase's mem_cost; r: its rounds
$pbkdf2-sha256$i=600000,l=32$<salt>$<digest>                      also Auth0's keylen= for l=, and passlib's $pbkdf2-sha256$29000$…
$argon2id$v=19$m=65536,t=3,p=4$<salt>$<digest>                    RFC 9106; without v it is version 16
"""

from __future__ import annotations

import re

from idp.domain.factors.foreign_hash import ForeignHash
from idp.domain.factors.hash_notations.fields import decode, malformed, named, number, padded, unpadded

PBKDF2 = {"pbkdf2-sha1", "pbkdf2-sha224", "pbkdf2-sha256", "pbkdf2-sha384", "pbkdf2-sha512"}
ARGON2 = {"argon2i", "argon2d", "argon2id"}
_VERSIONS = {"v=16": 16, "v=19": 19}
_MOST_LOGARITHM = 31
_LEAST_SALT = 8
"""Bytes, of Argon2 (RFC 9106 §3.1)."""
_LEAST_FIELDS = 3


def read_scrypt(name: str, rest: list[str]) -> ForeignHash:
    """Read `$scrypt$…`."""
    if len(rest) != _LEAST_FIELDS:
        raise malformed(name, "form")
    n, r, p = named(rest[0], name, "ln", "r", "p")
    salt, digest = decode(rest[1], name, "salt"), decode(rest[2], name, "digest")
    return scrypt(2**n if n <= _MOST_LOGARITHM else n, r, p, salt, digest)


def scrypt(n: int, r: int, p: int, salt: bytes, digest: bytes) -> ForeignHash:
    """Return a hash of RFC 7914 §6, which bounds N: a power of two, above 1 and below 2^(16·r); and r·p below 2^30."""
    power = n > 1 and n & (n - 1) == 0
    if not power or n.bit_length() > 16 * r or r * p >= 2**30:
        raise malformed("scrypt", "parameters")
    return ForeignHash("scrypt", (n, r, p, len(digest)), salt, digest)


def write_scrypt(it: ForeignHash) -> str:
    """Write it as Kratos does."""
    n, r, p, _ = it.cost
    return f"$scrypt$ln={n},r={r},p={p}${padded(it.salt)}${padded(it.digest)}"


def read_firescrypt(name: str, rest: list[str]) -> ForeignHash:
    """Read `$firescrypt$…`."""
    if len(rest) != 5:  # noqa: PLR2004  # parameters, salt, digest, separator, key
        raise malformed(name, "form")
    logarithm, r, p = named(rest[0], name, "ln", "r", "p")
    salt, digest, separator, key = (
        decode(text, name, part) for text, part in zip(rest[1:], ("salt", "digest", "salt separator", "signer key"), strict=True)
    )
    scrypt(2 ** min(logarithm, _MOST_LOGARITHM), r, p, salt, digest)  # for its bounds
    if len(digest) != len(key):
        raise malformed(name, "digest")
    return ForeignHash(name, (logarithm, r, p), salt, digest, (separator, key))


def write_firescrypt(it: ForeignHash) -> str:
    """Write it."""
    logarithm, r, p = it.cost
    separator, key = it.more
    return "$".join(["", it.scheme, f"ln={logarithm},r={r},p={p}", *map(padded, (it.salt, it.digest, separator, key))])


def read_pbkdf2(name: str, rest: list[str]) -> ForeignHash:
    """Read `$pbkdf2-…$…`."""
    if len(rest) != _LEAST_FIELDS:
        raise malformed(name, "form")
    passlib = rest[0].isdecimal()
    salt, digest = (decode(text, name, part, passlib=passlib) for text, part in ((rest[1], "salt"), (rest[2], "digest")))
    if passlib:
        return ForeignHash(name, (number(rest[0], name, "iterations"), len(digest)), salt, digest)
    iterations, length = named(re.sub("keylen=|dkLen=", "l=", rest[0]), name, "i", "l")
    if length != len(digest):
        raise malformed(name, "digest")
    return ForeignHash(name, (iterations, length), salt, digest)


def write_pbkdf2(it: ForeignHash) -> str:
    """Write it."""
    return f"${it.scheme}$i={it.cost[0]},l={it.cost[1]}${unpadded(it.salt)}${unpadded(it.digest)}"


def read_argon2(name: str, rest: list[str]) -> ForeignHash:
    """Read `$argon2…$…`."""
    version = _VERSIONS.get(rest[0], 0) if len(rest) == _LEAST_FIELDS + 1 else 16 if len(rest) == _LEAST_FIELDS else 0
    if not version:
        raise malformed(name, "version")
    memory, passes, lanes = named(rest[-3], name, "m", "t", "p")
    salt, digest = decode(rest[-2], name, "salt"), decode(rest[-1], name, "digest")
    if memory < 8 * lanes or len(salt) < _LEAST_SALT:
        raise malformed(name, "parameters")
    return ForeignHash(name, (memory, passes, lanes, version, len(digest)), salt, digest)


def write_argon2(it: ForeignHash) -> str:
    """Write it."""
    memory, passes, lanes, version, _ = it.cost
    return f"${it.scheme}$v={version}$m={memory},t={passes},p={lanes}${unpadded(it.salt)}${unpadded(it.digest)}"
