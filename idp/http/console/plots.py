"""Plots of sign-ins, new people and lockouts as SVG paths, with a place for each hour or day."""

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


class Picture(NamedTuple):
    """Two sets of bars, each as the `d` of an SVG path. `most`: the number that a bar of the whole height stands for."""

    good: str
    bad: str
    most: int


class Plot(NamedTuple):
    """`sign_ins`: failures stand on successes. `people`: new people, and beside them lockouts.

    `marks`: places and words of the axis. `rows`: the table below, the newest first.
    """

    sign_ins: Picture
    people: Picture
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
    step, every = WIDTH / max(1, len(numbers)), max(1, len(numbers) // 6)
    marks = [(round((place + 0.5) * step, 1), word(one.at.epoch)) for place, one in enumerate(numbers) if place % every == 0]
    return Plot(
        _stacked([(one.sign_ins, one.failed) for one in numbers], step), _beside([(one.added, one.locks) for one in numbers], step), marks,
        numbers[::-1],
    )  # fmt: skip


def _stacked(pairs: Sequence[tuple[int, int]], step: float) -> Picture:
    most = _round_up(max((good + bad for good, bad in pairs), default=0))
    unit, width = (BASE - TOP) / most, step * 0.7
    places = [place * step + step * 0.15 for place in range(len(pairs))]
    good = (_bar(x, width, BASE, good * unit) for x, (good, _) in zip(places, pairs, strict=True))
    bad = (_bar(x, width, BASE - good * unit, bad * unit) for x, (good, bad) in zip(places, pairs, strict=True))
    return Picture("".join(good), "".join(bad), most)


def _beside(pairs: Sequence[tuple[int, int]], step: float) -> Picture:
    most = _round_up(max((max(pair) for pair in pairs), default=0))
    unit, width = (BASE - TOP) / most, step * 0.35
    first = "".join(_bar(place * step + step * 0.15, width, BASE, pair[0] * unit) for place, pair in enumerate(pairs))
    second = "".join(_bar(place * step + step * 0.5, width, BASE, pair[1] * unit) for place, pair in enumerate(pairs))
    return Picture(first, second, most)


def _bar(x: float, width: float, bottom: float, height: float) -> str:
    """Return a rectangle that stands on `bottom`; nothing for a height of 0."""
    return f"M{x:.1f} {bottom - height:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z" if height else ""


def _round_up(number: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50, …"""
    size = 1
    while size < number:
        size = next((size * factor // 10 for factor in (20, 50) if size * factor // 10 >= number), size * 10)
    return size
