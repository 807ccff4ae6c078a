"""Addresses that get no mail (`state`), by the hash of the address. Also addresses without an account: sign-up mails go to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.mail.mail_problem import KEPT, MailProblem
from idp.store import sign_in_keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database


class MailProblemItem(StateItem):
    """The mark of one address."""

    kind_name = "mail_problem"
    problem = UnicodeAttribute()
    reason = UnicodeAttribute(default="")
    marked_at = NumberAttribute()


class MailProblems:
    """Reads and writes marks. `address` is a canonical address (domain.people.email)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, address: str, now: int) -> MailProblem | None:
        """Return why this address gets no mail, or None if it gets mail. `now` in epoch seconds."""
        found = self._db.get(MailProblemItem, sign_in_keys.mail_problem(address))
        if found is None or int(found.marked_at) + KEPT <= now:
            return None
        return MailProblem(found.problem, found.reason, int(found.marked_at))

    def put(self, address: str, problem: MailProblem) -> None:
        """Mark the address. A newer mark replaces an older one."""
        key = sign_in_keys.mail_problem(address)
        self._db.put(MailProblemItem.new(key, problem=problem.kind, reason=problem.reason, marked_at=problem.at, ttl=problem.at + KEPT))

    def delete(self, address: str) -> None:
        """Remove the mark. Does nothing if there is none."""
        self._db.delete(MailProblemItem, sign_in_keys.mail_problem(address))
