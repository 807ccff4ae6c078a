"""Erases what `state` has about a person: their partition, and the partitions of their addresses.

Everything in the partition of a user goes, also kinds of items of later releases. Only audit events stay, without personal data; the record
of a sign-in, which is a session's item, becomes an event.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from idp.domain.audit.pseudonymous import pseudonymous
from idp.store import events, keys
from idp.store.events import EventItem
from idp.store.idempotency import AnswerAboutItem
from idp.store.sessions import SessionItem
from idp.store.tables import StateItem
from idp.store.upstream_sessions import finder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.store.database import Database
    from idp.store.transport import Raw

_TOGETHER = 50
"""Items that are read before their writes: an end in the middle leaves a part for the next run."""


class Erasures:
    """Erases, in calls of 25 writes. Each method may be repeated; what is erased already costs only its reading."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def erase_user(self, user_id: str) -> None:
        """Erase the partition of the user in `state`, and keep pseudonymous audit events."""
        for some in self._pages(keys.user_pk(user_id)):
            kept = [event_without_person(raw, user_id) for raw in some]
            self._db.write_raw("state", [new for new, raw in zip(kept, some, strict=True) if new and new != raw])
            self._delete(raw for new, raw in zip(kept, some, strict=True) if new is None or _key(new) != _key(raw))

    def erase_partitions(self, pks: Iterable[str], *, only_of: str = "") -> None:
        """Erase partitions of `state`. `only_of`: a user id; then only the items that name this user."""
        for pk in pks:
            for some in self._pages(pk):
                self._delete(raw for raw in some if not only_of or raw.get("user_id") == {"S": only_of})

    def _pages(self, pk: str) -> Iterator[list[Raw]]:
        rest = self._db.query_all("state", pk)
        while some := list(islice(rest, _TOGETHER)):
            yield some

    def _delete(self, raws: Iterable[Raw]) -> None:
        """Delete items. A stored answer about the person, and what finds the person by a session, go before the item that names them."""
        items = list(raws)
        answers = [keys.Key(raw["answer"]["S"], "IDEMPOTENCY") for raw in items if raw["kind"] == {"S": AnswerAboutItem.kind_name}]
        self._db.batch_write(deletes=[(StateItem, key) for key in (*answers, *_finders(items))])
        self._db.batch_write(deletes=[(StateItem, _key(raw)) for raw in items])


def event_without_person(raw: Raw, user_id: str) -> Raw | None:
    """The item of an audit event without personal data of this user; None for other items, also for an event that cannot be read.

    `raw`: the item of an event, or of a session, which records a sign-in.
    """
    found = events.parse_events([raw])
    if not found:
        return None
    kept = events.item(pseudonymous(found[0], user_id), retention=0)
    kept.ttl = int(raw["ttl"]["N"])
    if raw["kind"] == {"S": EventItem.kind_name}:
        kept.pk, kept.sk = raw["pk"]["S"], raw["sk"]["S"]
    return kept.raw()


def _finders(raws: Iterable[Raw]) -> list[keys.Key]:
    """The keys of the finders of these sessions, by the sessions of upstreams in which they began."""
    sessions = [one.session() for one in SessionItem.readable(raw for raw in raws if raw["kind"] == {"S": SessionItem.kind_name})]
    return [place for one in sessions if (place := finder(one.upstream or {}, one.user_id))]


def _key(raw: Raw) -> keys.Key:
    return keys.Key(raw["pk"]["S"], raw["sk"]["S"])
