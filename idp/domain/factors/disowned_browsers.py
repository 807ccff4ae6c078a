"""Browsers that an owner disowned: those that became known since a sign-in of another person (threats M-12).

The cookie of a browser says when its person first signed in there (`services.factors.known_devices`). `User.disowned_browsers` has the
periods in which that does not count: by their beginning, their end, in epoch seconds as texts. A browser of the owner that became known in
such a period is told about once more, and nothing else happens to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.factors.known_device import LIFETIME

if TYPE_CHECKING:
    from collections.abc import Mapping

BEFORE = 60
"""Seconds between the check of the first factor, which makes the browser known, and the mail about it, at most."""
MOST = 10
"""Periods of a user. After that they become one."""


def add(periods: Mapping[str, str], since: int, now: int) -> dict[str, str]:
    """Return the periods with the one from the sign-in at `since` until `now`. Those whose cookies have expired are left out."""
    kept = {begin: end for begin, end in periods.items() if int(end) + LIFETIME > now}
    begin = since - BEFORE
    if len(kept) >= MOST:
        begin = min(begin, *map(int, kept))
        kept = {}
    return {**kept, str(begin): str(now)}


def covers(periods: Mapping[str, str], known_since: int) -> bool:
    """Return whether a browser that is known since then (epoch seconds) was disowned."""
    return any(int(begin) <= known_since <= int(end) for begin, end in periods.items())
