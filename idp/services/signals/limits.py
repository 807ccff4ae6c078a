"""What a stream may still have of the events that were queued for it: its receiver may have narrowed it since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.signals import event_types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.signals.stream import SignalStream
    from idp.store.signal_subjects import SignalSubjects
    from idp.store.webhook_items import WebhookEventItem


class Limits:
    """Compares what waits with the event types that the stream has now, and with the subjects that its receiver removed."""

    def __init__(self, subjects: SignalSubjects) -> None:
        self._subjects = subjects

    def wants(self, stream: SignalStream, waiting: WebhookEventItem) -> bool:
        """Return whether the stream still gets this event."""
        return bool(self.wanted(stream, [waiting]))

    def wanted(self, stream: SignalStream, waiting: Sequence[WebhookEventItem]) -> list[WebhookEventItem]:
        """Return those that the stream still gets: at most 100, in their order. One call, if there are events about people.

        Events about the stream itself are sent without being asked for (Shared Signals Framework 1.0 §8.1.4.1). A damaged event is not
        wanted: no SET can be made of it, and nothing tells whom it is about.
        """
        held = {each.event_id: _held(each) for each in waiting}
        about = {
            each.event_id: _text(held[each.event_id], "user") for each in waiting if stream.delivers(each.type, event_types.SUPPORTED)
        }  # fmt: skip
        people = {user_id for user_id in about.values() if user_id}
        removed = self._subjects.removed(people, stream.client_id, stream.incarnation) if people else set()
        heard = people - removed
        of_stream = {id_ for id_, it in held.items() if _text(it, "stream") == stream.id}
        return [
            each for each in waiting
            if (each.event_id in of_stream if each.type in _OF_THE_STREAM else about.get(each.event_id) in heard)
        ]  # fmt: skip


_OF_THE_STREAM = {event_types.VERIFICATION, event_types.STREAM_UPDATED}


def _held(waiting: WebhookEventItem) -> dict[str, Any]:
    """Return what the event says of its subject, its time and its claims (`QueuedSignal.body`). Empty if it is damaged."""
    try:
        held = json.loads(waiting.body)
    except ValueError:
        return {}
    is_whole = isinstance(held, dict) and type(held.get("at")) is int and isinstance(held.get("event"), dict)
    return held if is_whole else {}


def _text(held: dict[str, Any], name: str) -> str:
    """Return the member, "" if it is missing or no text."""
    found = held.get(name)
    return found if isinstance(found, str) else ""
