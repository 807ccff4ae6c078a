"""A change of the address that its owner proved, and its undoing: the user, both emails and the ticket in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.people.former_emails import RESERVED
from idp.store import keys
from idp.store.user_items import EmailItem, EmailTakenError, UserItem, item, take_email

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.transport import Raw


class EmailChanges:
    """Writes them. Each method returns the written user (version + 1), or None, with nothing written, if a condition did not hold.

    `user`: after the change, with the version that was read. `use`: the part that uses the ticket up, for this attempt only.
    `parts`: other parts of the transaction.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def change(self, user: User, *, email_was: str, now: int, use: Raw, parts: list[Raw]) -> User | None:
        """Take the new email, and reserve the old one for the same user.

        Raises:
            EmailTakenError: another user has the new email. Nothing was written.
        """
        kept = EmailItem.new(keys.email(email_was), user_id=user.id, reserved_until=now + RESERVED)
        reserve = self._db.put_part(kept, EmailItem.user_id == user.id)
        return self._write(user, [use, take_email(self._db, user), reserve, *parts])

    def restore(self, user: User, *, email_was: str, use: Raw, parts: list[Raw]) -> User | None:
        """Take the former email again, and free the one that the user had since. None also if another user has the former email."""
        free = self._db.delete_part(EmailItem, keys.email(email_was), EmailItem.user_id == user.id)
        try:
            return self._write(user, [use, take_email(self._db, user), free, *parts])
        except EmailTakenError:
            return None

    def release(self, user: User, email: str) -> None:
        """Free an email that is no longer reserved, unless another user has it by now. One call."""
        self._db.delete(EmailItem, keys.email(email), EmailItem.user_id == user.id)

    def _write(self, user: User, parts: list[Raw]) -> User | None:
        written = replace(user, version=user.version + 1)
        new = item(written, sharded=bool(self._db.time_shards))
        refused = self._db.transact(self._db.rewrite_part(new, UserItem.version == user.version), *parts)
        # Two attempts write equal users. Only the ticket tells a retry of this attempt, whose own use it accepts, from another one.
        if refused is None or (self._db.was_written(refused[0], new) and not refused[1]):
            return written
        if refused[2] and not (refused[0] or refused[1]):
            raise EmailTakenError
        return None
