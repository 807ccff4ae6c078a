"""The audit trail, its reading end: what happened, newest first, of one user or of everybody, within a time and the retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.audit_event import AuditEvent
    from idp.domain.clock import Clock
    from idp.settings import Settings
    from idp.store.trail import Trail

_DAY = 86400


class AuditTrail:
    """Pages of events. `place` is where the page before ended."""

    def __init__(self, trail: Trail, settings: Settings, clock: Clock) -> None:
        self._trail, self._settings, self._clock = trail, settings, clock

    def page(
        self, *, user_id: str | None, since: int | None, until: int | None, place: str | None, limit: int
    ) -> tuple[list[AuditEvent], str | None]:
        """Events from `since` on and before `until` (epoch seconds), and the place to go on from; None: there are no more."""
        now = self._clock()
        # Tomorrow: events of this second have to be seen, and a writer's clock may be a little ahead.
        last = now + _DAY if until is None else max(0, min(until, now + _DAY))
        first = max(since or 0, now - (self._settings.audit_retention_days + 1) * _DAY, 0)
        low, high = f"{first * 1000:013d}", place or f"{last * 1000:013d}"
        if user_id is not None:
            return self._trail.of_user(user_id, since=low, before=high, limit=limit)
        return self._trail.of_all(since=low, before=high, limit=limit)
