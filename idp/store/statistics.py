"""Numbers of each hour (`state`), for plots. The stream of changes adds to them.

An hour has some items, so that batches that are counted at the same time seldom meet at one of them. A month is one partition: 30 days are
read by two Queries, three around February. Changes are counted in one transaction with their marks, so that one that comes again adds
nothing, in whatever batch. The marks of the changes of two seconds are one item.
"""

from __future__ import annotations

import hashlib
import time
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeSetAttribute
from pynamodb.expressions.operand import Path

from idp.domain.statistics.counters import COUNTERS
from idp.store.keys import Key
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pynamodb.expressions.update import Action

    from idp.store.database import Database
    from idp.store.transport import Raw

KEPT = 400 * 86400
"""Seconds that an hour is kept."""
_MARK_KEPT = 3 * 86400
"""Seconds that marks are kept. A stream forgets its records after one day."""
_SECONDS = 2
"""Seconds whose changes have their marks in one item: it stays small, also with hundreds of changes in a second."""
SHARDS = 4
_HOUR = "%Y-%m-%dT%H"


class StatisticsItem(StateItem):
    """A part of the numbers of an hour. Each counter of `COUNTERS` that is not 0 is an attribute with its name. `hour`: epoch seconds."""

    kind_name = "statistics"
    hour = NumberAttribute()


class CountedBatchItem(StateItem):
    """The marks of the changes of two seconds that were counted: digests of their ids."""

    kind_name = "counted_batch"
    ids = UnicodeSetAttribute(null=True)


class Hour(NamedTuple):
    """The numbers of one hour. `begin`: epoch seconds."""

    begin: int
    counts: Mapping[str, int]


class StatisticsStore:
    """Adds and reads numbers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, counts: Mapping[int, Mapping[str, int]], changes: Mapping[str, int], *, now: int) -> set[str] | None:
        """Add numbers, by the begin of their hour. None if they were added, else the ids of those changes that were counted before.

        `changes`: the time of each change in epoch seconds, the same whenever it is told, by its id. One call.
        """
        marks: dict[int, dict[str, str]] = {}
        for event_id, at in changes.items():
            marks.setdefault(at // _SECONDS, {})[_digest(event_id)] = event_id
        shard = hashlib.sha256(next(iter(changes)).encode()).digest()[0] % SHARDS
        parts = [self._mark_part(slot, sorted(digests), now) for slot, digests in marks.items()]
        parts += [self._add_part(hour, shard, added) for hour, added in counts.items()]
        refused = self._db.transact(*parts)
        if refused is None:
            return None
        counted = set[str]()
        for digests, reason in zip(marks.values(), refused, strict=False):
            there = CountedBatchItem.of((reason or {}).get("Item"))
            counted |= {digests[each] for each in (there.ids or ()) if each in digests} if there else set()
        return counted

    def hours(self, since: int, until: int) -> list[Hour]:
        """The hours with numbers that begin in this time (epoch seconds, `until` is exclusive), in order. A Query for each month."""
        found: dict[int, dict[str, int]] = {}
        for month in _months(since, until):
            for raw in self._of_month(month, since, until):
                hour = found.setdefault(int(raw["hour"]["N"]), {})
                for name in raw.keys() & _NAMES:
                    hour[name] = hour.get(name, 0) + int(raw[name]["N"])
        return [Hour(begin, counts) for begin, counts in sorted(found.items())]

    def _mark_part(self, slot: int, digests: list[str], now: int) -> Raw:
        ids = CountedBatchItem.ids
        new = reduce(and_, [~ids.contains(each) for each in digests])
        actions: list[Action] = [
            ids.add(set(digests)), CountedBatchItem.kind.set(CountedBatchItem.kind_name), CountedBatchItem.ttl.set(now + _MARK_KEPT),
        ]  # fmt: skip
        return self._db.update_part(CountedBatchItem, _mark(slot), actions, new)

    def _add_part(self, hour: int, shard: int, added: Mapping[str, int]) -> Raw:
        actions: list[Action] = [Path(name).add(number) for name, number in added.items()]
        actions += [StatisticsItem.kind.set(StatisticsItem.kind_name), StatisticsItem.hour.set(hour), StatisticsItem.ttl.set(hour + KEPT)]
        return self._db.update_part(StatisticsItem, hour_key(hour, shard), actions)

    def _of_month(self, month: str, since: int, until: int) -> Iterator[Raw]:
        start: Raw | None = None
        while True:
            raws, start = self._db.query(
                "state", month, after=f"HOUR#{_text(since, _HOUR)}", before=f"HOUR#{_text(until - 1, _HOUR)}#~", limit=_PAGE, start=start,
                may_be_old=True,
            )  # fmt: skip
            yield from (raw for raw in raws if since <= int(raw["hour"]["N"]) < until)
            if not start:
                return


_NAMES = frozenset(COUNTERS)
_PAGE = 5000
"""More items than a month has."""


def hour_key(hour: int, shard: int) -> Key:
    """The key of a part of an hour. `hour`: its begin in epoch seconds."""
    return Key(_month(hour), f"HOUR#{_text(hour, _HOUR)}#{shard}")


def _mark(slot: int) -> Key:
    return Key(f"COUNTED#{slot}", "COUNTED")


def _digest(event_id: str) -> str:
    return hashlib.sha256(event_id.encode()).hexdigest()[:16]


def _month(at: int) -> str:
    return f"STATISTICS#{_text(at, '%Y-%m')}"


def _months(since: int, until: int) -> list[str]:
    """The partitions of the months of this time."""
    days = range(since, max(since, until), 86400)
    return list(dict.fromkeys([*(_month(day) for day in days), *([_month(until - 1)] if until > since else [])]))


def _text(at: int, form: str) -> str:
    return time.strftime(form, time.gmtime(at))
