"""Reads the numbers of hours or days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.statistics.counters import HOUR
from idp.store.statistics import Hour

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.store.statistics import StatisticsStore

DAY = 24 * HOUR
MOST_DAYS = 31
"""Days that one answer covers hour by hour. The numbers of 30 days are read by at most three calls."""
MOST_DAYS_OF_DAYS = 93
"""Days that one answer covers day by day."""


class Statistics:
    """Numbers of the deployment."""

    def __init__(self, store: StatisticsStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def hours(self, since: int | None, until: int | None, *, scope: Scope) -> list[Hour]:
        """Return the hours from `since` to `until` (epoch seconds), also those in which nothing was counted.

        Without `until` up to now, without `since` the last 24. The first hour is that of `since`, the last one has the moment before
        `until`.

        Raises:
            Invalid: `until` is not after `since`, or the time is longer than `MOST_DAYS`.
        """
        scope.require_deployment()
        return self._read(since, until, step=HOUR, usual=DAY, most=MOST_DAYS)

    def days(self, since: int | None, until: int | None, *, scope: Scope) -> list[Hour]:
        """Return the same by days of UTC, `begin` being their begin. Without `since` the last 30.

        Raises:
            Invalid: `until` is not after `since`, or the time is longer than `MOST_DAYS_OF_DAYS`.
        """
        scope.require_deployment()
        return self._read(since, until, step=DAY, usual=30 * DAY, most=MOST_DAYS_OF_DAYS)

    def _read(self, since: int | None, until: int | None, *, step: int, usual: int, most: int) -> list[Hour]:
        end = self._clock() + 1 if until is None else until
        newest = end - 1 - (end - 1) % step
        begin = newest - usual + step if since is None else since
        if end <= begin:
            raise Invalid("statistics.until_before_since", field="until")
        if begin < 0 or end - begin > most * DAY:
            raise Invalid("statistics.too_long", field="since", days=most)
        first = begin - begin % step
        steps: dict[int, dict[str, int]] = {at: {} for at in range(first, end, step)}
        for hour in self._store.hours(first, newest + step):
            into = steps[hour.begin - hour.begin % step]
            for name, number in hour.counts.items():
                into[name] = into.get(name, 0) + number
        return [Hour(at, counts) for at, counts in steps.items()]
