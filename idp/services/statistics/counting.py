"""Counts the changes of the streams of the tables, hour by hour.

Changes are added in one transaction with their marks, so each counts once: also if the function is killed after it counted and before it
answered, and Lambda gives the batch again, longer, halved or from another place on. The dispatcher gives this consumer only changes that do
not come again for another consumer's sake.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.domain.statistics.counters import MAIL_PROBLEMS, PEOPLE_ADDED, PEOPLE_REMOVED, SIGN_INS, begin_of_hour, of_event
from idp.domain.streams.change import INSERT, REMOVE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idp.domain.clock import Clock
    from idp.domain.streams.change import Change
    from idp.store.statistics import StatisticsStore

_SUCCEEDED = "sign_in.succeeded"
_AT_ONCE = 45
"""Changes of one transaction: each may be of another hour and have a mark of its own, and a transaction has 100 parts."""
_DAY = 86400


class StatisticsConsumer:
    """A consumer of the stream."""

    name = "statistics"
    kinds = frozenset({"user", "event", "session", "mail_problem"})
    only_done = True
    """It gets only the changes before the first one that failed (`StreamDispatcher`)."""

    def __init__(self, store: StatisticsStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Count these changes, each once.

        Raises:
            Unavailable: the store did not answer.
        """
        rest = [(change, found) for change in changes if (found := counter_of(change))]
        while rest:
            some, counts = rest[:_AT_ONCE], dict[int, Counter[str]]()
            for change, name in some:
                counts.setdefault(begin_of_hour(_moment(change)), Counter())[name] += 1
            before = self._store.add(counts, {change.event_id: change.at for change, _ in some}, now=self._clock())
            if before is None:
                rest = rest[_AT_ONCE:]
                continue
            if not before:
                raise Unavailable(detail="numbers were refused, and none of them was counted before")
            rest = [(change, name) for change, name in rest if change.event_id not in before]
        return ()


def counter_of(change: Change) -> str | None:
    """Return the counter that this change adds to, or None."""
    if change.kind == "user":
        return {INSERT: PEOPLE_ADDED, REMOVE: PEOPLE_REMOVED}.get(change.act)
    if change.act != INSERT or change.is_rewritten:
        return None
    if change.kind == "mail_problem":
        return MAIL_PROBLEMS
    type_, reason = str(change.new.get("type") or ""), str(change.new.get("reason") or "")
    if change.kind == "session":
        return SIGN_INS if type_ == _SUCCEEDED else None
    return of_event(type_, reason)


def _moment(change: Change) -> int:
    """When it happened, in epoch seconds, as the event says. A time far from that of the record is no time of this act."""
    digits = str(change.new.get("at") or "").partition("#")[0]
    told = int(digits) // 1000 if digits.isascii() and digits.isdecimal() else change.at
    return told if abs(told - change.at) < _DAY else change.at
