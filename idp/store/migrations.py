"""The log of migrations (`keys`). Their code is in migrations/; the runner reads and writes this log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.store import deployment_keys
from idp.store.tables import KeysItem

if TYPE_CHECKING:
    from idp.store.database import Database


class MigrationItem(KeysItem):
    """The record of one migration. `expands`: the release before works on with what it did. Absent: not known, from an earlier release."""

    kind_name = "migration"
    name = UnicodeAttribute()
    ran_at = NumberAttribute()
    expands = BooleanAttribute(null=True)


class Migrations:
    """Reads and writes the log."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def ran(self) -> list[str]:
        """The names of the migrations that ran, in the order of their numbers."""
        return list(self.entries())

    def entries(self) -> dict[str, bool]:
        """The same, and of each whether it is known to expand only."""
        items = (MigrationItem.of(raw) for raw in self._db.query_all("keys", deployment_keys.MIGRATIONS))
        return {item.name: bool(item.expands) for item in items if item}

    def record(self, name: str, now: int, *, expands: bool = False) -> bool:
        """Store that a migration ran at `now` (epoch seconds). False if that was stored before, unless in the same second, by a retry."""
        item = MigrationItem.new(deployment_keys.migration(name), name=name, ran_at=now, expands=expands or None)
        return self._db.put(item, MigrationItem.pk.does_not_exist()) is None
