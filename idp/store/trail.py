"""Reads the audit trail (`state`), the newest events first: of one partition, or of all within a time. For people, never for a decision.

A page continues at a *place*, by which events are sorted: milliseconds in 13 digits, '#', the id. `before` is exclusive.
A successful sign-in is recorded by its session's item, so both kinds of items are read.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.audit.filter import AuditFilter
from idp.store import events_by_time, keys, sign_in_keys
from idp.store.events import parse_events
from idp.store.events_by_time import DAY, day_of, place_of
from idp.store.organisation_keys import org_pk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.domain.audit.event import AuditEvent
    from idp.store.database import Database, Raw

MOST_DAYS = 40
"""The greatest number of days that one page reads. A year with few events is read in several pages of limited cost."""
MOST_SEARCHED = 1000
"""The greatest number of events that one page with a filter reads."""
_CHUNK = 200
_EVERYTHING = AuditFilter()


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Events, the newest first; the place of the next page, None at the end; and how many events were read."""

    events: list[AuditEvent]
    more: str | None
    searched: int

    @property
    def ended_by_days(self) -> bool:
        """Return whether it ended because it had read as many days as it may, and there may be more."""
        return self.more is not None and "#" not in self.more


class Trail:
    """Reads events."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_user(
        self, user_id: str, *, since: str, before: str, limit: int, wanted: AuditFilter = _EVERYTHING, account: str = ""
    ) -> TrailPage:
        """One page of the events about a user between two places.

        With `account`, the hash of an address, also the events about that address from before a user had it; `user_id` may then be empty.
        Sessions are not sorted by time, so all sessions of the user within the retention are read.
        """
        if since >= before:
            return TrailPage([], None, 0)
        size = _size(limit, wanted)
        partitions = [keys.user_pk(user_id)] if user_id else []
        partitions += [sign_in_keys.attempts_pk(account)] if account else []
        streams = [self._events(pk, since, before, size) for pk in partitions]
        if user_id:
            sessions = self._db.query_all("state", keys.user_pk(user_id), sk_begins="SESSION#")
            streams.append(iter(sorted((raw for raw in sessions if since <= place_of(raw) < before), key=place_of, reverse=True)))
        return _page(heapq.merge(*streams, key=place_of, reverse=True), limit, wanted)

    def of_organisation(
        self, org_id: str, *, since: str, before: str, limit: int, wanted: AuditFilter = _EVERYTHING
    ) -> TrailPage:  # fmt: skip
        """One page of the events of an organisation between two places."""
        if since >= before:
            return TrailPage([], None, 0)
        return _page(self._events(org_pk(org_id), since, before, _size(limit, wanted)), limit, wanted)

    def of_all(
        self, *, since: str, before: str, limit: int, wanted: AuditFilter = _EVERYTHING, most_days: int = MOST_DAYS
    ) -> TrailPage:  # fmt: skip
        """One page of all events between two places, day by day backwards. A page may be short or empty without being the last.

        `most_days`: the greatest number of days that it reads. Each costs a call, also if it has no event.
        """
        # Without an id a place is before all events of its millisecond, so that midnight belongs to the day before.
        latest, earliest = (int(before[:13]) - ("#" not in before)) // DAY, day_of(since)
        days = range(latest, earliest - 1, -1)[:most_days] if since < before else range(0)
        raws = events_by_time.read(self._db, days, since, before, size=_size(limit, wanted), forward=False, complete=False)
        page = _page((raw for raw in raws if place_of(raw) < before), limit, wanted)
        reached = latest - most_days + 1
        if page.more or reached <= earliest:
            return page
        return TrailPage(page.events, f"{reached * DAY:013d}", page.searched)

    def _events(self, pk: str, since: str, before: str, size: int) -> Iterator[Raw]:
        """The events of a partition, the newest first."""
        low, high, start = f"EVENT#{since}", f"EVENT#{before}", None
        while True:
            raws, start = self._db.query("state", pk, after=low, before=high, limit=size, start=start, forward=False)
            yield from (raw for raw in raws if since <= place_of(raw) < before)
            if not start:
                return


def _size(limit: int, wanted: AuditFilter) -> int:
    """The number of items of one query: the page, one more to know whether another page follows, and the excluded end."""
    return _CHUNK if wanted else limit + 2


def _page(raws: Iterable[Raw], limit: int, wanted: AuditFilter) -> TrailPage:
    """The first `limit` events that the filter accepts, out of as many as a page may read."""
    found: list[AuditEvent] = []
    searched, last = 0, ""
    for raw in raws:
        if len(found) == limit or searched == MOST_SEARCHED:
            return TrailPage(found, last, searched)
        found += [event for event in parse_events([raw]) if wanted.fits(event)]
        searched, last = searched + 1, place_of(raw)
    return TrailPage(found, None, searched)
