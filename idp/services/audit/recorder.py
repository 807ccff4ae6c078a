"""Writing audit events: who did what to whom, from where, and how it ended (ASVS V16, threats J-15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.access import admin_scopes
from idp.domain.audit.event import AuditEvent
from idp.domain.sessions.request_origin import Origin
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.audit.retention import Retention
    from idp.domain.clock import Clock, NewId
    from idp.store.events import Events
    from idp.store.tables import Item
    from idp.store.transport import Raw

_LONGEST = 512
_COUNTED = {
    "sign_in.failed": "SignIns",
    "second_factor.failed": "SecondFactors",
    "refresh_token.replayed": "RefreshReplays",
    "code.replayed": "CodeReplays",
    "backchannel_logout.given_up": "DeliveriesGivenUp",
}
"""Types of events that are counted as metrics too, so that alarms can use them."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller of a change. `held`: the OAuth scopes of the admin API in the caller's token. A caller cannot grant any others."""

    id: str
    origin: Origin
    held: frozenset[str] = admin_scopes.ALL


SYSTEM = Actor("system", Origin(address=""))
"""The provider itself and the operator at the command line, who could also write to the tables."""


class Audit:
    """Writes events. Its methods raise Unavailable if an event cannot be written. The caller decides whether the act then fails."""

    def __init__(self, events: Events, clock: Clock, new_id: NewId, retention: Retention) -> None:
        """`retention`: how long events are stored, by their type."""
        self._events = events
        self._clock = clock
        self._new_id = new_id
        self._retention = retention
        self._last = 0

    def record(
        self, type_: str, *, origin: Origin, outcome: str = "success", actor: str = "", subject: str = "", target: str = "",
        client_id: str = "", reason: str = "", **details: str,
    ) -> None:  # fmt: skip
        """Write one event. No argument may contain a secret. Control characters are replaced and long values are cut."""
        event = self._event(type_, origin, outcome, actor, subject, target, client_id, reason, details)
        self._events.put(event, retention=self._retention.seconds(type_))

    def record_part(
        self, type_: str, *, origin: Origin, actor: str = "", subject: str = "", target: str = "", client_id: str = "", **details: str
    ) -> Raw:  # fmt: skip
        """Return the part of a transaction that writes one event of a success. So the event exists exactly if the act was done."""
        event = self._event(type_, origin, "success", actor, subject, target, client_id, "", details)
        return self._events.put_part(event, retention=self._retention.seconds(type_))

    def once_part(
        self, type_: str, *, origin: Origin, actor: str = "", subject: str = "", target: str = "", client_id: str = "", **details: str
    ) -> Raw:  # fmt: skip
        """Return the same for the last part of a transaction that is recognised by its event (`Database.once_part`)."""
        event = self._event(type_, origin, "success", actor, subject, target, client_id, "", details)
        return self._events.once_part(event, retention=self._retention.seconds(type_))

    def record_item(self, type_: str, *, origin: Origin, actor: str = "", subject: str = "", target: str = "") -> Item:
        """Return the item of one event of a success, for a caller that writes it with others, without a condition."""
        event = self._event(type_, origin, "success", actor, subject, target, "", "", {})
        return self._events.item(event, retention=self._retention.seconds(type_))

    def act(
        self, type_: str, by: Actor, *, scope: Scope, subject: str = "", target: str = "", client_id: str = "", org_id: str = "",
        **details: str,
    ) -> None:  # fmt: skip
        """Write that the caller made a change. `org_id`: the organisation that it is about; the act of its admin is about it anyway."""
        if org := scope.organisation or org_id:
            event = self._event(type_, by.origin, "success", by.id, subject, target, client_id, "", details, org)
            self._events.put_with_copy(event, retention=self._retention.seconds(type_))
        else:
            self.record(type_, origin=by.origin, actor=by.id, subject=subject, target=target, client_id=client_id, **details)

    def act_parts(
        self, type_: str, by: Actor, *, scope: Scope, subject: str = "", target: str = "", client_id: str = "", org_id: str = "",
        **details: str,
    ) -> list[Raw]:  # fmt: skip
        """Return the last parts of a transaction that write the same. The last one is a `once_part`, by which the act is recognised."""
        org = scope.organisation or org_id
        event = self._event(type_, by.origin, "success", by.id, subject, target, client_id, "", details, org)
        return self._events.once_parts(event, retention=self._retention.seconds(type_))

    def act_on_all(self, type_: str, by: Actor, targets: Iterable[str], *, scope: Scope, subject: str = "", client_id: str = "") -> None:
        """Write for each target that the caller made the change. One call to DynamoDB writes up to 25 items."""
        org = scope.organisation
        events = [self._event(type_, by.origin, "success", by.id, subject, target, client_id, "", {}, org) for target in targets]
        self._events.put_all(events, retention=self._retention.seconds(type_))

    def _event(
        self, type_: str, origin: Origin, outcome: str, actor: str, subject: str, target: str, client_id: str, reason: str,
        details: Mapping[str, str], org_id: str = "",
    ) -> AuditEvent:  # fmt: skip
        # The clock counts seconds. The milliseconds keep the order of the events that this process writes within one second.
        self._last = max(self._last + 1, self._clock() * 1000)
        if metric := _COUNTED.get(type_):
            about = {"Outcome": outcome, "Reason": reason} if reason else {}
            count(metric, 1, **about)
        return AuditEvent(
            id=self._new_id(), at=self._last, type=type_, outcome=outcome,
            actor=_plain(actor), subject=_plain(subject), target=_plain(target), client_id=_plain(client_id),
            address=_plain(origin.address), request_id=_plain(origin.request_id), reason=_plain(reason),
            details={name: _plain(value) for name, value in details.items()}, org_id=_plain(org_id),
        )  # fmt: skip


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text[:_LONGEST])
