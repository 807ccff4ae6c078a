"""Azure AD B2C: users as Microsoft Graph lists them (`GET /users`), each page as it came, or all users in one array.

Sign-in names are in `identities` (learn.microsoft.com: objectIdentity): `emailAddress` and `userName` are local accounts, `federated` is an
account at the provider `issuer` with the id `issuerAssignedId` there. Microsoft gives out no passwords and no authenticators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.moving import claims
from idp.domain.moving.fields import flag, objects, source_id, text, texts
from idp.domain.moving.json_records import read_people
from idp.domain.moving.moments import from_iso
from idp.domain.moving.person import ImportedLink, ImportedPerson, RefusedRow, RowError
from idp.domain.people import email

SYSTEM = "b2c"
NEXT_PAGE = "@odata.nextLink"
_TENANT = re.compile(r"https://login\.microsoftonline\.com/([0-9a-f-]{36})(?:/v2\.0)?/?|https://sts\.windows\.net/([0-9a-f-]{36})/?")
_NOT_IMPORTED = re.compile(r"extension_[0-9a-f]{32}_|city$|country$|jobTitle$|postalCode$|state$|streetAddress$", re.ASCII)


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of a file.

    Raises:
        BrokenFileError: the file has no users, cannot be read on, or its last page has a link to a further one.
    """
    return read_people(file, "value", _person, goes_on=lambda page, _: bool(page.get(NEXT_PAGE)))


def _person(row: int, user: Any) -> ImportedPerson:
    if not isinstance(user, Mapping):
        raise RowError("moving.wrong_type", name="value")
    identities = [(text(each, "signInType"), text(each, "issuer"), text(each, "issuerAssignedId")) for each in objects(user, "identities")]
    address, verified = _address(user, identities)
    taken, dropped = claims.fitting(_claims(user, identities))
    left = ("attributes",) if any(user[name] for name in user if _NOT_IMPORTED.match(name)) else ()
    return ImportedPerson(
        row, source_id(text(user, "id")), email.normalise(address), verified, None, not flag(user, "accountEnabled", absent=True),
        taken, created_at=from_iso(user.get("createdDateTime"), "createdDateTime"), left_out=(*left, *dropped),
        links=tuple(_links(identities)),
    )  # fmt: skip


def _address(user: Mapping[str, Any], identities: list[tuple[str, str, str]]) -> tuple[str, bool]:
    """Return the address, and whether B2C says that it is verified: it has a person prove the address with which they sign in."""
    for kind, _, name in identities:
        if kind.startswith("emailAddress") and name:
            return name, True
    for address in (text(user, "mail"), *texts(user, "otherMails")):
        if address:
            return address, False
    raise RowError("moving.email_missing")


def _claims(user: Mapping[str, Any], identities: list[tuple[str, str, str]]) -> dict[str, Any]:
    shown = text(user, "displayName")
    return {
        "name": "" if shown == "unknown" else shown,  # what B2C writes where a person told no name
        "given_name": text(user, "givenName"), "family_name": text(user, "surname"),
        "preferred_username": next((name for kind, _, name in identities if kind == "userName"), ""),
        "locale": text(user, "preferredLanguage"), "phone_number": text(user, "mobilePhone"),
    }  # fmt: skip


def _links(identities: list[tuple[str, str, str]]) -> Iterator[ImportedLink]:
    for kind, issuer, subject in identities:
        if kind == "federated" and issuer and subject:
            tenant = _TENANT.fullmatch(issuer)
            yield ImportedLink(issuer, subject, (tenant[1] or tenant[2]) if tenant else "")
