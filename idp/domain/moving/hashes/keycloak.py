"""Keycloak: a credential of type `password` in a realm export (`users[].credentials[]`). Two members are JSON in a text.

    secretData        value and salt, each in base64
    credentialData    hashIterations, algorithm, additionalParameters

Exports before Keycloak 8 have `hashedSaltedValue`, `salt`, `hashIterations` and `algorithm` as members.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import notation
from idp.domain.factors.hash_notations.fields import decode, malformed, number

_PBKDF2 = {"pbkdf2": "pbkdf2-sha1", "pbkdf2-sha256": "pbkdf2-sha256", "pbkdf2-sha512": "pbkdf2-sha512"}
_VERSIONS = {"1.0": 16, "1.3": 19}


def convert(credential: Mapping[str, Any]) -> str:
    """Return the hash in our notation."""
    about = _object(credential.get("credentialData"), credential)
    secret = _object(credential.get("secretData"), {"value": credential.get("hashedSaltedValue"), "salt": credential.get("salt")})
    name = _text(about.get("algorithm") or "pbkdf2", "algorithm")
    digest = decode(_text(secret.get("value"), "value"), name, "digest")
    salt = decode(_text(secret.get("salt"), "salt"), name, "salt")
    iterations = number(str(about.get("hashIterations")), name, "hashIterations")
    if name in _PBKDF2:  # the length is that of the value: older exports have 64 bytes under pbkdf2-sha256
        return notation.write(ForeignHash(_PBKDF2[name], (iterations, len(digest)), salt, digest))
    if name == "argon2":
        return notation.write(_argon2(_object(about.get("additionalParameters"), {}), iterations, salt, digest))
    raise ForeignHashError("foreign_hash.not_supported", scheme=name[:40])


def _argon2(more: Mapping[str, Any], passes: int, salt: bytes, digest: bytes) -> ForeignHash:
    """Read the parameters, which are lists of one text."""
    kind, version = _first(more, "type", "id"), _VERSIONS.get(_first(more, "version", "1.3"))
    if kind not in {"i", "d", "id"} or version is None:
        raise malformed("argon2", "additionalParameters")
    memory, lanes = (number(_first(more, name, ""), "argon2", name) for name in ("memory", "parallelism"))
    return ForeignHash(f"argon2{kind}", (memory, passes, lanes, version, len(digest)), salt, digest)


def _object(value: Any, absent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an object that is JSON in a text, or an object already."""
    if value is None:
        return absent
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise malformed("keycloak", "credential")
    return found


def _first(more: Mapping[str, Any], name: str, default: str) -> str:
    values = more.get(name)
    return str(values[0]) if isinstance(values, list) and values else default


def _text(value: Any, part: str) -> str:
    if not isinstance(value, str):
        raise malformed("keycloak", part)
    return value
