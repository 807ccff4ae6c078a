"""Keycloak: a realm export with users, of `kc.sh export --users same_file` or `different_files` (`REALM-users-0.json`).

Passwords and authenticators are in the export of the server only, not in the partial export of the console.
Attributes are not imported, but `locale`. What else people have is listed in `left_out`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.moving.authenticators import from_base32, totp
from idp.domain.moving.fields import (
    LONGEST_RECORD,
    flag,
    moment,
    objects,
    parse,
    person_or_refusal,
    source_id,
    text,
    texts,
)
from idp.domain.moving.hashes import keycloak as hashes
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.person import BrokenFileError, ImportedPerson, ImportedTotp, RefusedRow, RowError
from idp.domain.people import email, standard_claims

SYSTEM = "keycloak"
_OWN_ROLES = re.compile(r"default-roles-.*|offline_access|uma_authorization", re.DOTALL)
"""Roles that Keycloak gives to everybody."""
_LEFT_OUT = {"federatedIdentities": "links", "clientRoles": "client_roles"}
_WEBAUTHN = {"webauthn", "webauthn-passwordless"}
_MILLISECONDS = 1000


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of an export. `row` is the number of the user.

    Raises:
        BrokenFileError: the file has no users, or cannot be read on.
    """
    stream, found, row = JsonStream(file), False, 0
    for name in stream.members():
        if name != "users":
            stream.skip()
            continue
        if found:
            raise BrokenFileError("moving.file_not_this_format")
        found = True
        for raw in stream.items(LONGEST_RECORD):
            row += 1
            yield _read(row, raw)
    if not found:
        raise BrokenFileError("moving.file_not_this_format")


def _read(row: int, raw: bytes | None) -> ImportedPerson | RefusedRow:
    if raw is None:
        return RefusedRow(row, "", RowError("moving.too_long", bytes=LONGEST_RECORD).message)
    try:
        user = parse(raw)
    except RowError as error:
        return RefusedRow(row, "", error.message)
    return person_or_refusal(row, user, _person, lambda record: record.get("id") if isinstance(record, Mapping) else "")


def _person(row: int, user: Any) -> ImportedPerson:
    if not isinstance(user, Mapping):
        raise RowError("moving.wrong_type", name="users")
    if user.get("serviceAccountClientId"):
        raise RowError("moving.service_account")
    username, address = text(user, "username"), text(user, "email")
    if not address:
        raise RowError("moving.email_missing")
    canonical, credentials = email.normalise(address), objects(user, "credentials")
    return ImportedPerson(
        row, source_id(text(user, "id") or f"username:{username}"), canonical, flag(user, "emailVerified", absent=False),
        _password(credentials), not flag(user, "enabled", absent=True), _claims(user, username, canonical), _totp(credentials),
        tuple(role for role in texts(user, "realmRoles") if not _OWN_ROLES.fullmatch(role)),
        tuple(path.removeprefix("/") for path in texts(user, "groups")),
        moment(user.get("createdTimestamp"), "createdTimestamp", per_second=_MILLISECONDS), _left_out(user, credentials),
    )  # fmt: skip


def _claims(user: Mapping[str, Any], username: str, address: str) -> dict[str, Any]:
    names = {"given_name": text(user, "firstName"), "family_name": text(user, "lastName")}
    found: dict[str, Any] = {**names, "name": " ".join(filter(None, names.values()))}
    if username.lower() != address:
        found["preferred_username"] = username
    attributes = user.get("attributes")
    locale = attributes.get("locale") if isinstance(attributes, Mapping) else None
    if isinstance(locale, list) and locale:
        found["locale"] = locale[0]
    return standard_claims.check_claims({name: value for name, value in found.items() if value != ""})


def _of_type(credentials: list[Mapping[str, Any]], *types: str) -> list[Mapping[str, Any]]:
    return [each for each in credentials if each.get("type") in types]


def _password(credentials: list[Mapping[str, Any]]) -> str | None:
    found = _of_type(credentials, "password")
    if len(found) > 1:
        raise RowError("moving.two_passwords")
    return hashes.convert(found[0]) if found else None


def _totp(credentials: list[Mapping[str, Any]]) -> ImportedTotp | None:
    """Return the authenticator app. `secretData.value` is the key as text, or base32 where `secretEncoding` says so."""
    found = _of_type(credentials, "otp", "totp", "hotp")
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


def _left_out(user: Mapping[str, Any], credentials: list[Mapping[str, Any]]) -> tuple[str, ...]:
    there = [what for member, what in _LEFT_OUT.items() if user.get(member)]
    return (*there, *(["passkeys"] if _of_type(credentials, *_WEBAUTHN) else []))
