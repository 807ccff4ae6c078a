"""People and groups as SCIM shows them (RFC 7643 §3.1): with `id`, `schemas` and `meta`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from idp.domain.scim.schemas import GROUP, GROUPS, USER, USERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.scim.resources import ScimGroup
    from idp.store.scim.people import Person

PATH = "/scim/v2"
"""The base of all SCIM addresses, below the issuer."""
MOST_REFERENCES = 10_000
"""Members with a `$ref`. A group of 50,000 with all of them would be larger than an answer of Lambda may be (6 MB)."""


def base(issuer: str) -> str:
    """Return the base URL of SCIM."""
    return issuer.rstrip("/") + PATH


def tag_of_person(person: Person) -> str:
    """Return the ETag of a person (RFC 7644 §3.14). Whether they are active can be changed by an admin, so it is part of it."""
    return f'W/"{person.said.version}{"" if not person.user.disabled else "-off"}"'


def tag_of_group(group: ScimGroup) -> str:
    """Return the ETag of a group. Each change of its members changes it."""
    return f'W/"{group.version}"'


def show_person(person: Person, issuer: str) -> dict[str, Any]:
    """Return a person."""
    said = person.said
    extensions = [schema.id for schema in USERS.extensions if schema.id in said.resource]
    return {
        "schemas": [USER, *extensions],
        "id": said.id,
        **{name: value for name, value in said.resource.items() if name != "active"},
        **({} if "active" in said.resource else {"active": not person.user.disabled}),
        "meta": _meta(USERS.name, f"{base(issuer)}{USERS.endpoint}/{said.id}", said.created_at, said.updated_at, tag_of_person(person)),
    }


def show_group(group: ScimGroup, issuer: str, members: Iterable[str] | None) -> dict[str, Any]:
    """Return a group. `members`: their ids, or None to leave them out."""
    told: dict[str, Any] = {"schemas": [GROUP], "id": group.id, "displayName": group.name}
    told |= {"externalId": group.external_id} if group.external_id else {}
    if members is not None and (shown := show_members(members, issuer)):
        told["members"] = shown
    at = f"{base(issuer)}{GROUPS.endpoint}/{group.id}"
    return {**told, "meta": _meta(GROUPS.name, at, group.created_at, group.updated_at, tag_of_group(group))}


def show_members(members: Iterable[str], issuer: str) -> list[dict[str, str]]:
    """Return the values of `members`. `$ref` is left out in a large group."""
    ids = list(members)
    at = f"{base(issuer)}{USERS.endpoint}/" if len(ids) <= MOST_REFERENCES else ""
    return [{"value": id_, "type": "User"} | ({"$ref": at + id_} if at else {}) for id_ in ids]


def group_of_person(group: ScimGroup, issuer: str) -> dict[str, Any]:
    """Return a group as a value of `groups` of a person."""
    return {"value": group.id, "$ref": f"{base(issuer)}{GROUPS.endpoint}/{group.id}", "display": group.name, "type": "direct"}


def _meta(kind: str, location: str, created_at: int, updated_at: int, version: str) -> dict[str, str]:
    return {
        "resourceType": kind, "created": _moment(created_at), "lastModified": _moment(updated_at), "location": location,
        "version": version,
    }  # fmt: skip


def _moment(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
