"""Credentials of a Keycloak user: `credentials[]` of a realm export. `credentialData` and `secretData` are JSON in a text.

Sources: the representations of Keycloak 26, and `idp.domain.moving.hashes.keycloak`, which reads the same form.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from idp.domain.factors.foreign_hash import ForeignHash, ForeignHashError
from idp.domain.factors.hash_notations import notation

_PBKDF2 = {"pbkdf2-sha1": "pbkdf2", "pbkdf2-sha256": "pbkdf2-sha256", "pbkdf2-sha512": "pbkdf2-sha512"}
_VERSIONS = {16: "1.0", 19: "1.3"}
_NO_MODEL = "00000000-0000-0000-0000-000000000000"
_MILLISECONDS = 1000


def password(stored: str, at: int) -> dict[str, Any] | None:
    """The credential of a password hash, or None if Keycloak cannot check it. `at`: when it was set, epoch seconds, or 0."""
    try:
        it = notation.read(stored)
    except ForeignHashError:
        return None
    if it.wrapped_in:
        return None
    if it.scheme in _PBKDF2:
        about: dict[str, Any] = {"hashIterations": it.cost[0], "algorithm": _PBKDF2[it.scheme], "additionalParameters": {}}
    elif it.scheme.startswith("argon2"):
        about = _argon2(it)
    else:
        return None
    secret = {"value": _base64(it.digest), "salt": _base64(it.salt), "additionalParameters": {}}
    return _credential("password", about, secret, at)


def _argon2(it: ForeignHash) -> dict[str, Any]:
    memory, passes, lanes, version, length = it.cost
    more = {
        "type": it.scheme.removeprefix("argon2"), "version": _VERSIONS[version], "memory": memory, "parallelism": lanes,
        "hashLength": length,
    }  # fmt: skip
    return {
        "hashIterations": passes,
        "algorithm": "argon2",
        "additionalParameters": {name: [str(value)] for name, value in more.items()},
    }


def authenticator(totp: Mapping[str, Any]) -> dict[str, Any]:
    """The credential of an authenticator app. `totp`: the member of this name of a user's secrets. The key stays base32."""
    about = {
        "subType": "totp", "digits": totp["digits"], "counter": 0, "period": totp["period"], "algorithm": f"Hmac{totp['algorithm']}",
        "secretEncoding": "BASE32",
    }  # fmt: skip
    return _credential("otp", about, {"value": totp["secret"]}, totp["confirmed_at"])


def passkey(one: Mapping[str, Any]) -> dict[str, Any]:
    """The credential of a passkey. One that has checked a PIN or a fingerprint opens the account alone, others are a second factor."""
    about = {
        "aaguid": one["aaguid"] or _NO_MODEL, "credentialId": _base64(_bytes(one["credential_id"])), "counter": one["sign_count"],
        "credentialPublicKey": one["public_key"], "attestationStatementFormat": "none", "transports": one["transports"],
    }  # fmt: skip
    type_ = "webauthn-passwordless" if one["user_verified"] else "webauthn"
    return {**_credential(type_, about, {}, one["created_at"]), "userLabel": one["name"] or "Passkey"}


def _credential(type_: str, about: Mapping[str, Any], secret: Mapping[str, Any], at: int) -> dict[str, Any]:
    made = {"type": type_, "credentialData": json.dumps(about), "secretData": json.dumps(secret)}
    return {**made, "createdDate": at * _MILLISECONDS} if at else made


def _bytes(text: str) -> bytes:
    """Decode base64url without padding (RFC 7515 §2)."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
