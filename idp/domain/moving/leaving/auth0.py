"""Auth0: users of its bulk import ("Bulk User Import Database Schema and Examples"). Apps and roles are not part of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import notation
from idp.domain.moving.leaving.left_out import Counts

LARGEST = 500_000
"""Bytes of a file. The documentation says 500 KB, and not which."""
_PROFILE = ("name", "given_name", "family_name", "nickname", "picture")
_PBKDF2 = {"pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512"}
_TOTP = {"algorithm": "SHA1", "digits": 6, "period": 30}
"""What its import takes: it has no members for another one."""


def user(line: Mapping[str, Any], secrets: Mapping[str, Any] | None, left: Counts) -> dict[str, Any]:
    """A user. Arguments: see the package. Roles, groups and attributes go to `app_metadata`, other claims to `user_metadata`."""
    claims = line["claims"]
    found: dict[str, Any] = {
        "user_id": line["id"], "email": line["email"], "email_verified": line["email_verified"], "blocked": line["disabled"],
        **{name: claims[name] for name in _PROFILE if claims.get(name)},
        "app_metadata": {"roles": line["roles"], "groups": line["groups"], "attributes": line["attributes"]},
        "user_metadata": {name: value for name, value in claims.items() if name not in _PROFILE},
    }  # fmt: skip
    made = _password(secrets.get("password_hash", "")) if secrets else None
    if made:
        found["custom_password_hash"] = made
    else:
        left["passwords"] += line["has_password"]
    totp = secrets.get("totp") if secrets else None
    if totp and all(totp[name] == value for name, value in _TOTP.items()):
        found["mfa_factors"] = [{"totp": {"secret": totp["secret"].rstrip("=")}}]
    else:
        left["authenticators"] += line["has_totp"]
        left["second_factor_required"] += line["second_factor_required"]
    left["passkeys"] += len(line["passkeys"])
    left["links"] += len(line["links"])
    left["consents"] += len(line["consents"])
    left["terms"] += bool(line["terms"])
    left["admins"] += line["admin"]
    left["recovery_codes"] += bool(secrets and "recovery_codes" in secrets)
    return found


def _password(stored: str) -> dict[str, Any] | None:
    """`custom_password_hash`, or None if Auth0 cannot check it."""
    try:
        it = notation.read(stored)
    except ForeignHashError:
        return None
    if it.wrapped_in:
        return None
    if it.scheme.startswith("argon2"):
        return _whole("argon2", stored)
    if it.scheme == "bcrypt":
        return _whole("bcrypt", stored)
    if it.scheme in _PBKDF2:
        return _whole("pbkdf2", stored.replace(",l=", ",keylen=", 1))
    return _scrypt(it) if it.scheme == "scrypt" else None


def _whole(algorithm: str, value: str) -> dict[str, Any]:
    return {"algorithm": algorithm, "hash": {"value": value, "encoding": "utf8"}}


def _scrypt(it: ForeignHash) -> dict[str, Any]:
    n, r, p, length = it.cost
    return {
        "algorithm": "scrypt", "hash": {"value": _base64(it.digest), "encoding": "base64"},
        "salt": {"value": _base64(it.salt), "encoding": "base64"}, "keylen": length, "cost": n, "blockSize": r, "parallelization": p,
    }  # fmt: skip


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
