"""The consumer of the streams that makes events due at the endpoints that want them. It sends nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.events.from_change import KINDS, event_of
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from idp.domain.clock import Clock
    from idp.domain.streams.change import Change
    from idp.store.webhook_endpoints import WebhookEndpoints
    from idp.store.webhook_queue import WebhookQueue


class WebhookConsumer:
    """Queues events. `wake`: tells a worker that an endpoint (id) has something; it may fail silently, a worker looks each minute."""

    name = "webhooks"
    kinds = KINDS

    def __init__(self, endpoints: WebhookEndpoints, queue: WebhookQueue, wake: Callable[[str], None], clock: Clock) -> None:
        self._endpoints, self._queue, self._wake, self._clock = endpoints, queue, wake, clock

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Take changes, as of `idp.services.streams.dispatcher.Consumer`. An event that was queued before is queued again."""
        events = [event for each in changes if (event := event_of(each)) is not None]
        endpoints = self._endpoints.all() if events else []
        wanted = [(endpoint.id, event) for event in events for endpoint in endpoints if endpoint.wants(event)]
        if wanted:
            self._queue.add(wanted, now=self._clock())
            count("WebhookEvents", len(wanted))
            for each in dict.fromkeys(endpoint for endpoint, _ in wanted):
                self._wake(each)
        return ()
