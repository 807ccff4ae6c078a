"""Audit events (`state`), in the partition of the user or client that they are about, and by day through an index.

A successful sign-in is recorded by the session's item. Events are written here; `trail` reads both. An event about an organisation is
written twice: the copy in the organisation's partition is what its admins read.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeAttribute

from idp.domain.audit.event import AuditEvent
from idp.store import app_keys, keys, sign_in_keys
from idp.store.attributes import ObjectAttribute
from idp.store.organisation_keys import org_pk
from idp.store.tables import StateItem
from idp.store.time_shards import is_on, partition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.audit.leaf import Cover
    from idp.store.database import Database
    from idp.store.transport import Raw

SYSTEM = "ADMIN"
"""The partition of events that are about neither a user nor a client."""

_TEXTS = ("type", "outcome", "actor", "subject", "target", "client_id", "address", "request_id", "reason", "org_id")


class EventItem(StateItem):
    """The item of an audit event. `salt`, or `proof` after an erasure, covers its personal values in the audit chain (`audit.leaf`)."""

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
    org_id = UnicodeAttribute(null=True)
    day = UnicodeAttribute()
    at = UnicodeAttribute()
    salt = UnicodeAttribute(null=True)
    proof = ObjectAttribute(null=True)


def new_salt() -> str:
    """A salt of 128 random bits for one event."""
    return secrets.token_urlsafe(16)


class OrganisationEventItem(EventItem):
    """The copy of an event in the partition of its organisation. Without a day it is not in the index, so no list has the event twice."""

    kind_name = "organisation_event"
    day = UnicodeAttribute(null=True)


def item(event: AuditEvent, *, retention: int, sharded: bool = False) -> EventItem:
    """The item of an event, kept for `retention` seconds. `sharded`: where it is listed by time (`time_shards`)."""
    day = partition(event.at, event.id, sharded=sharded)
    return EventItem.new(keys.event(_partition(event), event.at, event.id), day=day, salt=new_salt(), **_content(event, retention))


def items(event: AuditEvent, *, retention: int, sharded: bool = False) -> list[EventItem]:
    """All items of an event: the copy for its organisation, if it has one, and the item that `item` makes as the last."""
    copies = []
    if event.org_id:
        copies.append(OrganisationEventItem.new(keys.event(org_pk(event.org_id), event.at, event.id), **_content(event, retention)))
    return [*copies, item(event, retention=retention, sharded=sharded)]


def _content(event: AuditEvent, retention: int) -> dict[str, Any]:
    return {
        "type": event.type, "outcome": event.outcome, "actor": event.actor or None, "subject": event.subject or None,
        "target": event.target or None, "client_id": event.client_id or None, "address": event.address or None,
        "request_id": event.request_id or None, "reason": event.reason or None, "details": dict(event.details) or None,
        "org_id": event.org_id or None, "ttl": event.at // 1000 + retention, "at": f"{event.at:013d}#{event.id}",
    }  # fmt: skip


def _partition(event: AuditEvent) -> str:
    """The partition of an event: that of a user, of an address without a user, of a client, or SYSTEM."""
    if event.subject:
        return keys.user_pk(event.subject)
    if account := event.details.get("account"):
        return sign_in_keys.attempts_pk(account)
    return app_keys.client_pk(event.client_id) if event.client_id else SYSTEM


def parse_events(raws: Iterable[Raw]) -> list[AuditEvent]:
    """Events from raw items of events or sessions, also as the index projects them. Items that cannot be read are left out."""
    found = []
    for raw in raws:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            at, _, event_id = raw["at"]["S"].partition("#")
            details = EventItem.details.deserialize(raw["details"]["S"]) if "details" in raw else {}
            found.append(AuditEvent(id=event_id, at=int(at), details=details, **{n: raw[n]["S"] for n in _TEXTS if n in raw}))
    return found


def cover_of(raw: Raw) -> Cover:
    """What covers the personal values, of the raw item of an event or a session. Raises TypeError or ValueError if it is damaged."""
    from idp.domain.audit.leaf import Cover  # an event is written without it

    if "proof" not in raw:
        return Cover(raw.get("salt", {}).get("S", ""))
    proof = EventItem.proof.deserialize(raw["proof"]["S"])
    keys_of, hidden = proof.get("keys"), proof.get("hidden")
    if not (isinstance(keys_of, dict) and isinstance(hidden, dict)):
        raise TypeError("the proof is damaged")
    return Cover(rewritten=True, keys={str(k): str(v) for k, v in keys_of.items()}, hidden={str(k): str(v) for k, v in hidden.items()})


class Events:
    """Writes events."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def item(self, event: AuditEvent, *, retention: int) -> EventItem:
        """The item of an event, as this deployment lists events by time."""
        return item(event, retention=retention, sharded=is_on(self._db))

    def _items(self, event: AuditEvent, retention: int) -> list[EventItem]:
        return items(event, retention=retention, sharded=is_on(self._db))

    def put(self, event: AuditEvent, *, retention: int) -> None:
        """Write an event about no organisation."""
        self._db.put(self.item(event, retention=retention))

    def put_with_copy(self, event: AuditEvent, *, retention: int) -> None:
        """Write an event and its copy for an organisation, in one transaction."""
        self._db.transact(*(self._db.put_part(each) for each in self._items(event, retention)))

    def put_part(self, event: AuditEvent, *, retention: int) -> Raw:
        """The part of a transaction that writes an event."""
        return self._db.put_part(self.item(event, retention=retention))

    def once_part(self, event: AuditEvent, *, retention: int) -> Raw:
        """The last part of a transaction, by which the transaction is recognised after a lost reply (`Database.once_part`)."""
        return self._db.once_part(self.item(event, retention=retention))

    def once_parts(self, event: AuditEvent, *, retention: int) -> list[Raw]:
        """The last parts of a transaction: the copy for an organisation, if the event has one, and what `once_part` makes."""
        *copies, last = self._items(event, retention)
        return [*(self._db.put_part(each) for each in copies), self._db.once_part(last)]

    def put_all(self, events: Iterable[AuditEvent], *, retention: int) -> None:
        """Write events, 25 items in one call."""
        self._db.batch_write(puts=[each for event in events for each in self._items(event, retention)])
