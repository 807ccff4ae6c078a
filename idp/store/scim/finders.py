"""How people and groups of a SCIM client are found and counted. Its parts belong into the transaction of the person or group."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from idp.store.scim import keys as scim_keys
from idp.store.scim.items import ScimCountItem, ScimFinderItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw

SHARDS = 8
"""The number of items of a count. Parallel creations that change the same item would wait for each other."""


class ScimFinders:
    """Reads and writes the finders of one kind: User or Group."""

    def __init__(self, database: Database, kind: str) -> None:
        self._db, self._kind = database, kind

    def by_name(self, client_id: str, name: str) -> str:
        """The id of the one with this name in lower case, or an empty text."""
        found = self._db.get(ScimFinderItem, scim_keys.name(client_id, self._kind, name))
        return found.found if found else ""

    def by_external_id(self, client_id: str, external_id: str) -> list[str]:
        """The ids of those with this externalId."""
        pk, begins = scim_keys.external_prefix(client_id, self._kind, external_id)
        found, _ = self._db.query("directory", pk, sk_begins=begins)
        return [item.found for item in ScimFinderItem.readable(found)]

    def count(self, client_id: str) -> int:
        """How many there are."""
        parts = self._db.batch_get(*((ScimCountItem, scim_keys.count(client_id, self._kind, shard)) for shard in range(SHARDS)))
        return max(0, sum(int(each.number) for each in parts if each))

    def take_name_part(self, client_id: str, name: str, id_: str) -> Raw:
        """The part of a transaction that takes a name, if it is free."""
        new = ScimFinderItem.new(scim_keys.name(client_id, self._kind, name), found=id_, about=self._kind)
        return self._db.put_part(new, ScimFinderItem.pk.does_not_exist() | (ScimFinderItem.found == id_))

    def free_name_part(self, client_id: str, name: str, id_: str) -> Raw:
        """The part of a transaction that frees a name, if it is this one's."""
        mine = ScimFinderItem.pk.does_not_exist() | (ScimFinderItem.found == id_)
        return self._db.delete_part(ScimFinderItem, scim_keys.name(client_id, self._kind, name), mine)

    def external_parts(self, client_id: str, id_: str, *, was: str, is_: str) -> list[Raw]:
        """The parts of a transaction that replace one externalId by another. An empty text is none."""
        if was == is_:
            return []
        new = ScimFinderItem.new(scim_keys.external(client_id, self._kind, is_, id_), found=id_, about=self._kind) if is_ else None
        return [*self.external_gone_parts(client_id, id_, was), *([self._db.put_part(new)] if new else [])]

    def external_gone_parts(self, client_id: str, id_: str, was: str) -> list[Raw]:
        """The parts of a transaction that remove an externalId. An erasure only removes: its role may not put items into `directory`."""
        return [self._db.delete_part(ScimFinderItem, scim_keys.external(client_id, self._kind, was, id_))] if was else []

    def count_part(self, client_id: str, id_: str, number: int) -> Raw:
        """The part of a transaction that counts one more, or one less."""
        key = scim_keys.count(client_id, self._kind, zlib.crc32(id_.encode()) % SHARDS)
        return self._db.update_part(ScimCountItem, key, [ScimCountItem.kind.set(ScimCountItem.kind_name), ScimCountItem.number.add(number)])
