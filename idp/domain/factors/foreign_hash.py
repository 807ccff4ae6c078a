"""A password hash that another system made, in parts. `hash_notations` reads it from text, `foreign_hash_cost` bounds its work.

Schemes: bcrypt, bcrypt-hex-sha256 (Django), wp-bcrypt (WordPress), scrypt, firescrypt (Firebase), pbkdf2-sha1 … pbkdf2-sha512, argon2i,
argon2d, argon2id, sha256-crypt, sha512-crypt, md5-crypt, apr1, phpass, md5, sha1 … sha512, hmac-md5 … hmac-sha512.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.domain.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

FAST = 5.0
"""Milliseconds. A hash that is checked faster is stored only inside an Argon2id hash (`ForeignHash.wrapped_in`)."""
WRAPPED = "wrapped-"
"""The beginning of the label of a hash that is wrapped."""
_SALT = 16
_PATTERN = b"{SALT}{PASSWORD}"
_FIREBASE_KEY = bytes(64)


class ForeignHashError(InvalidValue):
    """A hash is refused: its form is unknown, a part is malformed, or checking it would take too much."""


@dataclass(frozen=True, slots=True)
class ForeignHash:
    """A hash in parts.

    `cost`: what decides its work:
        bcrypt, bcrypt-hex-sha256, wp-bcrypt, phpass   logarithm of the rounds
        scrypt                                         N, r, p, bytes of the digest
        firescrypt                                     logarithm of N, r, p
        pbkdf2-…                                       iterations, bytes of the digest
        argon2…                                        KiB, passes, lanes, version, bytes of the digest
        sha256-crypt, sha512-crypt                     rounds
    `salt`, `digest`: bytes; ASCII as it is written for sha…-crypt, md5-crypt, apr1 and phpass.
    `more`: the pattern of md5 … sha512; the key of hmac-…; salt separator and signer key of firescrypt.
    `wrapped_in`: an Argon2id hash of the digest in hex. The digest itself is empty then.
    """

    scheme: str
    cost: tuple[int, ...] = ()
    salt: bytes = b""
    digest: bytes = field(default=b"", repr=False)
    more: tuple[bytes, ...] = field(default=(), repr=False)
    wrapped_in: str = field(default="", repr=False)

    @property
    def label(self) -> str:
        """Scheme and cost, such as `bcrypt:12`. Hashes with the same label take the same time. It tells nothing about a person."""
        wrapped = WRAPPED if self.wrapped_in else ""
        return f"{wrapped}{self.scheme}:{','.join(map(str, self.cost))}"


def scheme_of_label(label: str) -> str:
    """Return the name of the scheme, such as `bcrypt` or `wrapped-md5`."""
    return label.partition(":")[0]


def decoy(label: str, randbytes: Callable[[int], bytes], argon2id: str) -> ForeignHash:
    """Return a hash with this label that no password has. `argon2id`: a hash of ours that no password has, for a wrapped one.

    Raises:
        ValueError: the label is malformed.
    """
    name, _, costs = label.partition(":")
    scheme, cost = name.removeprefix(WRAPPED), tuple(map(int, filter(None, costs.split(","))))
    written = _characters if scheme in {"sha256-crypt", "sha512-crypt", "md5-crypt", "apr1", "phpass"} else bytes
    salt = written(randbytes(8 if written is _characters else _SALT))
    more: tuple[bytes, ...] = ()
    if scheme == "firescrypt":
        more = (b"\0", _FIREBASE_KEY)
    elif scheme.startswith("hmac-"):
        more = (randbytes(_SALT),)
    elif scheme in {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}:
        more = (_PATTERN,)
    if name.startswith(WRAPPED):
        return ForeignHash(scheme, cost, salt, b"", more, argon2id)
    return ForeignHash(scheme, cost, salt, written(randbytes(_digest_bytes(scheme, cost))), more)


def _digest_bytes(scheme: str, cost: tuple[int, ...]) -> int:
    """Return the bytes of a digest as `ForeignHash.digest` has it."""
    if scheme.startswith(("scrypt", "pbkdf2-", "argon2")):
        return cost[-1]
    return {"firescrypt": len(_FIREBASE_KEY), "sha256-crypt": 43, "sha512-crypt": 86, "md5-crypt": 22, "apr1": 22, "phpass": 22}.get(
        scheme, 23
    )


def _characters(some: bytes) -> bytes:
    """Return characters that a salt of the crypt family may have."""
    alphabet = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return bytes(alphabet[each % 64] for each in some)
