"""Writes imported people (`directory`): user, address, authenticator and the mark of the row in one transaction (threats R-10, R-12).

The mark makes an import idempotent. It has no user id and its key is a keyed hash, so it tells nothing about a person, and it stays when
the person is erased: importing the same file again does not bring them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute

from idp.store import keys
from idp.store.factors import totp_item
from idp.store.tables import DirectoryItem
from idp.store.user_items import EmailItem, UserItem, item, take_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.factors import Totp
    from idp.store.transport import Raw

AT_ONCE = 24
"""People in one transaction, which may have 100 parts (DynamoDB): four for each person."""


class SourceItem(DirectoryItem):
    """The mark that a row of another system was imported."""

    kind_name = "source"
    imported_at = NumberAttribute()


class Outcome(Enum):
    """What happened to a person."""

    CREATED = "created"
    KNOWN = "imported before"
    TAKEN = "another account has the address"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is written. `system`: the format. `source`: the keyed hash of the id there. `user.id` is new."""

    user: User
    system: str
    source: str
    totp: Totp | None = None


class PeopleImports:
    """Writes imported people."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def write(self, people: Sequence[NewPerson]) -> list[Outcome]:
        """Write at most `AT_ONCE` people with different ids and addresses. Returns one outcome each.

        All are written in one transaction. If the conditions of some do not hold, the others are written without them.

        Raises:
            Unavailable: it is unknown whether they were written. The same call again tells.
            Invalid: an item is too large. Nothing was written.
        """
        outcomes: dict[int, Outcome] = {}
        while left := [number for number in range(len(people)) if number not in outcomes]:
            parts = {number: self._parts(people[number]) for number in left}
            refused = self._db.transact(*(part for number in left for part in parts[number]))
            if refused is None:
                outcomes |= dict.fromkeys(left, Outcome.CREATED)
                break
            reasons = iter(refused)
            for number in left:
                found = self._outcome(people[number], [next(reasons) for _ in parts[number]])
                if found:
                    outcomes[number] = found
        return [outcomes[number] for number in range(len(people))]

    def look(self, people: Sequence[NewPerson]) -> list[Outcome]:
        """Return what `write` would do, without a write."""
        wanted = [(SourceItem, keys.source(each.system, each.source)) for each in people]
        marks = self._db.batch_get(*wanted)
        addresses = self._db.batch_get(*((EmailItem, keys.email(each.user.email)) for each in people))
        return [
            Outcome.KNOWN if mark else Outcome.TAKEN if address and not address.is_free(each.user.updated_at) else Outcome.CREATED
            for each, mark, address in zip(people, marks, addresses, strict=True)
        ]

    def _parts(self, person: NewPerson) -> list[Raw]:
        mark = SourceItem.new(keys.source(person.system, person.source), imported_at=person.user.updated_at)
        return [
            self._db.put_part(item(person.user), UserItem.pk.does_not_exist()),
            self._db.put_part(mark, SourceItem.pk.does_not_exist()),
            take_email(self._db, person.user),
            *([self._db.put_part(totp_item(person.totp))] if person.totp else []),
        ]

    def _outcome(self, person: NewPerson, reasons: Sequence[Raw | None]) -> Outcome | None:
        """Return the outcome of a person whose conditions did not hold, or None. Ids are random: a stored equal user is of this call."""
        user, mark, address = reasons[:3]
        if self._db.was_written(user, item(person.user)):
            return Outcome.CREATED
        if mark:
            return Outcome.KNOWN
        return Outcome.TAKEN if address or user else None
