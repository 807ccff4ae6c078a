"""Plots of sign-ins as the numbers of an SVG picture: one bar for each hour or day, failures on top of successes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.statistics.counters import FAILED, HOUR, PEOPLE_ADDED, SIGN_INS
from idp.http.account.moment import Moment, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from idp.store.statistics import Hour

WIDTH, HEIGHT, TOP, BASE = 720, 150, 14, 132
"""The picture in its own units; the bars stand on BASE and end at TOP at the highest."""
_DAY = 24 * HOUR


class Numbers(NamedTuple):
    """What was counted in a time. `at`: its begin."""

    at: Moment
    sign_ins: int
    failed: int
    added: int
    locks: int


class Bar(NamedTuple):
    """A bar of the picture. The failures begin at `bad_y`, the successes at `good_y`."""

    x: float
    width: float
    good_y: float
    good: float
    bad_y: float
    bad: float


class Plot(NamedTuple):
    """`most`: the height of the picture in sign-ins. `marks`: places and words of the axis. `rows`: the table below, the newest first."""

    bars: list[Bar]
    most: int
    marks: list[tuple[float, str]]
    rows: list[Numbers]


def count(hours: Iterable[Hour], begin: int) -> Numbers:
    """Return the sum of hours."""
    counts = [hour.counts for hour in hours]
    failed = sum(number for each in counts for name, number in each.items() if name.startswith(f"{FAILED}_"))
    sums = (sum(each.get(name, 0) for each in counts) for name in (SIGN_INS, PEOPLE_ADDED, "locks"))
    sign_ins, added, locks = sums
    return Numbers(moment(begin), sign_ins, failed, added, locks)


def counted_since(hours: Sequence[Hour]) -> Moment | None:
    """Return the begin of the first hour with numbers, or None if it is the first of them all: then the count may have begun earlier."""
    first = next((place for place, hour in enumerate(hours) if hour.counts), 0)
    return moment(hours[first].begin) if first else None


def of_hours(hours: Sequence[Hour]) -> Plot:
    """Return the plot of the last 24 hours."""
    return _plot([count([hour], hour.begin) for hour in hours[-24:]], lambda at: time.strftime("%H:%M", time.gmtime(at)))


def of_days(hours: Sequence[Hour]) -> Plot:
    """Return the plot of the days of UTC."""
    days: dict[int, list[Hour]] = {}
    for hour in hours:
        days.setdefault(hour.begin - hour.begin % _DAY, []).append(hour)
    return _plot([count(of_day, day) for day, of_day in days.items()], lambda at: time.strftime("%m-%d", time.gmtime(at)))


def _plot(numbers: list[Numbers], word: Callable[[int], str]) -> Plot:
    most = _round_up(max((one.sign_ins + one.failed for one in numbers), default=0))
    step = WIDTH / max(1, len(numbers))
    unit = (BASE - TOP) / most
    bars = [
        Bar(
            round(place * step + step * 0.15, 1), round(step * 0.7, 1), round(BASE - one.sign_ins * unit, 1), round(one.sign_ins * unit, 1),
            round(BASE - (one.sign_ins + one.failed) * unit, 1), round(one.failed * unit, 1),
        )
        for place, one in enumerate(numbers)
    ]  # fmt: skip
    every = max(1, len(numbers) // 6)
    marks = [(round((place + 0.5) * step, 1), word(one.at.epoch)) for place, one in enumerate(numbers) if place % every == 0]
    return Plot(bars, most, marks, numbers[::-1])


def _round_up(number: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50, …"""
    size = 1
    while size < number:
        size = next((size * factor // 10 for factor in (20, 50) if size * factor // 10 >= number), size * 10)
    return size
