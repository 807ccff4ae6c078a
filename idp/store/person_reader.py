"""Reads everything that is stored about a person. For people, never for a decision.

Three Queries read the two partitions of the user and that of the address's tickets; one BatchGetItem reads what is found by the addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import keys, sign_in_keys
from idp.store.invitations import place
from idp.store.mail_problems import MailProblemItem
from idp.store.user_items import EmailItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.store.database import Database, Raw
    from idp.store.tables import Item

MOST = 20_000
"""Items of a partition that are read at most: the newest events, and all else, because it is sorted before them."""
_PAGE = 10_000
"""Items of a Query. DynamoDB ends a page at 1 MB, which is about 3,000 sessions."""


class StoredItems(NamedTuple):
    """Raw items. `complete`: nothing was left out because of MOST."""

    items: list[Raw]
    complete: bool


class PersonReader:
    """Reads items of a person."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def partitions(self, user_id: str) -> StoredItems:
        """The items in the partitions of the user: two Queries, and one more for each further MB."""
        directory = list(self._partition("directory", keys.user_pk(user_id)))
        state = list(self._partition("state", keys.user_pk(user_id)))
        return StoredItems(directory + state, len(directory) < MOST and len(state) < MOST)

    def tickets(self, owner: str) -> list[Raw]:
        """The tickets of the owner that stands for an address. One Query."""
        return list(self._partition("state", keys.user_pk(owner)))

    def found_by(self, emails: Iterable[str], invitations: Iterable[tuple[str, str]]) -> list[Item]:
        """The items that are found by canonical addresses, and invitations by their id and organisation. One BatchGetItem."""
        wanted: list[tuple[type[Item], keys.Key]] = [place(*each) for each in invitations]
        for email in emails:
            wanted += [(EmailItem, keys.email(email)), (MailProblemItem, sign_in_keys.mail_problem(email))]
        return [item for item in self._db.batch_get(*wanted) if item is not None]

    def _partition(self, table: str, pk: str) -> Iterator[Raw]:
        """The items of a partition. Events are sorted first and by time, so backwards they come last, the newest first."""
        start, count = None, 0
        while True:
            found, start = self._db.query(table, pk, limit=_PAGE, start=start, forward=False)
            yield from found[: MOST - count]
            count += len(found)
            if not start or count >= MOST:
                return
