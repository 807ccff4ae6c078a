"""The groups of SCIM clients, without their members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.store.database import Refused
from idp.store.scim import keys as scim_keys
from idp.store.scim.finders import ScimFinders
from idp.store.scim.items import GROUP, ScimGroupItem, group_item
from idp.store.scim.people import page

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idp.domain.scim.resources import ScimGroup
    from idp.store.database import Database
    from idp.store.transport import Raw

MOST_MEMBERS = 50_000


class ScimGroupsStore:
    """Reads and writes groups."""

    def __init__(self, database: Database) -> None:
        self._db, self.finders = database, ScimFinders(database, GROUP)

    def read(self, client_id: str, group_ids: Sequence[str]) -> list[ScimGroup]:
        """The groups with these ids, in the given order. Others are left out."""
        wanted = [(ScimGroupItem, scim_keys.group(client_id, id_)) for id_ in group_ids]
        return [item.group() for item in (self._db.batch_get(*wanted) if wanted else []) if item]

    def page(self, client_id: str, *, after: str = "", limit: int) -> tuple[list[str], bool]:
        """The ids of the next groups after an id, and whether there are more."""
        return page(self._db, client_id, scim_keys.GROUPS, after=after, limit=limit)

    def create(self, it: ScimGroup, event: Sequence[Raw], *, also: Sequence[Raw] = ()) -> bool:
        """Write a new group. False, with nothing written, if the client has a group of this name, or another part was refused.

        `event`: the last parts of the transaction, a `once_part` at their end. `also`: parts before them.
        """
        return self._db.was_applied(
            self._db.transact(
                self._db.put_part(group_item(it), ScimGroupItem.pk.does_not_exist()),
                self.finders.take_name_part(it.client_id, it.name.lower(), it.id),
                *self.finders.external_parts(it.client_id, it.id, was="", is_=it.external_id),
                self.finders.count_part(it.client_id, it.id, 1),
                *also,
                *event,
            )
        )

    def replace(self, before: ScimGroup, after: ScimGroup, event: Sequence[Raw]) -> ScimGroup | None:
        """Write a group if it was not written since `before` was read. None, with nothing written, if it was, or the name is taken.

        `event`: as of `create`.
        """
        written = replace(after, version=before.version + 1)
        parts = [self._db.put_part(group_item(written), ScimGroupItem.version == before.version)]
        if before.name.lower() != after.name.lower():
            parts.append(self.finders.take_name_part(after.client_id, after.name.lower(), after.id))
            parts.append(self.finders.free_name_part(after.client_id, before.name.lower(), after.id))
        parts += self.finders.external_parts(after.client_id, after.id, was=before.external_id, is_=after.external_id)
        return written if self._db.was_applied(self._db.transact(*parts, *event)) else None

    def touch(self, it: ScimGroup, *, more: int, mark: str, now: int, expected: Collection[int] | None) -> ScimGroup | None:
        """Count a change of the members. None, with nothing written, if it is gone, full, or has another version than the expected ones.

        Only a caller who names a version has to meet it, so parallel changes of the members of one group do not refuse each other.
        `mark`: a new id, by which the write is recognised and not counted twice, if it is repeated after a lost reply.
        """
        item = ScimGroupItem
        there = item.pk.exists() & (item.mark != mark)
        if more > 0:
            there &= item.members <= MOST_MEMBERS - more
        if expected is not None:
            there &= item.version.is_in(*expected)
        actions = [item.updated_at.set(now), item.mark.set(mark), item.version.add(1), item.members.add(more)]
        done = self._db.update(item, scim_keys.group(it.client_id, it.id), actions, there)
        if not isinstance(done, Refused):
            return done.group()
        old = item.of(done.old)
        return old.group() if old is not None and old.mark == mark else None

    def delete(
        self, it: ScimGroup, event: Sequence[Raw], *, expected: Collection[int] | None, also: Sequence[Raw] = ()
    ) -> bool:  # fmt: skip
        """Remove a group, without its members. False, with nothing written, if it is gone or has another version.

        `event`, `also`: as of `create`.
        """
        there = ScimGroupItem.name == it.name
        if expected is not None:
            there &= ScimGroupItem.version.is_in(*expected)
        return self._db.was_applied(
            self._db.transact(
                self._db.delete_part(ScimGroupItem, scim_keys.group(it.client_id, it.id), there),
                self.finders.free_name_part(it.client_id, it.name.lower(), it.id),
                *self.finders.external_gone_parts(it.client_id, it.id, it.external_id),
                self.finders.count_part(it.client_id, it.id, -1),
                *also,
                *event,
            )
        )
