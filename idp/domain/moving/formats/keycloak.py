"""Keycloak: a realm export with users, of `kc.sh export --users same_file` or `different_files` (`REALM-users-0.json`).

Passwords, authenticators and passkeys are in the export of the server only, not in the partial export of the console. Of the attributes
those are imported that Keycloak's own mappers make standard claims of. What else people have is listed in `left_out`; recovery codes are,
because Keycloak keeps only hashes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from idp.domain.moving.claims import fitting
from idp.domain.moving.fields import LONGEST_RECORD, flag, moment, objects, parse, source_id, text, texts
from idp.domain.moving.formats.keycloak_credentials import PASSKEYS, of_type, passkeys_of, password_of, totp_of
from idp.domain.moving.json_records import read_one
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.keycloak_roles import LONGEST, RealmRoles
from idp.domain.moving.person import BrokenFileError, ImportedLink, ImportedPerson, RefusedRow, RowError
from idp.domain.people import email, standard_claims

SYSTEM = "keycloak"
_CLAIMS = {
    "middleName": "middle_name", "nickname": "nickname", "profile": "profile", "picture": "picture", "website": "website",
    "gender": "gender", "birthdate": "birthdate", "zoneinfo": "zoneinfo", "phoneNumber": "phone_number",
}  # fmt: skip
"""The attributes of the scopes `profile` and `phone`, and the claims that Keycloak makes of them."""
_RP_IDS = dict(zip(("webAuthnPolicyRpId", "webAuthnPolicyPasswordlessRpId"), PASSKEYS, strict=True))
"""The domains of passkeys, by the policy of the realm. Both are before the users in a realm export, and not in a file of users only."""
_RECOVERY_CODES = "recovery-authn-codes"
_LONGEST_DOMAIN = 512
_MILLISECONDS = 1000


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of an export. `row` is the number of the user.

    Raises:
        BrokenFileError: the file has no users, or cannot be read on.
    """
    stream, found, row = JsonStream(file), False, 0
    domains: dict[str, str] = {}
    realm = RealmRoles()
    for name in stream.members():
        if name in _RP_IDS:
            domains[_RP_IDS[name]] = _domain(stream.value(_LONGEST_DOMAIN))
        elif name in {"roles", "groups"} and not found:
            _add(realm, name, stream.value(LONGEST))
        elif name != "users":
            stream.skip()
        elif found:
            raise BrokenFileError("moving.file_not_this_format")
        else:
            found = True
            convert = _converter(domains, realm)
            for raw in stream.items(LONGEST_RECORD):
                row += 1
                yield read_one(row, raw, convert)
    if not found:
        raise BrokenFileError("moving.file_not_this_format")


def _add(realm: RealmRoles, name: str, raw: bytes | None) -> None:
    try:
        (realm.add_roles if name == "roles" else realm.add_groups)(raw)
    except RowError as error:
        raise BrokenFileError(error.message) from None


def _domain(raw: bytes | None) -> str:
    try:
        found = parse(raw or b'""')
    except RowError:
        return ""
    return found if isinstance(found, str) else ""


def _converter(domains: Mapping[str, str], realm: RealmRoles) -> Callable[[int, Any], ImportedPerson]:
    roles, groups = realm.role_names, realm.group_names

    def named(person: ImportedPerson) -> ImportedPerson:
        mine, own = map(roles.of, realm.all_of(person.roles)), map(groups.of, person.groups)
        return replace(person, roles=tuple(dict.fromkeys(mine)), groups=tuple(dict.fromkeys(own)))

    return lambda row, user: named(_person(row, user, domains))


def _person(row: int, user: Any, domains: Mapping[str, str]) -> ImportedPerson:
    if not isinstance(user, Mapping):
        raise RowError("moving.wrong_type", name="users")
    if user.get("serviceAccountClientId"):
        raise RowError("moving.service_account")
    username, address = text(user, "username"), text(user, "email")
    if not address:
        raise RowError("moving.email_missing")
    canonical, credentials = email.normalise(address), objects(user, "credentials")
    claims, left = _claims(user, username, canonical)
    return ImportedPerson(
        row, source_id(text(user, "id") or f"username:{username}"), canonical, flag(user, "emailVerified", absent=False),
        password_of(credentials), not flag(user, "enabled", absent=True), claims, totp_of(credentials),
        texts(user, "realmRoles"),
        tuple(path.removeprefix("/") for path in texts(user, "groups")),
        moment(user.get("createdTimestamp"), "createdTimestamp", per_second=_MILLISECONDS),
        _left_out(user, credentials, attributes=left), tuple(_links(user)), tuple(passkeys_of(credentials, domains)),
    )  # fmt: skip


def _claims(user: Mapping[str, Any], username: str, address: str) -> tuple[dict[str, Any], bool]:
    """Return the claims, and whether there are attributes that are not imported."""
    names = {"given_name": text(user, "firstName"), "family_name": text(user, "lastName")}
    found: dict[str, Any] = {**names, "name": " ".join(filter(None, names.values()))}
    if username.lower() != address:
        found["preferred_username"] = username
    given = user.get("attributes")
    attributes = given if isinstance(given, Mapping) else {}
    first = {name: values[0] for name, values in attributes.items() if isinstance(values, list) and values}
    if "locale" in first:
        found["locale"] = first["locale"]
    further, dropped = fitting({claim: first[name] for name, claim in _CLAIMS.items() if name in first})
    known = standard_claims.check_claims({name: value for name, value in found.items() if value != ""})
    return {**further, **known}, bool(dropped) or not set(first) <= {*_CLAIMS, "locale"}


def _links(user: Mapping[str, Any]) -> Iterator[ImportedLink]:
    """Yield the accounts at identity providers. `userName` is what the provider called the person, sometimes an address."""
    for each in objects(user, "federatedIdentities"):
        provider, subject = text(each, "identityProvider"), text(each, "userId")
        if provider and subject:
            yield ImportedLink(provider, subject)


def _left_out(user: Mapping[str, Any], credentials: list[Mapping[str, Any]], *, attributes: bool) -> tuple[str, ...]:
    codes = bool(of_type(credentials, _RECOVERY_CODES))
    there = {"client_roles": bool(user.get("clientRoles")), "recovery_codes": codes, "attributes": attributes}
    return tuple(what for what, is_there in there.items() if is_there)
