"""Exports of audit events, the oldest first: pages for programs that follow the trail, and all events of a time for files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.audit.filter import AuditFilter
from idp.domain.errors import Forbidden
from idp.domain.people import email as emails
from idp.store import keys, sign_in_keys
from idp.store.organisation_keys import org_pk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.domain.access.tenancy import Scope
    from idp.domain.audit.event import AuditEvent
    from idp.domain.clock import Clock
    from idp.settings import Settings
    from idp.store.stored_events import Looked, StoredEvents
    from idp.store.users import Users

SETTLED = 60
"""Seconds. Younger events are left out: one that is written a moment late would have its place before the end of the export."""
MOST_DAYS = 40
MOST_READ = 5000
"""The greatest number of events that a page looks at. With a filter few of them may fit."""
_DAY = 86400
_EVERYTHING = AuditFilter()


class ExportPage(NamedTuple):
    """Events, the place at which the next page begins, and whether there was nothing more when it was read."""

    events: list[AuditEvent]
    place: str
    caught_up: bool


class AuditExport:
    """Reads events in order. A place is as in `store.trail`: milliseconds in 13 digits, '#', the id. Times are epoch seconds.

    The filters are those of `AuditTrail.page`. `users` and `attempts_of`: as there. An organisation's admin gets the organisation's events.
    """

    def __init__(
        self, stored: StoredEvents, users: Users, attempts_of: Callable[[str], str], settings: Settings, clock: Clock
    ) -> None:  # fmt: skip
        self._stored, self._users, self._attempts_of = stored, users, attempts_of
        self._settings, self._clock = settings, clock

    def page(
        self, *, scope: Scope, since: int | None, until: int | None, after: str | None, limit: int, user_id: str | None = None,
        email: str | None = None, wanted: AuditFilter = _EVERYTHING,
    ) -> ExportPage:  # fmt: skip
        """Return one page. `after`: the place at which the page before ended. It looks at 5,000 events at most, so it may be empty.

        Of events of all people it also reads 40 days at most.

        Raises:
            Forbidden: an organisation's admin asks by `email` or network.
        """
        low, end = self._bounds(since, until, after)
        by_day = not scope.organisation and user_id is None and email is None
        high = min(end, int(low[:13]) // 1000 + MOST_DAYS * _DAY) if by_day else end
        events: list[AuditEvent] = []
        looked = self._read(scope, low, f"{high * 1000:013d}", user_id, email, wanted)
        for read, (place, event) in enumerate(looked, 1):
            events += [event] if event else []
            if len(events) == limit or read == MOST_READ:
                return ExportPage(events, place, caught_up=False)
        return ExportPage(events, max(low, f"{high * 1000:013d}"), high >= end)

    def events(
        self, *, scope: Scope, since: int | None, until: int | None, after: str | None, user_id: str | None = None,
        email: str | None = None, wanted: AuditFilter = _EVERYTHING,
    ) -> Iterator[AuditEvent]:  # fmt: skip
        """Yield all events, page by page, so that memory does not limit their number."""
        low, end = self._bounds(since, until, after)
        found = self._read(scope, low, f"{end * 1000:013d}", user_id, email, wanted)
        return (event for _, event in found if event)

    def _read(
        self, scope: Scope, low: str, high: str, user_id: str | None, email: str | None, wanted: AuditFilter
    ) -> Iterator[Looked]:  # fmt: skip
        if scope.organisation:
            if email is not None or wanted.network is not None:
                raise Forbidden("organisation.not_served")
            fits = replace(wanted, subject=user_id or "").fits
            return self._stored.search_partitions([org_pk(scope.organisation)], low, high, fits)
        if email is not None:
            identity = emails.identity(email)
            found, account = self._users.id_of(identity) or "", self._attempts_of(identity)
            partitions = [*([keys.user_pk(found)] if found else []), *([sign_in_keys.attempts_pk(account)] if account else [])]
            return self._stored.search_partitions(partitions, low, high, wanted.fits, sessions_of=found)
        if user_id is not None:
            return self._stored.search_partitions([keys.user_pk(user_id)], low, high, wanted.fits, sessions_of=user_id)
        return self._stored.search(low, high, wanted.fits)

    def _bounds(self, since: int | None, until: int | None, after: str | None) -> tuple[str, int]:
        now = self._clock()
        oldest = max(now - self._settings.event_retention.longest - _DAY, 0)
        low = max(after or "", f"{max(since or 0, oldest) * 1000:013d}")
        return low, max(0, min(now - SETTLED if until is None else until, now - SETTLED))


def place_of(event: AuditEvent) -> str:
    """Return the place of an event."""
    return f"{event.at:013d}#{event.id}"
