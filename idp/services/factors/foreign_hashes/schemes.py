"""Which module computes the digest of which scheme. It is imported when such a hash is checked, so other sign-ins load none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from idp.domain.factors.foreign_hash import ForeignHash

_MODULES = {
    "bcrypt": "bcrypt_family", "bcrypt-hex-sha256": "bcrypt_family", "wp-bcrypt": "bcrypt_family",
    "scrypt": "scrypt_family", "firescrypt": "scrypt_family",
    "argon2i": "argon2_family", "argon2d": "argon2_family", "argon2id": "argon2_family",
    "sha256-crypt": "crypt_family", "sha512-crypt": "crypt_family", "md5-crypt": "crypt_family", "apr1": "crypt_family",
    "phpass": "crypt_family",
}  # fmt: skip
"""All others need only hashlib: PBKDF2, digests and HMAC."""


class _Family(Protocol):
    def digest(self, it: ForeignHash, password: bytes) -> bytes | None:
        """See `digest`."""
        ...


def digest(it: ForeignHash, password: bytes) -> bytes | None:
    """Return the digest that the scheme computes from the password with the cost and salt of the hash.

    None: the scheme cannot have made a hash of such a password, for example of one with a NUL. The same work was done.

    Raises:
        ValueError: the library refuses the parameters.
    """
    module = import_module(f"idp.services.factors.foreign_hashes.{_MODULES.get(it.scheme, 'hashlib_family')}")
    return cast("_Family", module).digest(it, password)
