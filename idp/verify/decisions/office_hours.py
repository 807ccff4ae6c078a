"""Office hours: days and a window of local time in a named zone, also across changes of daylight saving time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from idp.verify.decisions.moments import parse_moment

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
_DAY = 24 * 60


def office_hours(zone: Any, days: Any, start: Any, end: Any) -> Callable[[Any], bool | None]:
    """A function that tells whether a time is within the window. It returns None for a value that is not a time.

    `start` is included, `end` is not. A window over midnight (22:00 to 06:00) belongs to the day on which it begins.

    Raises:
        ValueError: an unknown zone, day or time. The text is a sentence.
    """
    known = _zone(zone)
    if not isinstance(days, list) or not days or not all(isinstance(day, str) and day in DAYS for day in days):
        raise ValueError(f"days has to be a list of {', '.join(DAYS)}")
    on = frozenset(map(DAYS.index, days))
    begins, ends = _minutes("from", start), _minutes("to", end)
    if begins in {ends, _DAY}:
        raise ValueError("from and to are the same time, or from is the end of the day")

    def within(value: Any) -> bool | None:
        at = parse_moment(value)
        if at is None:
            return None
        local = at.astimezone(known)
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
        raise ValueError("unknown zone; if the system has no time zones, install tzdata") from None


def _minutes(member: str, raw: Any) -> int:
    if not isinstance(raw, str) or not _CLOCK.fullmatch(raw):
        raise ValueError(f"{member} has to be a time from 00:00 to 24:00, as in 08:30")
    hours, minutes = raw.split(":")
    return int(hours) * 60 + int(minutes)
