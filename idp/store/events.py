"""Audit events (`state`), in the partition of the user or client that they are about, and by day through an index.

A successful sign-in is recorded by the session's item. Events are written here; `trail` reads both.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from idp.domain.audit.event import AuditEvent
from idp.store import keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database
    from idp.store.transport import Raw

SYSTEM = "ADMIN"
"""The partition of events that are about neither a user nor a client."""

_TEXTS = ("type", "outcome", "actor", "subject", "target", "client_id", "address", "request_id", "reason")


class EventItem(StateItem):
    """The item of an audit event."""

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
    details = ObjectAttribute(null=True)
    day = UnicodeAttribute()
    at = UnicodeAttribute()


def item(event: AuditEvent, *, retention: int) -> EventItem:
    """The item of an event, kept for `retention` seconds."""
    return EventItem.new(
        keys.event(_partition(event), event.at, event.id), type=event.type, outcome=event.outcome, actor=event.actor or None,
        subject=event.subject or None, target=event.target or None, client_id=event.client_id or None, address=event.address or None,
        request_id=event.request_id or None, reason=event.reason or None, details=dict(event.details) or None,
        ttl=event.at // 1000 + retention, day=time.strftime("%Y-%m-%d", time.gmtime(event.at // 1000)), at=f"{event.at:013d}#{event.id}",
    )  # fmt: skip


def _partition(event: AuditEvent) -> str:
    """The partition of an event: that of a user, of an address without a user, of a client, or SYSTEM."""
    if event.subject:
        return keys.user_pk(event.subject)
    if account := event.details.get("account"):
        return keys.attempts_pk(account)
    return keys.client_pk(event.client_id) if event.client_id else SYSTEM


def parse_events(raws: Iterable[Raw]) -> list[AuditEvent]:
    """Events from raw items of events or sessions, also as the index projects them. Items that cannot be read are left out."""
    found = []
    for raw in raws:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            at, _, event_id = raw["at"]["S"].partition("#")
            details = EventItem.details.deserialize(raw["details"]["S"]) if "details" in raw else {}
            found.append(AuditEvent(id=event_id, at=int(at), details=details, **{n: raw[n]["S"] for n in _TEXTS if n in raw}))
    return found


class Events:
    """Writes events."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, event: AuditEvent, *, retention: int) -> None:
        """Write an event."""
        self._db.put(item(event, retention=retention))

    def put_part(self, event: AuditEvent, *, retention: int) -> Raw:
        """The part of a transaction that writes an event."""
        return self._db.put_part(item(event, retention=retention))

    def once_part(self, event: AuditEvent, *, retention: int) -> Raw:
        """The last part of a transaction, by which the transaction is recognised after a lost reply (`Database.once_part`)."""
        return self._db.once_part(item(event, retention=retention))

    def put_all(self, events: Iterable[AuditEvent], *, retention: int) -> None:
        """Write events, 25 in one call."""
        self._db.batch_write(puts=[item(event, retention=retention) for event in events])
