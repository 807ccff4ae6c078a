"""Amazon Cognito user pools: answers of `ListUsers` (JSON), or the CSV of its own import jobs.

Cognito gives out neither password hashes nor keys of authenticators. The id is `sub`; the template of the CSV has no such column, but may
be given one. Documented in "ListUsers", "UserType" and "Formatting the CSV file".

    {"Users": [{"Username": …, "Attributes": [{"Name": "sub", "Value": …}, …], "UserCreateDate": …, "Enabled": …, "UserStatus": …}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.moving.fields import flag, objects, text
from idp.domain.moving.formats import cognito_csv, cognito_pages
from idp.domain.moving.formats.cognito_person import id_of, person
from idp.domain.moving.moments import from_iso_or_seconds
from idp.domain.moving.person import ImportedPerson, RefusedRow, RowError
from idp.domain.moving.records import convert, first_byte

SYSTEM = "cognito"
_ENDED = {"ARCHIVED", "COMPROMISED"}
"""Statuses with which Cognito itself refuses a sign-in."""
_MOST_ATTRIBUTES = 200


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of a file. `row`: the number of the user, or the line of the CSV.

    Raises:
        BrokenFileError: a column is unknown, or the file cannot be read on.
    """
    if first_byte(file) not in {b"{", b"["}:
        yield from cognito_csv.read(file)
        return
    for row, raw in enumerate(cognito_pages.users(file), 1):
        yield convert(row, raw, _person, _name)


def _name(user: Mapping[str, Any]) -> object:
    """Return `sub`, or the name of the user, for the report."""
    given = user.get("Attributes") or user.get("UserAttributes")
    attributes = given if isinstance(given, list) else []
    found = [each.get("Value") for each in attributes if isinstance(each, Mapping) and each.get("Name") == "sub"]
    return id_of(user.get("Username"), found[0] if found else "")


def _person(row: int, user: Mapping[str, Any]) -> ImportedPerson:
    attributes: dict[str, str] = {}
    given = objects(user, "Attributes") or objects(user, "UserAttributes")
    if len(given) > _MOST_ATTRIBUTES:
        raise RowError("moving.wrong_type", name="Attributes")
    for each in given:
        name = text(each, "Name")
        if not name or name in attributes:
            raise RowError("moving.attribute_twice")
        attributes[name] = text(each, "Value")
    status = text(user, "UserStatus")
    return person(
        row, text(user, "Username"), attributes, disabled=not flag(user, "Enabled", absent=True) or status in _ENDED,
        created_at=from_iso_or_seconds(user.get("UserCreateDate"), "UserCreateDate"), groups=_groups(user),
        factors=bool(user.get("MFAOptions") or user.get("UserMFASettingList")), external=status == "EXTERNAL_PROVIDER",
    )  # fmt: skip


def _groups(user: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names in `Groups`, the answer of `AdminListGroupsForUser`, which `ListUsers` does not have by itself."""
    names = [text(each, "GroupName") for each in objects(user, "Groups")]
    if not all(names):
        raise RowError("moving.wrong_type", name="Groups")
    return tuple(names)
