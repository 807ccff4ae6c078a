"""The people and the groups of one SCIM client as sources of searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.scim.filters import All, Compare, Not, Some, Within
from idp.domain.scim.paths import resolve
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import GROUPS, MEMBERS, USERS
from idp.services.scim.representation import group_of_person, show_group, show_members, show_person
from idp.services.scim.searching import MOST_ON_A_PAGE

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Attribute, Kind
    from idp.domain.scim.client import ScimClient
    from idp.domain.scim.filters import Filter
    from idp.domain.scim.projection import Wanted
    from idp.services.scim.groups import ScimGroups
    from idp.services.scim.people import ScimPeople
    from idp.store.scim.groups import ScimGroupsStore
    from idp.store.scim.members import ScimMembers
    from idp.store.scim.people import ScimPeopleStore

MOST_WITH_PARTS = 20
"""Resources of a page with their members or groups, which take a Query each. The next page begins after the last one that was shown."""
_GROUPS_OF_PERSON = next(each for each in USERS.schema.attributes if each.name == "groups")


class PeopleSource:
    """The people of a client."""

    def __init__(self, client: ScimClient, store: ScimPeopleStore, people: ScimPeople, groups: ScimGroups, issuer: str, kind: Kind) -> None:
        self._client, self._store, self._people, self._groups, self._issuer = client, store, people, groups, issuer
        self.kind = kind

    def count(self) -> int:
        """Return how many people there are."""
        return self._store.finders.count(self._client.id)

    def ids(self, *, after: str, limit: int) -> tuple[list[str], bool]:
        """Return the next ids."""
        return self._store.page(self._client.id, after=after, limit=limit)

    def read(self, ids: list[str], where: Filter | None) -> list[dict[str, Any]]:
        """Return the people."""
        del where
        return [show_person(each, self._issuer) for each in self._people.read(self._client, ids)]

    def most(self, wanted: Wanted) -> int:
        """Return the greatest number of people of a page."""
        return MOST_WITH_PARTS if wanted.has(_GROUPS_OF_PERSON) else MOST_ON_A_PAGE

    def complete(self, resources: list[dict[str, Any]], wanted: Wanted) -> None:
        """Add the groups of each person, if they are asked for by name."""
        for each in resources if wanted.has(_GROUPS_OF_PERSON) else []:
            if found := self._groups.of_person(self._client, each["id"]):
                each["groups"] = [group_of_person(one, self._issuer) for one in found]

    def by_key(self, attribute: Attribute, value: str) -> list[str] | None:
        """Find by id, userName or externalId."""
        match attribute.name:
            case "id":
                return [value]
            case "userName":
                return [id_] if (id_ := self._store.finders.by_name(self._client.id, value.lower())) else []
            case "externalId":
                return self._store.finders.by_external_id(self._client.id, value) if value else None
            case _:
                return None


class GroupSource:
    """The groups of a client."""

    kind = GROUPS

    def __init__(self, client: ScimClient, store: ScimGroupsStore, groups: ScimGroups, members: ScimMembers, issuer: str) -> None:
        self._client, self._store, self._groups, self._members, self._issuer = client, store, groups, members, issuer

    def count(self) -> int:
        """Return how many groups there are."""
        return self._store.finders.count(self._client.id)

    def ids(self, *, after: str, limit: int) -> tuple[list[str], bool]:
        """Return the next ids."""
        return self._store.page(self._client.id, after=after, limit=limit)

    def read(self, ids: list[str], where: Filter | None) -> list[dict[str, Any]]:
        """Return the groups. Of the members only those are read that the filter names."""
        asked = _named_members(where)
        return [
            show_group(group, self._issuer, self._groups.are_members(group, asked) if asked else None)
            for group in self._groups.read(self._client, ids)
        ]

    def most(self, wanted: Wanted) -> int:
        """Return the greatest number of groups of a page."""
        return MOST_WITH_PARTS if wanted.has(MEMBERS) else MOST_ON_A_PAGE

    def complete(self, resources: list[dict[str, Any]], wanted: Wanted) -> None:
        """Add the members of each group, if they are wanted."""
        for each in resources if wanted.has(MEMBERS) else []:
            each.pop("members", None)
            if found := show_members(self._members.of(self._client.id, each["id"]), self._issuer):
                each["members"] = found

    def by_key(self, attribute: Attribute, value: str) -> list[str] | None:
        """Find by id, displayName, externalId, or one of the members."""
        match attribute.name:
            case "id":
                return [value]
            case "displayName":
                return [id_] if (id_ := self._store.finders.by_name(self._client.id, value.lower())) else []
            case "externalId":
                return self._store.finders.by_external_id(self._client.id, value) if value else None
            case "members" | "value":
                return self._members.groups_of(self._client.id, value)
            case _:
                return None


def _named_members(where: Filter | None) -> list[str]:
    """Return the ids that the filter compares members with.

    Raises:
        ScimRefusal: invalidFilter, if it compares them by another operator than eq, which would take all members of all groups.
    """
    match where:
        case All(parts) | Some(parts):
            return [id_ for part in parts for id_ in _named_members(part)]
        case Not(part):
            return _named_members(part)
        case Within(path, part):
            return _of_members(path, part)
        case Compare(path, op, value):
            place = resolve(GROUPS, path)
            if place is None or place.attribute != MEMBERS:
                return []
            if op != "eq" or not isinstance(value, str) or (place.sub and place.sub.name != "value"):
                raise ScimRefusal("scim.filter_invalid", scim_type="invalidFilter")
            return [value]
    return []


def _of_members(path: str, part: Filter) -> list[str]:
    place = resolve(GROUPS, path)
    if place is None or place.attribute != MEMBERS:
        return []
    if not isinstance(part, Compare) or part.op != "eq" or part.path.lower() != "value" or not isinstance(part.value, str):
        raise ScimRefusal("scim.filter_invalid", scim_type="invalidFilter")
    return [part.value]
