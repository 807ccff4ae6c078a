"""The groups of a SCIM client. A change of members writes these members and a count, whatever the size of the group (threats P-06).

A group of a client of an organisation is also a role of the organisation (`group_roles`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import NotFound
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.resources import GROUP_PREFIX, ScimGroup
from idp.services.scim.group_roles import MOST_AT_ONCE
from idp.services.scim.people import actor
from idp.services.scim.representation import tag_of_group
from idp.store.scim.groups import MOST_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from idp.domain.clock import Clock, NewId
    from idp.domain.scim.client import ScimClient
    from idp.services.audit.recorder import Audit
    from idp.services.scim.filled_groups import FilledGroups
    from idp.services.scim.group_roles import GroupRoles
    from idp.services.scim.member_changes import MemberChange
    from idp.services.scim.people import Caller
    from idp.store.scim.groups import ScimGroupsStore
    from idp.store.scim.members import ScimMembers
    from idp.store.scim.people import ScimPeopleStore
    from idp.store.transport import Raw

_TRIES = 5
_TAG = re.compile(r'W/"(0|[1-9][0-9]{0,14})"', re.ASCII)


class ScimGroups:
    """Manages the groups of SCIM clients. Methods raise ScimRefusal or NotFound; then nothing was written."""

    def __init__(
        self, *, store: ScimGroupsStore, people: ScimPeopleStore, members: ScimMembers, filled: FilledGroups, roles: GroupRoles,
        audit: Audit, clock: Clock, new_id: NewId,
    ) -> None:  # fmt: skip
        self._store, self._people, self._members, self._filled, self._roles = store, people, members, filled, roles
        self._audit, self._clock, self._new_id = audit, clock, new_id

    def read(self, client: ScimClient, group_ids: Sequence[str]) -> list[ScimGroup]:
        """Return those of the groups that the client made."""
        return self._store.read(client.id, group_ids)

    def get(self, client: ScimClient, group_id: str) -> ScimGroup:
        """Return one group.

        Raises:
            NotFound: the client made no such group.
        """
        found = self.read(client, [group_id]) if group_id.startswith(GROUP_PREFIX) else []
        if not found:
            raise NotFound("scim.unknown")
        return found[0]

    def members(self, group: ScimGroup) -> Iterator[str]:
        """Return the ids of the members."""
        return self._members.of(group.client_id, group.id)

    def are_members(self, group: ScimGroup, user_ids: Collection[str]) -> set[str]:
        """Return those of the users who are in the group."""
        return self._members.among(group.client_id, group.id, user_ids)

    def of_person(self, client: ScimClient, user_id: str) -> list[ScimGroup]:
        """Return the client's groups that have this person."""
        return self._store.read(client.id, self._members.groups_of(client.id, user_id))

    def create(self, caller: Caller, resource: dict[str, Any], change: MemberChange) -> ScimGroup:
        """Make a group, and then add its members."""
        client, now = caller.client, self._clock()
        self._check(caller, change.add)
        made = ScimGroup(
            GROUP_PREFIX + self._new_id(), client.id, resource["displayName"], resource.get("externalId", ""), len(change.add), now, now
        )  # fmt: skip
        for _ in range(_TRIES):
            role = self._roles.new_parts(caller, made) if client.org_id else []
            if self._store.create(made, self._event("scim_group.created", caller, made, added=len(change.add)), also=role):
                break
            if not client.org_id or self._store.finders.by_name(client.id, made.name.lower()):
                raise ScimRefusal("scim.taken", scim_type="uniqueness", status=409)
        else:
            raise ScimRefusal("scim.busy", status=409)
        self._add(caller, made, change.add)
        self._filled.change(caller, made.name, add=change.add)
        return made

    def change(
        self, caller: Caller, group_id: str, edit: Callable[[dict[str, Any]], dict[str, Any]], change: MemberChange, *,
        expected: Collection[str] | None,
    ) -> ScimGroup:  # fmt: skip
        """Change a group. `edit` gets the attributes without `members` and returns the new ones. `expected`: accepted ETags, or None."""
        for _ in range(_TRIES):
            before = self.get(caller.client, group_id)
            if expected is not None and tag_of_group(before) not in expected:
                raise ScimRefusal("scim.changed", status=412)
            told = edit({"displayName": before.name} | ({"externalId": before.external_id} if before.external_id else {}))
            after = replace(before, name=told["displayName"], external_id=told.get("externalId", ""), updated_at=self._clock())
            add, remove = self._difference(before, change)
            self._check(caller, add, remove)
            if written := self._write(caller, before, after, len(add) - len(remove), expected, (len(add), len(remove))):
                self._remove(caller, before, remove)
                self._add(caller, before, add)
                self._fill(caller, before, written, add, remove)
                return written
        raise ScimRefusal("scim.changed" if expected is not None else "scim.busy", status=412 if expected is not None else 409)

    def delete(self, caller: Caller, group_id: str, *, expected: Collection[str] | None) -> None:
        """Delete a group. Its people stay."""
        found = self.get(caller.client, group_id)
        if expected is not None and tag_of_group(found) not in expected:
            raise ScimRefusal("scim.changed", status=412)
        there = list(self._members.of(found.client_id, found.id))
        event = self._event("scim_group.deleted", caller, found, removed=len(there))
        role = self._roles.gone_parts(caller, found) if caller.client.org_id else []
        if not self._store.delete(found, event, expected=None if expected is None else [found.version], also=role):
            raise ScimRefusal("scim.changed", status=412)
        self._members.remove(found.client_id, found.id, there)
        self._filled.change(caller, found.name, remove=there)

    def _write(
        self, caller: Caller, before: ScimGroup, after: ScimGroup, more: int, expected: Collection[str] | None, counts: tuple[int, int]
    ) -> ScimGroup | None:  # fmt: skip
        """Write the group's own item: the decision about the whole change. None if another request changed it."""
        if before.members + more > MOST_MEMBERS:
            raise ScimRefusal("scim.group_full", scim_type="tooMany", maximum=MOST_MEMBERS)
        event = self._event("scim_group.updated", caller, before, added=counts[0], removed=counts[1])
        if (after.name, after.external_id) != (before.name, before.external_id):
            written = self._store.replace(before, replace(after, members=before.members + more), event)
            if written is None and self._store.finders.by_name(before.client_id, after.name.lower()) not in {"", before.id}:
                raise ScimRefusal("scim.taken", scim_type="uniqueness", status=409)
            return written
        if not any(counts):
            return before
        versions = None if expected is None else [before.version]
        written = self._store.touch(before, more=more, mark=self._new_id(), now=after.updated_at, expected=versions)
        if written is not None:
            self._audit.act(
                "scim_group.updated", actor(caller), scope=DEPLOYMENT, target=before.id, org_id=caller.client.org_id, added=str(counts[0]),
                removed=str(counts[1]),
            )  # fmt: skip
        return written

    def _difference(self, group: ScimGroup, change: MemberChange) -> tuple[list[str], list[str]]:
        """Return who has to be added and removed, which needs only those members to be read that the change names."""
        if change.clears:
            there = set(self._members.of(group.client_id, group.id))
            return [each for each in change.add if each not in there], sorted(there.difference(change.add))
        there = self._members.among(group.client_id, group.id, [*change.add, *change.remove]) if change else set()
        return [each for each in change.add if each not in there], [each for each in change.remove if each in there]

    def _check(self, caller: Caller, add: Collection[str], remove: Collection[str] = ()) -> None:
        """Refuse members whom this client did not make (threats P-02), and in an organisation more of them than one request may change."""
        if caller.client.org_id:
            if len(add) + len(remove) > MOST_AT_ONCE:
                raise ScimRefusal("scim.too_many_members", scim_type="tooMany", status=413, maximum=MOST_AT_ONCE)
            self._roles.check(caller, add)
        elif add and self._people.owned(caller.client.id, add) != set(add):
            raise ScimRefusal("scim.member_unknown", scim_type="invalidValue")

    def _add(self, caller: Caller, group: ScimGroup, user_ids: Collection[str]) -> None:
        """Add members. One who was erased meanwhile is removed again: either this sees it, or the erasure sees the new item."""
        if not user_ids:
            return
        client = caller.client
        if client.org_id:
            self._roles.give(caller, group, user_ids)
        else:
            self._members.add(client.id, group.id, user_ids)
        if gone := set(user_ids) - self._people.owned(client.id, user_ids):
            self._remove(caller, group, gone)

    def _remove(self, caller: Caller, group: ScimGroup, user_ids: Collection[str]) -> None:
        if caller.client.org_id:
            self._roles.take(caller, group, user_ids)
        else:
            self._members.remove(group.client_id, group.id, user_ids)

    def _fill(self, caller: Caller, before: ScimGroup, after: ScimGroup, add: Collection[str], remove: Collection[str]) -> None:
        if before.name.lower() == after.name.lower():
            self._filled.change(caller, after.name, add=add, remove=remove)
        elif self._filled.concerns(caller.client, before.name) or self._filled.concerns(caller.client, after.name):
            now = list(self._members.of(after.client_id, after.id))
            self._filled.change(caller, before.name, remove=[*now, *remove])
            self._filled.change(caller, after.name, add=now)

    def _event(self, type_: str, caller: Caller, group: ScimGroup, **numbers: int) -> list[Raw]:
        told = {name: str(number) for name, number in numbers.items()}
        return self._audit.act_parts(type_, actor(caller), scope=DEPLOYMENT, target=group.id, org_id=caller.client.org_id, **told)
