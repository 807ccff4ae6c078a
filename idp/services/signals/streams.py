"""Streams, as receivers manage them (Shared Signals Framework 1.0 §8.1.1 and §8.1.2). A receiver is an app; it has one stream at most."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Invalid, NotFound, Throttled
from idp.domain.signals import event_types
from idp.domain.signals.signal import about_stream
from idp.domain.signals.stream import DISABLED, ENABLED, MOST, PREFIX, STATUSES, SignalStream
from idp.services.audit.recorder import SYSTEM
from idp.services.signals.stream_changes import VERIFICATION_DELAY, VERIFICATION_INTERVAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock, NewId
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.signals.stream_changes import StreamChanges
    from idp.store.clients import Clients
    from idp.store.database import Raw
    from idp.store.signal_streams import SignalStreams
    from idp.store.webhook_queue import WebhookQueue

_LONGEST_STATE, _LONGEST_REASON, _PURGED, _ROUNDS = 1024, 200, 1000, 10


class SignalStreamService:
    """Each method is for the stream of one client, so no receiver reaches that of another. They raise NotFound for any other id.

    `wake`: has a worker look at a stream (id).
    """

    def __init__(
        self, streams: SignalStreams, clients: Clients, changes: StreamChanges, queue: WebhookQueue, audit: Audit, clock: Clock,
        new_id: NewId, wake: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._streams, self._clients, self._changes, self._queue = streams, clients, changes, queue
        self._audit, self._clock, self._new_id, self._wake = audit, clock, new_id, wake

    def of(self, client: Client) -> SignalStream | None:
        """Return the stream of a client, or None. One of a former client with the same id is not there."""
        found = self._streams.of(client.id)
        return found if found and found.incarnation == client.incarnation else None

    def get(self, client: Client, stream_id: object) -> SignalStream:
        """Return the stream of a client, if it has this id."""
        found = self.of(client)
        if found is None or found.id != stream_id:
            raise NotFound("signals.unknown")
        return found

    def create(self, client: Client, sent: dict[str, object], *, origin: Origin) -> SignalStream:
        """Make the stream (§8.1.1.1). Raises Conflict if the client has one, Invalid for a member that is wrong."""
        former = self._streams.of(client.id)
        if former and former.incarnation != client.incarnation:
            self._remove(former, self._audit_of("deleted", former, origin))
        elif former:
            raise Conflict("signals.exists")
        if len(kept := self._streams.all()) >= MOST and not self._remove_abandoned(kept):
            raise Conflict("signals.too_many", maximum=MOST)
        empty = SignalStream(f"{PREFIX}{self._new_id()}", client.id, client.incarnation, created_at=self._clock())
        made = self._changes.replaced(empty, sent)
        if not self._streams.create(made, self._audit_of("created", made, origin)):
            raise Conflict("signals.exists")
        return made

    def update(self, client: Client, sent: dict[str, object], *, whole: bool, origin: Origin) -> SignalStream:
        """Change the members that are sent (§8.1.1.3); with `whole` all that receivers supply (§8.1.1.4)."""
        found = self.get(client, sent.get("stream_id"))
        self._changes.require_unchanged(found, sent)
        after = self._changes.replaced(found, sent) if whole else self._changes.updated(found, sent)
        return self._written(found, after, origin)

    def delete(self, client: Client, stream_id: object, *, origin: Origin) -> None:
        """Remove the stream, and what it has not got (§8.1.1.5)."""
        found = self.get(client, stream_id)
        self._remove(found, self._audit_of("deleted", found, origin))

    def set_status(self, client: Client, stream_id: object, status: object, reason: object, *, origin: Origin) -> SignalStream:
        """Set the status (§8.1.2.2). A stream that is disabled loses what waits for it. An enabled one gets what it has missed."""
        found = self.get(client, stream_id)
        if not isinstance(status, str) or status not in STATUSES:
            raise Invalid("signals.status_unknown", values=", ".join(STATUSES))
        if reason is not None and not (isinstance(reason, str) and len(reason) <= _LONGEST_REASON and reason.isprintable()):
            raise Invalid("signals.text_malformed", name="reason", maximum=_LONGEST_REASON)
        former = self._queue.kept_for(found.id, limit=_PURGED) if found.status == DISABLED else ()  # queued while it was being disabled
        written = self._written(found, replace(found, status=status, reason=str(reason or "")), origin)
        self._queue.forget(former)
        if status == DISABLED:
            self._empty(found.id)
        elif status == ENABLED:
            self._queue.forgive(found.id, now=self._clock())
            self._wake(found.id)
        return written

    def verify(self, client: Client, stream_id: object, state: object) -> None:
        """Queue a verification event (§8.1.4.2). Raises Throttled before the interval is over."""
        found, now = self.get(client, stream_id), self._clock()
        if state is not None and not (isinstance(state, str) and len(state) <= _LONGEST_STATE):
            raise Invalid("signals.text_malformed", name="state", maximum=_LONGEST_STATE)
        if found.verified_at and now < found.verified_at + VERIFICATION_INTERVAL - VERIFICATION_DELAY:
            raise Throttled(found.verified_at + VERIFICATION_INTERVAL - now, "signals.verified_lately")
        if not self._streams.note_verification(replace(found, verified_at=now)):
            raise Conflict("resource.changed_meanwhile")
        told = {} if state is None else {"state": state}
        self._queue.add([(found.id, about_stream(event_types.VERIFICATION, found.id, self._new_id(), told, now=now))], now=now)
        self._wake(found.id)

    def _written(self, before: SignalStream, after: SignalStream, origin: Origin) -> SignalStream:
        names = [each.name for each in fields(SignalStream) if getattr(before, each.name) != getattr(after, each.name)]
        written = self._streams.replace(after, self._audit_of("updated", after, origin, changed=" ".join(names)))
        if written is None:
            raise Conflict("resource.changed_meanwhile")
        return written

    def _remove(self, gone: SignalStream, event: Raw) -> None:
        if not self._streams.delete(gone, event):
            raise NotFound("signals.unknown")
        self._empty(gone.id)

    def _audit_of(self, what: str, stream: SignalStream, origin: Origin, **details: str) -> Raw:
        """The event that the app did this to its stream. It has no address and no header."""
        return self._audit.once_part(
            f"signal_stream.{what}", origin=origin, actor=stream.client_id, target=stream.id, client_id=stream.client_id, **details
        )

    def _remove_abandoned(self, kept: list[SignalStream]) -> bool:
        """Remove the streams of apps that are gone. Returns whether there were any."""
        clients = self._clients.several(each.client_id for each in kept)
        gone = [each for each in kept if each.client_id not in clients or clients[each.client_id].incarnation != each.incarnation]
        for each in gone:
            event = self._audit.once_part("signal_stream.deleted", origin=SYSTEM.origin, actor=SYSTEM.id, target=each.id, method="app_gone")
            self._streams.delete(each, event)
        return bool(gone)

    def _empty(self, stream_id: str) -> None:
        """Remove what waits, as much as a request has time for."""
        for _ in range(_ROUNDS):
            if self._queue.purge(stream_id, limit=_PURGED):
                return
