"""Deletions that are not finished (`state`), in one partition, sorted by the time at which they are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.people.deletion import Deletion
from idp.store import keys
from idp.store.admins import join_part
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.transport import Raw

KEPT = 400 * 86400
"""Seconds for which an item outlives its due time. Only a job that did not run for so long would lose a deletion."""


class DeletionItem(StateItem):
    """The item of a deletion. It is removed when the deletion is undone, and as the last step of an erasure."""

    kind_name = "deletion"
    user_id = UnicodeAttribute()
    due = NumberAttribute()
    emails = UnicodeAttribute()
    by = UnicodeAttribute()
    own = BooleanAttribute(default=False)
    admin = BooleanAttribute(default=False)
    attempt = UnicodeAttribute(default="")
    language = UnicodeAttribute(default="")

    def deletion(self) -> Deletion:
        """Convert it to the domain's class."""
        emails = tuple(self.emails.split())
        return Deletion(
            self.user_id, int(self.due), emails, self.by, own=self.own, admin=self.admin, attempt=self.attempt, language=self.language
        )


def _item(it: Deletion) -> DeletionItem:
    return DeletionItem.new(
        keys.deletion(it.due, it.user_id), user_id=it.user_id, due=it.due, emails=" ".join(it.emails), by=it.by, own=it.own, admin=it.admin,
        attempt=it.attempt, language=it.language, ttl=it.due + KEPT,
    )  # fmt: skip


class Deletions:
    """Reads deletions, and makes the parts of the transactions that write them together with their users."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def due(self, now: int, *, limit: int) -> list[Deletion]:
        """The deletions that are due at `now` (epoch seconds), the oldest first."""
        found, _ = self._db.query("state", keys.DELETIONS, after=" ", before=f"{now:010d}~", limit=limit)
        return [item.deletion() for item in DeletionItem.readable(found)]

    def get(self, user_id: str, due: int) -> Deletion | None:
        """The deletion of this user that is due at this time, or None."""
        found = self._db.get(DeletionItem, keys.deletion(due, user_id))
        return found.deletion() if found else None

    def put_part(self, deletion: Deletion) -> Raw:
        """The part of a transaction that writes a deletion, in place of another one of this user and time."""
        return self._db.put_part(_item(deletion))

    def new_part(self, deletion: Deletion) -> Raw:
        """The part of a transaction that writes a deletion, unless another request wrote one of this user and time."""
        free = DeletionItem.pk.does_not_exist() | (DeletionItem.attempt == deletion.attempt)
        return self._db.put_part(_item(deletion), free)

    def drop_part(self, user_id: str, due: int) -> Raw:
        """The part of a transaction that removes a deletion, if it is there."""
        return self._db.delete_part(DeletionItem, keys.deletion(due, user_id))

    def undo_parts(self, user: User) -> list[Raw]:
        """The parts of a transaction that end the user's deletion, if there is one. The caller writes the user, who is enabled again."""
        if not user.deleting_until:
            return []
        return [self.drop_part(user.id, user.deleting_until), *([join_part(self._db, user)] if user.admin else [])]

    def finish(self, deletion: Deletion, event: Raw) -> None:
        """Remove a finished deletion and write its audit event, in one transaction. Does nothing if another run did it before."""
        done = self._db.delete_part(DeletionItem, keys.deletion(deletion.due, deletion.user_id), DeletionItem.pk.exists())
        self._db.transact(done, event)
