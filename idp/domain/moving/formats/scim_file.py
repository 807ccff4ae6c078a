"""SCIM 2.0: User resources (RFC 7643 §4.1) as a server lists them (ListResponse, RFC 7644 §3.4.2), or one after the other.

Passwords are never returned (RFC 7643 §4.1.1, `password`), and no attribute says whether an address was verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.moving import claims
from idp.domain.moving.fields import flag, member, objects, source_id, text
from idp.domain.moving.json_records import read_people
from idp.domain.moving.moments import from_iso
from idp.domain.moving.person import ImportedPerson, RefusedRow, RowError
from idp.domain.people import email

SYSTEM = "scim"
_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_FURTHER = {"nickName": "nickname", "profileUrl": "profile", "timezone": "zoneinfo"}
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_NOT_IMPORTED = ("title", "userType", "addresses", "photos", "ims", "entitlements", "x509Certificates", _ENTERPRISE)


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of a file.

    Raises:
        BrokenFileError: the file has no resources, cannot be read on, or has fewer resources than the server said that there are.
    """
    return read_people(file, "Resources", _person, goes_on=_goes_on)


def _goes_on(page: Mapping[str, Any], read: int) -> bool:
    """Return whether the server has more: by its cursor (RFC 9865), or by the number of all results."""
    total = page.get("totalResults")
    return bool(page.get("nextCursor")) or (isinstance(total, int) and total > read)


def _person(row: int, user: Any) -> ImportedPerson:
    schemas = user.get("schemas") if isinstance(user, Mapping) else None
    if not isinstance(user, Mapping) or (isinstance(schemas, list) and _USER not in schemas):
        raise RowError("moving.not_a_user")
    address = email.normalise(_address(user))
    taken, dropped = claims.fitting(_claims(user, address))
    left = any(user.get(name) for name in _NOT_IMPORTED) or len(objects(user, "phoneNumbers")) > 1
    return ImportedPerson(
        row, source_id(text(user, "id") or text(user, "externalId")), address, disabled=not flag(user, "active", absent=True),
        claims=taken, roles=_names(user, "roles"), groups=_names(user, "groups"),
        created_at=from_iso(member(user, "meta").get("created"), "meta.created"),
        left_out=(*(("attributes",) if left else ()), *dropped),
    )  # fmt: skip


def _address(user: Mapping[str, Any]) -> str:
    """Return the primary address, else that of work, else the first one, else a user name that is one."""
    emails = [each for each in objects(user, "emails") if text(each, "value")]
    best = sorted(emails, key=lambda each: (not flag(each, "primary", absent=False), text(each, "type") != "work"))
    username = text(user, "userName")
    if best:
        return text(best[0], "value")
    if "@" in username:
        return username
    raise RowError("moving.email_missing")


def _claims(user: Mapping[str, Any], address: str) -> dict[str, Any]:
    name, username = member(user, "name"), text(user, "userName")
    phones = [text(each, "value") for each in objects(user, "phoneNumbers")]
    return {
        "name": text(user, "displayName") or text(name, "formatted"), "given_name": text(name, "givenName"),
        "family_name": text(name, "familyName"), "middle_name": text(name, "middleName"),
        "preferred_username": "" if username.lower() == address else username,
        "locale": text(user, "locale") or text(user, "preferredLanguage"), "phone_number": (phones or [""])[0].removeprefix("tel:"),
        **{claim: text(user, attribute) for attribute, claim in _FURTHER.items()},
    }  # fmt: skip


def _names(user: Mapping[str, Any], attribute: str) -> tuple[str, ...]:
    """Return names of roles or groups: `display`, which people see, else `value`."""
    return tuple(filter(None, (text(each, "display") or text(each, "value") for each in objects(user, attribute))))
