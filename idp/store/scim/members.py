"""The members of groups: two items for each, one in the partition of the group and one in the partition of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.store import keys
from idp.store.scim import keys as scim_keys
from idp.store.scim.items import ScimGroupItem, ScimMemberItem, ScimMembershipItem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from idp.store.database import Database
    from idp.store.transport import Raw


class ScimMembers:
    """Reads and writes members. Writes are not conditional: each can be repeated, and the group's own item is written before them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, client_id: str, group_id: str) -> Iterator[str]:
        """The ids of all members, in their order. One call for about 1,000."""
        for raw in self._db.query_all("directory", scim_keys.members_pk(client_id, group_id)):
            yield raw["user_id"]["S"]

    def among(self, client_id: str, group_id: str, user_ids: Collection[str]) -> set[str]:
        """Those of the users who are members. One call for 100 users."""
        wanted = [(ScimMemberItem, scim_keys.member(client_id, group_id, id_)) for id_ in user_ids]
        return {item.user_id for item in (self._db.batch_get(*wanted) if wanted else []) if item}

    def groups_of(self, client_id: str, user_id: str) -> list[str]:
        """The ids of the client's groups that have this user."""
        begins = scim_keys.members_pk(client_id, "x").removesuffix("x")
        raws = self._db.query_all("directory", keys.user_pk(user_id), sk_begins=begins)
        return [item.group_id for item in ScimMembershipItem.readable(raws)]

    def add(self, client_id: str, group_id: str, user_ids: Collection[str]) -> None:
        """Add members. 25 items for a call, two for a member."""
        inside = [ScimMemberItem.new(scim_keys.member(client_id, group_id, id_), user_id=id_) for id_ in user_ids]
        beside = [
            ScimMembershipItem.new(scim_keys.membership(id_, client_id, group_id), client_id=client_id, group_id=group_id)
            for id_ in user_ids
        ]
        self._db.batch_write(puts=[*inside, *beside])

    def remove(self, client_id: str, group_id: str, user_ids: Collection[str]) -> None:
        """Remove members."""
        inside = [(ScimMemberItem, scim_keys.member(client_id, group_id, id_)) for id_ in user_ids]
        beside = [(ScimMembershipItem, scim_keys.membership(id_, client_id, group_id)) for id_ in user_ids]
        self._db.batch_write(deletes=[*inside, *beside])

    def add_parts(self, client_id: str, group_id: str, user_id: str) -> list[Raw]:
        """The parts of a transaction that add one member."""
        beside = ScimMembershipItem.new(
            scim_keys.membership(user_id, client_id, group_id), client_id=client_id, group_id=group_id
        )  # fmt: skip
        inside = ScimMemberItem.new(scim_keys.member(client_id, group_id, user_id), user_id=user_id)
        return [self._db.put_part(inside), self._db.put_part(beside)]

    def remove_parts(self, client_id: str, group_id: str, user_id: str) -> list[Raw]:
        """The parts of a transaction that remove one member."""
        return [
            self._db.delete_part(ScimMemberItem, scim_keys.member(client_id, group_id, user_id)),
            self._db.delete_part(ScimMembershipItem, scim_keys.membership(user_id, client_id, group_id)),
        ]

    def leave(self, user_id: str, org_id: str, *, mark: str) -> None:
        """Remove the user from all groups of the organisation's SCIM clients, each of which gets another version.

        `mark`: of this leaving, by which a count that is repeated after a lost reply is recognised. One call, and two for each group.
        """
        raws, group = self._db.query_all("directory", keys.user_pk(user_id), sk_begins=scim_keys.groups_of(org_id)), ScimGroupItem
        found = ScimMembershipItem.readable(raws)
        for item in found:
            self.remove(item.client_id, item.group_id, [user_id])
        counts = [group.mark.set(mark), group.version.add(1), group.members.add(-1)]
        for item in found:
            self._db.update(group, scim_keys.group(item.client_id, item.group_id), counts, group.pk.exists() & (group.mark != mark))
