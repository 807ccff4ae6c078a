"""The labels of objects that a declarative file manages (`directory`). They are in one partition, and no request of a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.declared.managed_object import ManagedObject
from idp.store import keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw


class ManagedObjectItem(DirectoryItem):
    """The label of one object."""

    kind_name = "managed_object"
    object_kind = UnicodeAttribute()
    object_id = UnicodeAttribute()
    manager = UnicodeAttribute()
    mark = UnicodeAttribute(default="")
    object_version = NumberAttribute(default=0)

    def managed(self) -> ManagedObject:
        """Convert it to the domain's class."""
        return ManagedObject(self.object_kind, self.object_id, self.manager, self.mark, int(self.object_version))


class ManagedObjects:
    """Reads and writes labels."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[ManagedObject]:
        """All labels by kind and id."""
        return [item.managed() for item in ManagedObjectItem.readable(self._db.query_all("directory", keys.MANAGED))]

    def listing(self, *, limit: int = 50, start: Raw | None = None) -> tuple[list[ManagedObject], Raw | None]:
        """One page of labels by kind and id, and the key of the next page."""
        found, more = self._db.query("directory", keys.MANAGED, limit=limit, start=start)
        return [item.managed() for item in ManagedObjectItem.readable(found)], more

    def put(self, made: ManagedObject) -> bool:
        """Write a label, or write it anew. False, with nothing written, if another file manages the same object."""
        item = ManagedObjectItem.new(
            keys.managed_object(made.kind, made.id), object_kind=made.kind, object_id=made.id, manager=made.manager, mark=made.mark,
            object_version=made.version,
        )  # fmt: skip
        free = (
            ManagedObjectItem.pk.does_not_exist() | (ManagedObjectItem.manager == made.manager) | (ManagedObjectItem.mark != made.mark)
        )  # a label with another mark is about a former object
        return self._db.put(item, free) is None

    def delete(self, made: ManagedObject) -> bool:
        """Remove a label. False if it is not there, or is of another file."""
        return (
            self._db.delete(ManagedObjectItem, keys.managed_object(made.kind, made.id), ManagedObjectItem.manager == made.manager) is None
        )
