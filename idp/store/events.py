"""Audit events (`state`): in the partition of the user or client they are about, and by day through an index.

A sign-in that succeeded is told by its session item; this module reads both.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from idp.domain.audit_event import AuditEvent
from idp.store import keys
from idp.store.tables import BY_TIME, StateItem

if TYPE_CHECKING:
    from idp.store.database import Database, Raw

SYSTEM = "ADMIN"
"""The partition of events that are about no user and no client."""


class EventItem(StateItem):
    """An audit event."""

    kind_name = "event"
    type = UnicodeAttribute()
    outcome = UnicodeAttribute(default="success")
    actor = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    target = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    details = JSONAttribute(null=True)
    day = UnicodeAttribute()
    at = UnicodeAttribute()


def item(event: AuditEvent, *, retention: int) -> EventItem:
    """The item of an event, kept for `retention` seconds."""
    about = keys.user_pk(event.subject) if event.subject else keys.client_pk(event.client_id) if event.client_id else SYSTEM
    return EventItem.new(
        keys.event(about, event.at, event.id), type=event.type, outcome=event.outcome, actor=event.actor or None, subject=event.subject or None,
        target=event.target or None, client_id=event.client_id or None, address=event.address or None, request_id=event.request_id or None,
        reason=event.reason or None, details=dict(event.details) or None, ttl=event.at // 1000 + retention,
        day=time.strftime("%Y-%m-%d", time.gmtime(event.at // 1000)), at=f"{event.at:013d}#{event.id}",
    )  # fmt: skip


def _event(raw: Raw) -> AuditEvent:
    """From an event's or a session's item, whole or as the index projects it."""
    at, _, event_id = raw["at"]["S"].partition("#")
    text = {name: raw[name]["S"] for name in ("type", "outcome", "actor", "subject", "target", "client_id", "address", "request_id", "reason")
            if name in raw}  # fmt: skip
    details = EventItem.details.deserialize(raw["details"]["S"]) if "details" in raw else {}
    return AuditEvent(id=event_id, at=int(at), details=details or {}, **text)


class Events:
    """Facts about events."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, event: AuditEvent, *, retention: int) -> None:
        """Write an event."""
        self._db.put(item(event, retention=retention))

    def of_user(self, user_id: str, *, limit: int, start: Raw | None = None) -> tuple[list[AuditEvent], Raw | None]:
        """One page of what happened to a user, newest first within its two parts: events, then sign-ins."""
        pk = keys.user_pk(user_id)
        part = "SESSION#" if start and start["sk"]["S"].startswith("SESSION#") else "EVENT#"
        found, more = self._db.query("state", pk, sk_begins=part, limit=limit, start=start, forward=False)
        if part == "EVENT#" and not more and len(found) < limit:
            rest, more = self._db.query("state", pk, sk_begins="SESSION#", limit=limit - len(found), forward=False)
            found += rest
        return [_event(raw) for raw in found if "at" in raw], more

    def of_day(self, day: str, *, limit: int, start: Raw | None = None, after: str | None = None, before: str | None = None) -> tuple[list[AuditEvent], Raw | None]:
        """One page of a day (YYYY-MM-DD, UTC), newest first. `after` / `before`: epoch milliseconds, 13 digits."""
        found, more = self._db.query("state", day, index=BY_TIME, limit=limit, start=start, forward=False, after=after, before=before)
        return [_event(raw) for raw in found], more
