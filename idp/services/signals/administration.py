"""Streams, as admins of the deployment see them: the state of each, pausing, enabling and deleting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Conflict, NotFound, PreconditionFailed
from idp.domain.signals import event_types
from idp.domain.signals.signal import about_stream
from idp.domain.signals.stream import DISABLED, ENABLED
from idp.domain.webhooks.endpoint import BY_ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.domain.signals.stream import SignalStream
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.signals.pause import Pause
    from idp.store.signal_streams import SignalStreams
    from idp.store.transport import Raw
    from idp.store.webhook_items import WebhookStateItem
    from idp.store.webhook_queue import WebhookQueue

    Versions = Collection[int] | None

COUNTED = 100
"""Events that wait are counted up to this number."""
_PURGED, _ROUNDS = 1000, 10


class StreamState(NamedTuple):
    """A stream and how it does. `waiting`: events that wait, COUNTED at most; `more`: there are more.

    `sent_at`, `failing_since`: of pushes, epoch seconds, 0 for never. `problem`: of the last push, or "". A poll is not kept.
    """

    stream: SignalStream
    waiting: int
    more: bool
    sent_at: int = 0
    failing_since: int = 0
    problem: str = ""


class StreamAdministration:
    """`wake`: has a worker look at a stream (id). `expected`: the versions of which the stream must have one, or None for any.

    The methods raise Forbidden for an admin of an organisation, NotFound for an id that is unknown, PreconditionFailed for a stream that
    has none of the expected versions (any more).
    """

    def __init__(
        self, streams: SignalStreams, queue: WebhookQueue, pause: Pause, audit: Audit, clock: Clock, new_id: NewId,
        wake: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._streams, self._queue, self._pause, self._audit = streams, queue, pause, audit
        self._clock, self._new_id, self._wake = clock, new_id, wake

    def listing(self, *, scope: Scope) -> list[StreamState]:
        """Return all streams. Two calls, and one for each stream."""
        scope.require_deployment()
        found = self._streams.all()
        states = self._queue.states([each.id for each in found]) if found else []
        return [self._state(stream, it) for stream, it in zip(found, states, strict=True)]

    def state(self, stream_id: str, *, scope: Scope) -> StreamState:
        """Return one stream and how it does. Three calls."""
        found = self.get(stream_id, scope=scope)
        return self._state(found, self._queue.states([found.id])[0])

    def pause(self, stream_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> SignalStream:
        """Pause an enabled stream. What happens meanwhile waits for it. One that is paused or disabled stays as it is.

        Raises:
            Conflict: the stream is changed at the same time, again and again.
        """
        found = self._expected(stream_id, scope, expected)
        if found.status != ENABLED:
            return found
        paused = self._pause.run(stream_id, BY_ADMIN, now=self._clock(), by=by, expected=expected)
        written = self.get(stream_id, scope=scope)
        if not paused and expected is not None:
            raise PreconditionFailed("resource.changed_meanwhile")
        if written.status == ENABLED:
            raise Conflict("resource.changed_meanwhile")
        return written

    def enable(self, stream_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> SignalStream:
        """Enable a stream. It gets what waits, and first of all a stream-updated event (Shared Signals Framework 1.0 §8.1.5).

        Raises:
            Conflict: the stream was changed at the same time.
        """
        found = self._expected(stream_id, scope, expected)
        if found.status == ENABLED:
            return found
        former = self._queue.kept_for(found.id, limit=_PURGED) if found.status == DISABLED else ()  # queued while it was being disabled
        written = self._streams.replace(replace(found, status=ENABLED, reason=""), self._event("updated", found, by, changed="status"))
        if written is None:
            raise (Conflict if expected is None else PreconditionFailed)("resource.changed_meanwhile")
        self._queue.forget(former)
        now = self._clock()
        told = about_stream(event_types.STREAM_UPDATED, found.id, self._new_id(), {"status": ENABLED}, now=now)
        self._queue.add([(found.id, told)], now=now)
        self._queue.forgive(found.id, now=now)
        self._wake(found.id)
        return written

    def delete(self, stream_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Remove the stream, and what it has not got. The app may make a new one, as long as it is a receiver."""
        found = self._expected(stream_id, scope, expected)
        if not self._streams.delete(found, self._event("deleted", found, by), unchanged=expected is not None):
            self.get(stream_id, scope=scope)
            raise PreconditionFailed("resource.changed_meanwhile")
        self._empty(found.id)

    def get(self, stream_id: str, *, scope: Scope) -> SignalStream:
        """Return the stream."""
        scope.require_deployment()
        if (found := self._streams.get(stream_id)) is None:
            raise NotFound("signals.no_such_stream")
        return found

    def _expected(self, stream_id: str, scope: Scope, expected: Versions) -> SignalStream:
        found = self.get(stream_id, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        return found

    def _state(self, stream: SignalStream, it: WebhookStateItem | None) -> StreamState:
        waiting, more = self._queue.waiting(stream.id, limit=COUNTED)
        told = (int(it.sent_at), int(it.failing_since), it.problem) if it else (0, 0, "")
        return StreamState(stream, len(waiting), more, *told)

    def _event(self, what: str, stream: SignalStream, by: Actor, **details: str) -> Raw:
        """The event that an admin did this. It has no address of the receiver."""
        return self._audit.once_part(
            f"signal_stream.{what}", origin=by.origin, actor=by.id, target=stream.id, client_id=stream.client_id, **details
        )

    def _empty(self, stream_id: str) -> None:
        """Remove what waits, as much as there is time for."""
        for _ in range(_ROUNDS):
            if self._queue.purge(stream_id, limit=_PURGED):
                return
