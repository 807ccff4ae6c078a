"""The scheduled functions run: nothing that is due has waited for long. Keys have a check of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts

_ERASED_DAILY = 2 * 86400
"""Seconds after which a due erasure must have happened."""
_DELIVERED_EACH_FIVE_MINUTES = 3600


def check(parts: Parts) -> Iterator[Finding]:
    """Look for the oldest erasure and the oldest logout token that are due."""
    now = parts.clock()
    late = list(_late(parts, now))
    yield from late or [ok("schedule", marked("No erasure and no logout token waits longer than it should"))]


def _late(parts: Parts, now: int) -> Iterator[Finding]:
    if parts.deletions.due(now - _ERASED_DAILY, limit=1):
        waits = marked("An account that should have been erased is still there. Find out why the function erase does not run each day.")
        yield wrong("schedule, erasures", waits)
    if parts.deliveries.due(now - _DELIVERED_EACH_FIVE_MINUTES, limit=1):
        hangs = marked("A logout token has waited for an hour. Find out why the function deliver does not run every five minutes.")
        yield wrong("schedule, logout tokens", hangs)
