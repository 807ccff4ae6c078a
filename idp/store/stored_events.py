"""Reads all audit events of a time in order, the oldest first, with the record of sign-ins: for exports and for the audit chain."""

from __future__ import annotations

import heapq
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.audit.event import AuditEvent
from idp.domain.audit.leaf import Cover
from idp.store import events_by_time, keys
from idp.store.events import cover_of, parse_events
from idp.store.events_by_time import day_of, place_of
from idp.store.keys import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from idp.store.database import Database
    from idp.store.transport import Raw

_PAGE = 200
_TOGETHER = 100


class Looked(NamedTuple):
    """An item that was looked at: its place, and its event if that fits."""

    place: str
    event: AuditEvent | None


class StoredEvent(NamedTuple):
    """An event as its item has it. `until`: its `ttl`, epoch seconds."""

    event: AuditEvent
    cover: Cover
    until: int


class StoredEvents:
    """Reads the index by time, day by day, and where it matters the items themselves."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def listed(self, since: str, before: str) -> Iterator[AuditEvent]:
        """The events between two places (see `trail`), by the index. Both are exclusive; a place is also milliseconds in 13 digits."""
        for raw in self._index(since, before):
            yield from parse_events([raw])

    def whole(self, since: str, before: str) -> Iterator[StoredEvent]:
        """The same, read strongly from the items, with what covers their personal values. A damaged cover covers nothing."""
        found = self._index(since, before)
        while some := list(islice(found, _TOGETHER)):
            raws = self._db.read_raw("state", map(_key, some))
            for raw in sorted(raws, key=place_of):
                for event in parse_events([raw]):
                    yield StoredEvent(event, _cover(raw), int(raw.get("ttl", {}).get("N", "0")))

    def search(self, since: str, before: str, fits: Callable[[AuditEvent], bool]) -> Iterator[Looked]:
        """All items between two places in order. Those whose event fits by the index are read strongly, 100 in a call."""
        found = self._index(since, before)
        while some := list(islice(found, _TOGETHER)):
            places = [_key(raw) for raw in some if any(map(fits, parse_events([raw])))]
            whole = {_key(raw): raw for raw in self._db.read_raw("state", places)} if places else {}
            for raw in some:
                yield _looked(place_of(raw), whole.get(_key(raw)), fits)

    def search_partitions(
        self, partitions: Iterable[str], since: str, before: str, fits: Callable[[AuditEvent], bool], *, sessions_of: str = ""
    ) -> Iterator[Looked]:  # fmt: skip
        """The same of some partitions of `state` instead of the index: of a user, an address or an organisation.

        `sessions_of`: the user whose sign-ins belong to them. All sessions of the user are read.
        """
        if since >= before:
            return
        streams = [self._partition(pk, since, before) for pk in partitions]
        if sessions_of:
            streams.append(iter(sorted(self._db.query_all("state", keys.user_pk(sessions_of), sk_begins="SESSION#"), key=place_of)))
        for raw in heapq.merge(*streams, key=place_of):
            if since < place_of(raw) < before:
                yield _looked(place_of(raw), raw, fits)

    def raws(self, since: str, before: str) -> Iterator[Raw]:
        """The items themselves, in DynamoDB's JSON form, read strongly. One that was removed meanwhile is left out."""
        found = self._index(since, before)
        while some := list(islice(found, _TOGETHER)):
            raws = self._db.read_raw("state", map(_key, some))
            yield from sorted((raw for raw in raws if place_of(raw)), key=place_of)

    def _partition(self, pk: str, since: str, before: str) -> Iterator[Raw]:
        low, high, start = f"EVENT#{since}", f"EVENT#{before}", None
        while True:
            raws, start = self._db.query("state", pk, after=low, before=high, limit=_PAGE, start=start)
            yield from (raw for raw in raws if place_of(raw))
            if not start:
                return

    def _index(self, since: str, before: str) -> Iterator[Raw]:
        if since >= before:
            return
        days = range(day_of(since), day_of(before) + 1)
        raws = events_by_time.read(self._db, days, since, before, size=_PAGE, forward=True)
        yield from (raw for raw in raws if since < place_of(raw) < before)


def _key(raw: Raw) -> Key:
    return Key(raw["pk"]["S"], raw["sk"]["S"])


def _looked(place: str, raw: Raw | None, fits: Callable[[AuditEvent], bool]) -> Looked:
    events = parse_events([raw]) if raw else []
    return Looked(place, next((event for event in events if fits(event)), None))


def _cover(raw: Raw) -> Cover:
    try:
        return cover_of(raw)
    except (KeyError, TypeError, ValueError):
        return Cover()
