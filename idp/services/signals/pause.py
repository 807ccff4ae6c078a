"""Pauses a stream whose receiver wants no more, or failed for days, or that an admin pauses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.signals import event_types
from idp.domain.signals.signal import about_stream
from idp.domain.signals.stream import ENABLED, PAUSED, PUSH
from idp.domain.webhooks.endpoint import BY_ADMIN, GONE
from idp.services.audit.recorder import SYSTEM
from idp.store.webhook_items import event_item
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.domain.clock import NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.signals.push import Push
    from idp.store.signal_streams import SignalStreams

_REASONS = {
    GONE: "The receiver answered 410, or its app is gone, disabled or no receiver any more.",
    BY_ADMIN: "An administrator of the transmitter paused the stream.",
}
_FAILED = "No push has arrived for days."
_TRIES = 3
"""Attempts, if the receiver changes the stream at the same time."""


class Pause:
    """Writes the status. What the stream has not got waits, as long as it is kept."""

    def __init__(self, streams: SignalStreams, push: Push, audit: Audit, new_id: NewId) -> None:
        self._streams, self._push, self._audit, self._new_id = streams, push, audit, new_id

    def run(self, endpoint_id: str, why: str, *, now: int, by: Actor = SYSTEM, expected: Collection[int] | None = None) -> bool:
        """Pause the stream with a reason, which the status endpoint tells. False if it is not enabled any more, or has no expected version.

        Before that the receiver of a push stream gets one push of a stream-updated event (Shared Signals Framework 1.0 §8.1.5), whether it
        arrives or not.
        """
        reason = _REASONS.get(why, _FAILED)
        for _ in range(_TRIES):
            found = self._streams.get(endpoint_id)
            if found is None or found.status != ENABLED or (expected is not None and found.version not in expected):
                return False
            told = {"status": PAUSED, "reason": reason}
            if found.method == PUSH:
                about = about_stream(event_types.STREAM_UPDATED, found.id, self._new_id(), told, now=now)
                self._push.send(found, event_item(found.id, about, now), now=now)
            event = self._audit.once_part(
                "signal_stream.paused", origin=by.origin, actor=by.id, target=found.id, client_id=found.client_id, method=why
            )
            if self._streams.replace(replace(found, status=PAUSED, reason=reason), event):
                count("SharedSignalStreamsPaused")
                return True
        return False
