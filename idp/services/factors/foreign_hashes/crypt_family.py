"""SHA-crypt, MD5-crypt, apr1 and phpass, by libpass, whose package is named passlib. Python 3.13 has no module crypt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from passlib.handlers.md5_crypt import apr_md5_crypt, md5_crypt
from passlib.handlers.phpass import phpass
from passlib.handlers.sha2_crypt import sha256_crypt, sha512_crypt

if TYPE_CHECKING:
    from idp.domain.factors.foreign_hash import ForeignHash

LONGEST = 256
"""Bytes of a password. Each round hashes all of it, so a long one would take seconds (threats R-08). crypt(3) of Linux stops at 511."""
_HANDLERS: dict[str, Any] = {
    "sha256-crypt": sha256_crypt, "sha512-crypt": sha512_crypt, "md5-crypt": md5_crypt, "apr1": apr_md5_crypt, "phpass": phpass,
}  # fmt: skip
_DIGITS = 22
"""Characters of a digest of phpass, which follows the salt without a separator."""


def digest(it: ForeignHash, password: bytes) -> bytes | None:
    """See `schemes.digest`."""
    settings = {"salt": it.salt.decode(), **({"rounds": it.cost[0]} if it.cost else {})}
    made: str = _HANDLERS[it.scheme].using(**settings).hash(password[:LONGEST].replace(b"\0", b"?"))
    found = made[-_DIGITS:] if it.scheme == "phpass" else made.rpartition("$")[2]
    return None if b"\0" in password or len(password) > LONGEST else found.encode()
