"""Reads a foreign hash from text, and writes it in the one notation in which it is stored.

A hash that is checked fast is stored without its digest, inside an Argon2id hash of the digest:

    $wrapped$<scheme>$<costs>$<salt>$<more>$argon2id$v=19$m=…,t=…,p=…$<salt>$<digest>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.foreign_hash_cost import require_affordable
from idp.domain.factors.hash_notations import bcrypt, crypt_family, digests, key_derivation
from idp.domain.factors.hash_notations.fields import decode, malformed, number, padded

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1536
"""Characters of a hash. Firebase's with its key has about 300."""
WRAPPED = "$wrapped$"
_READ: dict[str, Callable[[str, list[str]], ForeignHash]] = {
    **dict.fromkeys(("2a", "2b", "2y", "2x", *bcrypt.NAMES), bcrypt.read),
    "scrypt": key_derivation.read_scrypt,
    "firescrypt": key_derivation.read_firescrypt,
    **dict.fromkeys(key_derivation.PBKDF2, key_derivation.read_pbkdf2),
    "pbkdf2": lambda _, rest: key_derivation.read_pbkdf2("pbkdf2-sha1", rest),  # passlib's name
    **dict.fromkeys(key_derivation.ARGON2, key_derivation.read_argon2),
    **dict.fromkeys(crypt_family.SHA_CRYPT, crypt_family.read_sha_crypt),
    **dict.fromkeys(crypt_family.MD5_CRYPT, crypt_family.read_md5_crypt),
    **dict.fromkeys(crypt_family.PHPASS, crypt_family.read_phpass),
    **dict.fromkeys(digests.DIGESTS, digests.read_digest),
    **dict.fromkeys(digests.HMACS, digests.read_hmac),
}
_WRITE: dict[str, Callable[[ForeignHash], str]] = {
    **dict.fromkeys(("bcrypt", *bcrypt.NAMES.values()), bcrypt.write),
    "scrypt": key_derivation.write_scrypt,
    "firescrypt": key_derivation.write_firescrypt,
    **dict.fromkeys(key_derivation.PBKDF2, key_derivation.write_pbkdf2),
    **dict.fromkeys(key_derivation.ARGON2, key_derivation.write_argon2),
    **dict.fromkeys(("sha256-crypt", "sha512-crypt", "md5-crypt", "apr1", "phpass"), crypt_family.write),
    **dict.fromkeys(digests.DIGESTS, digests.write_digest),
    **dict.fromkeys(digests.HMACS, digests.write_hmac),
}
_COSTS = {
    "bcrypt": 1,
    "bcrypt-hex-sha256": 1,
    "wp-bcrypt": 1,
    "phpass": 1,
    "scrypt": 4,
    "firescrypt": 3,
    "sha256-crypt": 1,
    "sha512-crypt": 1,
}


def read(text: str) -> ForeignHash:
    """Read a hash in any known notation.

    Raises:
        ForeignHashError: the notation is unknown, a part is malformed, or a check would take too much.
    """
    if len(text) > LONGEST or not text.isascii():
        raise ForeignHashError("foreign_hash.unknown")
    if text.startswith("{"):
        found = digests.read_ldap(text)
        if isinstance(found, ForeignHash):
            return found
        text = found
    nothing, _, named = text.partition("$")
    name, *rest = named.split("$")
    if text.startswith(WRAPPED):
        found = _read_wrapped(text)
    elif nothing or name not in _READ:
        raise ForeignHashError("foreign_hash.unknown")
    else:
        found = _READ[name](name, rest)
    require_affordable(found)
    return found


def write(it: ForeignHash) -> str:
    """Write a hash in the notation in which it is stored."""
    if it.wrapped_in:
        more = ".".join(padded(each) for each in it.more)
        return f"{WRAPPED}{it.scheme}${','.join(map(str, it.cost))}${padded(it.salt)}${more}{it.wrapped_in}"
    return _WRITE[it.scheme](it)


def _read_wrapped(text: str) -> ForeignHash:
    """Read a hash inside an Argon2id hash."""
    scheme, costs, salt, more, inside = [*text.removeprefix(WRAPPED).split("$", 4), "", "", "", ""][:5]
    expected = _COSTS.get(scheme, 2 if scheme.startswith("pbkdf2-") else 5 if scheme.startswith("argon2") else 0)
    cost = tuple(number(each, scheme, "cost", least=0) for each in costs.split(",") if costs)
    if scheme not in _WRITE or len(cost) != expected or not inside.startswith("argon2id$"):
        raise malformed("wrapped", "form")
    parts = tuple(decode(each, scheme, "part") for each in more.split(".")) if more else ()
    if len(parts) != (2 if scheme == "firescrypt" else 1 if scheme in {*digests.DIGESTS, *digests.HMACS} else 0):
        raise malformed("wrapped", "form")
    require_affordable(key_derivation.read_argon2("argon2id", inside.split("$")[1:]))
    return ForeignHash(scheme, cost, decode(salt, scheme, "salt"), b"", parts, f"${inside}")
