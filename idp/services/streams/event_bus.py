"""The consumer of the streams that puts every event on a bus of EventBridge (IDP_EVENT_BUS)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idp.adapters.event_bus import AT_ONCE, Entry
from idp.domain.errors import Unavailable
from idp.domain.events.from_change import KINDS, event_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idp.adapters.event_bus import EventBus
    from idp.domain.events.event import Event
    from idp.domain.streams.change import Change


class EventBusConsumer:
    """Puts events. `source`: what the bus knows this deployment by."""

    name = "event_bus"
    kinds = KINDS

    def __init__(self, bus: EventBus, source: str) -> None:
        self._bus, self._source = bus, source

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Take changes, as of `idp.services.streams.dispatcher.Consumer`. An event may come twice, with the same id in its detail."""
        events = [(each.sequence, event) for each in changes if (event := event_of(each)) is not None]
        failed: list[str] = []
        for first in range(0, len(events), AT_ONCE):
            some = events[first : first + AT_ONCE]
            try:
                there = self._bus.put([self._entry(event) for _, event in some])
            except Unavailable:
                return [*failed, *(sequence for sequence, _ in events[first:])]
            failed += [sequence for (sequence, _), arrived in zip(some, there, strict=True) if not arrived]
        return failed

    def _entry(self, event: Event) -> Entry:
        detail = {"id": event.id, "subject": event.subject, **json.loads(event.body())}
        return Entry(self._source, event.type, json.dumps(detail, separators=(",", ":")), event.at)
