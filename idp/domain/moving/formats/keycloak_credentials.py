"""The credentials of a user in a realm export of Keycloak. `credentialData` and `secretData` are JSON in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from idp.domain.moving.authenticators import from_base32, totp
from idp.domain.moving.fields import moment, parse, text, texts
from idp.domain.moving.hashes import keycloak as hashes
from idp.domain.moving.passkeys import from_base64, passkey
from idp.domain.moving.person import ImportedPasskey, ImportedTotp, RowError

PASSWORDLESS = "webauthn-passwordless"
PASSKEYS = ("webauthn", PASSWORDLESS)
"""The kinds of keys: a second factor, and one that replaces the password."""
_MILLISECONDS = 1000
_Credentials = list[Mapping[str, Any]]


def of_type(credentials: _Credentials, *types: str) -> _Credentials:
    """Return the credentials of these kinds."""
    return [each for each in credentials if each.get("type") in types]


def password_of(credentials: _Credentials) -> str | None:
    """Return the hash of the password in our notation."""
    found = of_type(credentials, "password")
    if len(found) > 1:
        raise RowError("moving.two_passwords")
    return hashes.convert(found[0]) if found else None


def totp_of(credentials: _Credentials) -> ImportedTotp | None:
    """Return the authenticator app. `secretData.value` is the key as text, or base32 where `secretEncoding` says so."""
    found = of_type(credentials, "otp", "totp", "hotp")
    if not found:
        return None
    if len(found) > 1:
        raise RowError("moving.two_authenticators")
    about, secret = _inner(found[0], "credentialData"), _inner(found[0], "secretData")
    digits, period, key = about.get("digits", 6), about.get("period", 30), text(secret, "value")
    if about.get("subType", "totp") != "totp" or found[0]["type"] == "hotp" or type(digits) is not int or type(period) is not int:
        raise RowError("moving.totp_not_supported")
    raw = from_base32(key) if text(about, "secretEncoding").upper() == "BASE32" else key.encode()
    return totp(raw, algorithm=text(about, "algorithm") or "HmacSHA1", digits=digits, period=period)


def _inner(credential: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object that is JSON in a text."""
    found = parse(text(credential, name).encode(errors="surrogatepass"))
    if not isinstance(found, Mapping):
        raise RowError("moving.wrong_type", name=name)
    return found


def passkeys_of(credentials: _Credentials, domains: Mapping[str, str]) -> Iterator[ImportedPasskey]:
    """Yield the keys. `domains`: by kind. Keycloak does not keep whether a key may be synced."""
    for each in of_type(credentials, *PASSKEYS):
        about = _inner(each, "credentialData")
        count = about.get("counter") or 0
        if isinstance(count, bool) or not isinstance(count, int):
            raise RowError("moving.passkey_malformed")
        transports = (way.lower().replace("_", "-") for way in texts(about, "transports"))
        yield passkey(
            domains.get(each["type"], ""), from_base64(text(about, "credentialId")), from_base64(text(about, "credentialPublicKey")),
            sign_count=count, transports=transports, aaguid=text(about, "aaguid"),
            name=text(each, "userLabel"), created_at=moment(each.get("createdDate"), "createdDate", per_second=_MILLISECONDS),
            alone=each["type"] == PASSWORDLESS,
        )  # fmt: skip
