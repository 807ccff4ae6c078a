"""Office hours: days and a window of local time in a named zone, over changes of the clocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from idp.verify.decisions.moments import moment

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
_DAY = 24 * 60


def office_hours(zone: Any, days: Any, start: Any, end: Any) -> Callable[[Any], bool | None]:
    """A test of a moment: within the window or not, None for what is no moment.

    `start` counts, `end` does not. A window over midnight (22:00 to 06:00) belongs to the day on which it begins.

    Raises:
        ValueError: a sentence: there is no such zone, day or time.
    """
    known = _zone(zone)
    if not isinstance(days, list) or not days or not all(isinstance(day, str) and day in DAYS for day in days):
        raise ValueError(f"days has to be a list of {', '.join(DAYS)}")
    on = frozenset(map(DAYS.index, days))
    begins, ends = _minutes("from", start), _minutes("to", end)
    if begins in {ends, _DAY}:
        raise ValueError("from and to are the same time, or from is the end of the day")

    def within(value: Any) -> bool | None:
        told = moment(value)
        if told is None:
            return None
        local = told.astimezone(known)
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if begins < ends:
            return begins <= minute < ends and day in on
        yesterday = (local.date() - timedelta(days=1)).weekday()
        return (minute >= begins and day in on) or (minute < ends and yesterday in on)

    return within


def _zone(name: Any) -> ZoneInfo:
    if not isinstance(name, str) or not _ZONE.fullmatch(name):
        raise ValueError("zone has to be a name such as Europe/Berlin or UTC")
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError("there is no zone of this name here; where the system has none at all, install tzdata") from None


def _minutes(member: str, told: Any) -> int:
    if not isinstance(told, str) or not _CLOCK.fullmatch(told):
        raise ValueError(f"{member} has to be a time from 00:00 to 24:00, as in 08:30")
    hours, minutes = told.split(":")
    return int(hours) * 60 + int(minutes)
