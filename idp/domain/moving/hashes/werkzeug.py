"""Werkzeug and Flask: `generate_password_hash` of every release (werkzeug.security). The salt is hashed as its text."""

from __future__ import annotations

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import notation
from idp.domain.factors.hash_notations.digests import keyed, salted
from idp.domain.factors.hash_notations.fields import bounded, number
from idp.domain.factors.hash_notations.key_derivation import scrypt
from idp.domain.moving.hashes.django import from_hex

_SCRYPT = ("32768", "8", "1")
_PBKDF2_ITERATIONS = "1000000"
"""What the present release uses where the method names none."""
_DIGESTS = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}


def convert(stored: str) -> str:
    """Return the hash in our notation. `stored`: method$salt$digest."""
    fields = stored.split("$")
    if len(fields) != 3:  # noqa: PLR2004  # method, salt, digest
        raise ForeignHashError("foreign_hash.unknown")
    method, *parameters = fields[0].split(":")
    salt, digest = bounded(fields[1].encode(errors="surrogatepass"), method, "salt"), from_hex(fields[2], method)
    return notation.write(_read(method, parameters, salt, digest))


def _read(method: str, parameters: list[str], salt: bytes, digest: bytes) -> ForeignHash:
    if method == "scrypt" and len(parameters) in {0, 3}:
        n, r, p = (number(each, method, "parameters") for each in parameters or _SCRYPT)
        return scrypt(n, r, p, salt, digest)
    if method == "pbkdf2" and len(parameters) in {0, 1, 2} and (parameters or ["sha256"])[0] in _DIGESTS - {"md5"}:
        iterations = number((parameters[1:] or [_PBKDF2_ITERATIONS])[0], method, "iterations")
        return ForeignHash(f"pbkdf2-{(parameters or ['sha256'])[0]}", (iterations, len(digest)), salt, digest)
    if method in _DIGESTS and not parameters:  # before Werkzeug 3: HMAC under the salt, or a bare digest without one
        return keyed(f"hmac-{method}", salt, digest) if salt else salted(method, b"{PASSWORD}", b"", digest)
    raise ForeignHashError("foreign_hash.unknown")
