"""A user of Cognito from attributes, which are texts in both forms. Standard attributes have the names of OpenID Connect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.domain.moving import claims
from idp.domain.moving.fields import parse, source_id, text
from idp.domain.moving.person import ImportedLink, ImportedPerson, RowError
from idp.domain.people import email

CLAIMS = (
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender",
    "birthdate", "zoneinfo", "locale", "phone_number", "address",
)  # fmt: skip
_CUSTOM = ("custom:", "dev:")
_FLAGS = {"true": True, "false": False, "": False}
_LONGEST = 255


def person(
    row: int, username: str, attributes: Mapping[str, str], *, disabled: bool = False, created_at: int = 0, groups: tuple[str, ...] = (),
    factors: bool = False, external: bool = False,
) -> ImportedPerson:  # fmt: skip
    """Return the person. `factors`: Cognito asked for a second one. `external`: they sign in elsewhere, and `username` is made from that.

    Raises:
        RowError: there is no address or id, or a value has the wrong form.
    """
    given = attributes.get("email", "").strip()
    if not given:
        raise RowError("moving.email_missing")
    address, subject = email.normalise(given), attributes.get("sub", "")
    links = _links(attributes.get("identities", ""))
    own_name = "" if external or username.lower() in {address, subject} else username
    found, dropped = claims.fitting(_claims(attributes, own_name))
    left_out = (
        *(["custom attributes"] if any(value and name.startswith(_CUSTOM) for name, value in attributes.items()) else []),
        *(["second factors"] if factors else []), *dropped,
    )  # fmt: skip
    return ImportedPerson(
        row, source_id(id_of(username, subject)), address, _verified(attributes), None, disabled, found, groups=groups,
        created_at=created_at, left_out=left_out, links=links,
    )  # fmt: skip


def id_of(username: object, subject: object) -> str:
    """Return the id of a user: `sub`, or the name where there is none."""
    return str(subject) if subject else f"username:{username}" if username else ""


def _verified(attributes: Mapping[str, str]) -> bool:
    told = attributes.get("email_verified", "").strip().lower()
    if told not in _FLAGS:
        raise RowError("moving.wrong_type", name="email_verified")
    return _FLAGS[told]


def _claims(attributes: Mapping[str, str], username: str) -> dict[str, Any]:
    """Return the claims. An address is one text in Cognito; `preferred_username` is the name of the user where there is no other."""
    found: dict[str, Any] = {name: attributes.get(name, "") for name in CLAIMS}
    found["address"] = {"formatted": found["address"]} if found["address"] else None
    found["preferred_username"] = found["preferred_username"] or username
    return found


def _links(told: str) -> tuple[ImportedLink, ...]:
    """Return the accounts elsewhere of the attribute `identities`: an array as JSON in a text."""
    identities = parse(told.encode(errors="surrogatepass")) if told else []
    if not isinstance(identities, list) or not all(isinstance(each, Mapping) for each in identities):
        raise RowError("moving.wrong_type", name="identities")
    found = []
    for each in identities:
        name, subject = text(each, "providerName"), text(each, "userId")
        if not name or not 0 < len(subject) <= _LONGEST:
            raise RowError("moving.wrong_type", name="identities")
        found.append(ImportedLink(name, subject))
    return tuple(found)
