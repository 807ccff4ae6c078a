"""What Auth0's bulk import takes, as JSON Schema: its documentation, "User Data JSON Schema for Bulk User Imports", in words of our own."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_ENCODINGS = ["base64", "hex", "utf8"]
_DIGESTS = ["md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "ripemd160", "whirlpool"]


def _closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_HASH = _closed(
    ["algorithm", "hash"],
    algorithm={"enum": ["argon2", "bcrypt", "hmac", "ldap", "md4", "md5", "sha1", "sha256", "sha512", "pbkdf2", "scrypt"]},
    hash=_closed(
        ["value"], value=_TEXT, encoding={"enum": _ENCODINGS}, digest={"enum": _DIGESTS},
        key=_closed(["value"], value=_TEXT, encoding={"enum": [*_ENCODINGS, "ascii"]}),
    ),
    salt=_closed(["value"], value=_TEXT, encoding={"enum": _ENCODINGS}, position={"enum": ["prefix", "suffix"]}),
    password=_closed([], encoding={"enum": ["ascii", "utf8", "utf16le", "ucs2", "latin1", "binary"]}),
    keylen={"type": "integer"}, cost={"type": "integer"}, blockSize={"type": "integer"}, parallelization={"type": "integer"},
)  # fmt: skip
_WHOLE = {
    "argon2": r"^\$argon2(i|d|id)\$v=(16|19)\$m=\d+,t=\d+,p=\d+\$",
    "bcrypt": r"^\$2[ab]\$",
    "pbkdf2": r"^\$pbkdf2-sha\d+\$i=\d+,keylen=\d+\$",
}
"""Algorithms whose value has everything: its form. They have no salt apart, and the encoding is utf8."""
_RULES = [
    {
        "if": {"properties": {"algorithm": {"const": name}}},
        "then": {
            "properties": {
                "hash": {"properties": {"value": {"pattern": form}, "encoding": {"const": "utf8"}}, "required": ["encoding"]},
                "salt": False,
            }
        },
    }
    for name, form in _WHOLE.items()
]
_FACTOR = {
    **_closed(
        [], totp=_closed(["secret"], secret={"type": "string", "pattern": "^[A-Z2-7]+$"}), phone=_closed(["value"], value=_TEXT),
        email=_closed(["value"], value=_TEXT),
    ),
    "minProperties": 1, "maxProperties": 1,
}  # fmt: skip
USER = _closed(
    ["email"], email={"type": "string", "format": "email"}, email_verified={"type": "boolean"}, user_id=_TEXT, username=_TEXT,
    given_name=_TEXT, family_name=_TEXT, name=_TEXT, nickname=_TEXT, picture=_TEXT, blocked={"type": "boolean"}, password_hash=_TEXT,
    custom_password_hash={**_HASH, "allOf": _RULES}, user_metadata={"type": "object"},
    app_metadata={"type": "object", "not": {"anyOf": [{"required": [name]} for name in ("blocked", "email", "user_id", "identities")]}},
    mfa_factors={"type": "array", "items": _FACTOR, "minItems": 1, "maxItems": 10},
)  # fmt: skip
FILE = {"type": "array", "items": USER}
LARGEST = 500_000
"""Bytes of a file: "500 KB"."""
