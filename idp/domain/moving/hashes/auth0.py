"""Auth0: `custom_password_hash` of its import JSON ("Bulk User Import Database Schema"). `password_hash` is bcrypt in our notation already.

argon2, bcrypt, ldap, pbkdf2     `hash.value` has everything
scrypt                           `hash`, `salt`, `keylen`, `cost`, `blockSize`, `parallelization`
md5, sha1, sha256, sha512        `hash`, and `salt` with its `position`
hmac                             `hash` with `digest` and `key`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import digests, notation
from idp.domain.factors.hash_notations.fields import bounded, decode, malformed, number
from idp.domain.factors.hash_notations.key_derivation import scrypt
from idp.domain.moving.hashes.django import from_hex

_WHOLE = {"argon2", "bcrypt", "ldap", "pbkdf2"}
_SCRYPT = {"cost": 16384, "blockSize": 8, "parallelization": 1}
_DIGESTS = {"md5", "sha1", "sha256", "sha512"}
_PATTERNS = {"prefix": b"{SALT}{PASSWORD}", "suffix": b"{PASSWORD}{SALT}"}


def convert(given: Mapping[str, Any]) -> str:
    """Return the hash in our notation. `given`: the object."""
    name = str(given.get("algorithm", ""))[:40]
    if _object(given.get("password")).get("encoding", "utf8") not in {"utf8", "ascii"}:
        raise ForeignHashError("foreign_hash.not_supported", scheme=name)
    hashed = _object(given.get("hash"))
    if name in _WHOLE:
        return _text(hashed.get("value"), name)
    digest = bounded(_bytes(hashed, name, "hex" if name in _DIGESTS else ""), name, "digest")
    return notation.write(_read(name, given, hashed, digest))


def _read(name: str, given: Mapping[str, Any], hashed: Mapping[str, Any], digest: bytes) -> ForeignHash:
    salt = _object(given.get("salt"))
    if name == "scrypt":
        n, r, p = (number(str(given.get(each, default)), name, each) for each, default in _SCRYPT.items())
        if given.get("keylen", len(digest)) != len(digest):
            raise malformed(name, "keylen")
        return scrypt(n, r, p, _bytes(salt, name, "utf8") if salt else b"", digest)
    if name in _DIGESTS:
        pattern = _PATTERNS.get(str(salt.get("position", "prefix")))
        if pattern is None:
            raise malformed(name, "position")
        return (
            digests.salted(name, pattern, _bytes(salt, name, "utf8"), digest)
            if salt
            else digests.salted(name, digests.PASSWORD, b"", digest)
        )
    scheme = f"hmac-{hashed.get('digest')}"
    if name == "hmac" and scheme in digests.HMACS:
        return digests.keyed(scheme, _bytes(_object(hashed.get("key")), name, "utf8"), digest)
    raise ForeignHashError("foreign_hash.not_supported", scheme=name)


def _bytes(of: Mapping[str, Any], scheme: str, default: str) -> bytes:
    """Decode `value` by `encoding`."""
    text, encoding = _text(of.get("value"), scheme), of.get("encoding", default)
    if encoding == "hex":
        return from_hex(text, scheme)
    if encoding == "base64":
        return decode(text, scheme, "value")
    if encoding == "utf8":
        return bounded(text.encode(errors="surrogatepass"), scheme, "value")
    raise malformed(scheme, "encoding")


def _object(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise malformed("auth0", "custom_password_hash")
    return value


def _text(value: Any, scheme: str) -> str:
    if not isinstance(value, str):
        raise malformed(scheme, "value")
    return value
