"""Marks of what was imported, and of ids that no import may keep (`directory`, threats R-12, R-18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw

IDS = "ids"
"""In place of a system in the key of a mark: an id that was kept, or whose person was erased. No account gets it again."""


class SourceItem(DirectoryItem):
    """The mark that a row of another system was imported. `written_by`: which call wrote it, where the id of the user cannot tell."""

    kind_name = "source"
    imported_at = NumberAttribute()
    written_by = UnicodeAttribute(null=True)


def erased_id_part(db: Database, digest: str, now: int) -> Raw:
    """The part of a transaction that notes that the person with an id is erased. `digest`: the keyed hash of the id."""
    actions = [SourceItem.kind.set(SourceItem.kind_name), SourceItem.imported_at.set(now)]
    return db.update_part(SourceItem, keys.source(IDS, digest), actions)
