"""When an event is sent again, and when an endpoint is switched off (Standard Webhooks 1.0.0, "Deliverability and reliability")."""

from __future__ import annotations

WAITS = (5, 300, 1800, 7200, 18000, 36000, 23400)
"""Seconds before each further attempt: a day together. After the last one the event is a dead letter."""
LONGEST_WAIT, SHORTEST_WAIT = 3600, 60
"""Seconds that a whole endpoint rests after it asked for it (429, 503), at most and at least."""
GIVES_UP_AFTER = 5 * 86400
"""Seconds of failures, without a success, after which an endpoint is switched off."""
KEPT_ATTEMPTS = 7 * 86400
KEPT_DEAD = KEPT_SENT = 7 * 86400
KEPT_WAITING = 8 * 86400
"""Seconds after which attempts, dead letters and events that arrived, and events that were never sent, expire."""
SOON = 6
"""Seconds for which a worker waits for the next attempt. A longer wait is for the worker that looks each minute."""
_MOST_DIGITS = 8
"""Digits of Retry-After that are read. A longer number counts as none, so that reading it costs little."""


def wait_after(attempts: int) -> int | None:
    """Return the seconds until the next attempt after so many failed ones. None: there is none."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def rest(retry_after: str | None) -> int:
    """Return the seconds that an endpoint rests. `retry_after`: the header (RFC 9110 §10.2.3) in seconds; a date counts as none."""
    text = (retry_after or "").strip()
    seconds = int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0
    return max(SHORTEST_WAIT, min(seconds, LONGEST_WAIT))
