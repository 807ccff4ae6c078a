"""What a stream may still have of the events that were queued for it: its receiver may have narrowed it since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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

        Events about the stream itself are sent without being asked for (Shared Signals Framework 1.0 §8.1.4.1). An event that cannot be
        read is not wanted: nothing tells whom it is about.
        """
        about = {each.event_id: _person(each) for each in waiting if stream.delivers(each.type, event_types.SUPPORTED)}
        people = {user_id for user_id in about.values() if user_id}
        removed = self._subjects.removed(people, stream.client_id, stream.incarnation) if people else set()
        heard = people - removed
        return [each for each in waiting if each.type in _OF_THE_STREAM or about.get(each.event_id) in heard]


_OF_THE_STREAM = {event_types.VERIFICATION, event_types.STREAM_UPDATED}


def _person(waiting: WebhookEventItem) -> str:
    """Return the id of the person whom the event is about, "" if it cannot be read."""
    try:
        user_id = json.loads(waiting.body)["user"]
    except (ValueError, TypeError, KeyError):
        return ""
    return user_id if isinstance(user_id, str) else ""
