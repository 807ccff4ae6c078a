"""Django: the column `password` of `auth_user` (django.contrib.auth.hashers), of every hasher that Django has or had, except DES crypt."""

from __future__ import annotations

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import notation
from idp.domain.factors.hash_notations.digests import PASSWORD, SALT, salted
from idp.domain.factors.hash_notations.fields import bounded, decode, malformed, number
from idp.domain.factors.hash_notations.key_derivation import scrypt

_PBKDF2 = {"pbkdf2_sha256": "pbkdf2-sha256", "pbkdf2_sha1": "pbkdf2-sha1"}
_MD5_DIGITS = 32


def convert(stored: str) -> str | None:
    """Return the hash in our notation. None: the person has no password (`!…`, or empty)."""
    if not stored or stored.startswith("!"):
        return None
    name, _, rest = stored.partition("$")
    if name == "argon2":
        return f"${rest}"
    if name == "bcrypt":
        return rest
    if name == "bcrypt_sha256":
        return f"$bcrypt-hex-sha256{rest}"
    return notation.write(_read(name, rest))


def _read(name: str, rest: str) -> ForeignHash:
    fields = rest.split("$")
    if name in _PBKDF2 and len(fields) == 3:  # noqa: PLR2004  # iterations, salt, digest
        digest = decode(fields[2], name, "digest")
        return ForeignHash(_PBKDF2[name], (number(fields[0], name, "iterations"), len(digest)), _text(fields[1], name), digest)
    if name == "scrypt" and len(fields) == 5:  # noqa: PLR2004  # N, salt, r, p, digest
        n, r, p = (number(fields[place], name, "parameters") for place in (0, 2, 3))
        return scrypt(n, r, p, _text(fields[1], name), decode(fields[4], name, "digest"))
    if name in {"md5", "sha1"} and len(fields) == 2:  # noqa: PLR2004  # salt, digest; an empty salt is that of unsalted_md5 and unsalted_sha1
        return salted(name, SALT + PASSWORD, _text(fields[0], name), from_hex(fields[1], name))
    if not rest and len(name) == _MD5_DIGITS:  # unsalted_md5 before Django 1.4 had no name
        return salted("md5", PASSWORD, b"", from_hex(name, "md5"))
    raise ForeignHashError("foreign_hash.unknown")


def _text(salt: str, scheme: str) -> bytes:
    """Return the salt as its text is hashed: it is not encoded."""
    return bounded(salt.encode(errors="surrogatepass"), scheme, "salt")


def from_hex(text: str, scheme: str) -> bytes:
    """Return the bytes of a digest in hex."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise malformed(scheme, "digest") from None
