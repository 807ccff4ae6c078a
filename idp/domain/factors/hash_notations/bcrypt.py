"""bcrypt: `$2b$<cost>$<22 characters of salt><31 of the digest>`, and two schemes around it.

`$2a$` and `$2y$` are the same function (crypt_blowfish 1.1 and later). `$2x$` marks hashes of a faulty one and is refused.
`$bcrypt-hex-sha256$2b$…`: of the SHA-256 digest in hex, as Django's bcrypt_sha256. `$wp$2y$…`: WordPress 6.8 and later.
"""

from __future__ import annotations

import base64
import re

from idp.domain.factors.foreign_hash import ForeignHash
from idp.domain.factors.hash_notations.fields import malformed

_ORDER = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64, _FROM_BASE64 = str.maketrans(_ORDER, _BASE64), str.maketrans(_BASE64, _ORDER)
_COST = re.compile(r"0[4-9]|[12][0-9]|3[01]", re.ASCII)
_BODY = re.compile(r"[./A-Za-z0-9]{53}", re.ASCII)
_SALT_CHARACTERS = 22
NAMES = {"bcrypt-hex-sha256": "bcrypt-hex-sha256", "wp": "wp-bcrypt"}
_WRITTEN = {"bcrypt": "$2b", "bcrypt-hex-sha256": "$bcrypt-hex-sha256$2b", "wp-bcrypt": "$wp$2y"}


def read(name: str, rest: list[str]) -> ForeignHash:
    """Read one. `name`: 2a, 2b, 2y, or a name of NAMES; `rest`: the other fields."""
    scheme = NAMES.get(name, "bcrypt")
    variant, *rest = rest if name in NAMES else [name, *rest]
    if variant not in {"2a", "2b", "2y"}:
        raise malformed(scheme, "variant")
    if len(rest) != 2 or not _COST.fullmatch(rest[0]) or not _BODY.fullmatch(rest[1]):  # noqa: PLR2004  # cost, salt and digest
        raise malformed(scheme, "form")
    salt, digest = rest[1][:_SALT_CHARACTERS], rest[1][_SALT_CHARACTERS:]
    return ForeignHash(scheme, (int(rest[0]),), decode(salt), decode(digest))


def write(it: ForeignHash) -> str:
    """Write it."""
    return f"{_WRITTEN[it.scheme]}${it.cost[0]:02}${encode(it.salt)}{encode(it.digest)}"


def decode(text: str) -> bytes:
    """Decode bcrypt's base64. Unused bits at the end are ignored, as by the systems that made them."""
    return base64.b64decode(text.translate(_TO_BASE64) + "=" * (-len(text) % 4))


def encode(some: bytes) -> str:
    """Encode as bcrypt's base64."""
    return base64.b64encode(some).decode().rstrip("=").translate(_FROM_BASE64)
