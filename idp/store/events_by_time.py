"""The index by time of audit events and sign-ins: the one place that knows how it is divided. All that is read by time is read here.

New events are in the shards, each of which has the events of all days; older ones are under their days (`time_shards`). Days are always
read, because a process that has not read the keys writes to them. What both have is merged in order.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from idp.store import time_shards
from idp.store.tables import BY_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.store.database import Database, Raw

DAY = 86_400_000
"""Milliseconds."""
_PART, _FEWEST = 4, 8
"""A query of a shard asks for a fourth of the items, for 8 at least: a page has about a sixteenth of its items from each."""
_MARK = {"at"}
"""The members of a mark. An item has its keys as well."""


def place_of(raw: Raw) -> str:
    """The place of an item (see `trail`). Empty for a session whose sign-in was not finished, and for an item that cannot be read."""
    place: str = raw.get("at", {}).get("S", "")
    return place


def day_of(place: str) -> int:
    """The number of the day of a place, counted from the epoch."""
    return int(place[:13]) // DAY


def read(db: Database, days: Iterable[int], since: str, before: str, *, size: int, forward: bool, complete: bool = True) -> Iterator[Raw]:
    """The items of these days between two places, in order. `days`: in the same order, without a gap. `size`: items of one query.

    One query for each shard at once, and one for each day, when the merge has come to it. A query of a shard asks for fewer items. Without
    `complete`, shards are left out if there were none when this process read the keys last: a minute ago at most in a function.
    """
    wanted = list(days)
    if not wanted:
        return
    low, high = max(since, _start(min(wanted))), min(before, _start(max(wanted) + 1))
    numbers = time_shards.SHARDS if complete or db.time_shards is not False else 0
    few = max(size // _PART, _FEWEST)
    shards = [_stream(db, time_shards.shard(n), low, high, size=few, forward=forward) for n in range(numbers)]
    found = heapq.merge(_days(db, wanted, since, before, size=size, forward=forward), *shards, key=place_of, reverse=not forward)
    yield from (raw for raw in found if raw.keys() != _MARK)


def _days(db: Database, days: Iterable[int], since: str, before: str, *, size: int, forward: bool) -> Iterator[Raw]:
    """The items under these days. After each day a mark, so that a merge asks for the next day only when all others have come to it."""
    for day in days:
        yield from _stream(db, time_shards.day(day), since, before, size=size, forward=forward)
        yield {"at": {"S": _start(day + 1 if forward else day)}}


def _start(day: int) -> str:
    """The place at which a day starts: before each of its items."""
    return f"{day * DAY:013d}"


def _stream(db: Database, partition: str, since: str, before: str, *, size: int, forward: bool) -> Iterator[Raw]:
    start: Raw | None = None
    while True:
        raws, start = db.query("state", partition, index=BY_TIME, after=since, before=before, limit=size, start=start, forward=forward)
        yield from raws
        if not start:
            return
