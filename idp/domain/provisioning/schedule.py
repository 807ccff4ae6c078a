"""When a change is sent again, and what a target's answer means for the others."""

from __future__ import annotations

WAITS = (60, 300, 1800, 7200, 43200)
"""Seconds before each further attempt of one change. After the last one an admin has to decide."""
LONGEST_WAIT = 3600
"""Seconds that a target may ask for by Retry-After."""
SHORTEST_WAIT = 60
"""Seconds that a target rests that did not answer, or asked for a pause without a time."""
_MOST_DIGITS = 8
"""Digits of Retry-After that are read. A longer number counts as none, so that reading it costs little."""


def rest(retry_after: str | None) -> int:
    """Seconds that a target rests. `retry_after`: the header (RFC 9110 §10.2.3) in seconds; a date counts as none."""
    text = (retry_after or "").strip()
    seconds = int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0
    return max(SHORTEST_WAIT, min(seconds, LONGEST_WAIT))
