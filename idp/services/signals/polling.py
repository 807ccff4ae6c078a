"""Polling: what a receiver fetches, acknowledges and refuses (RFC 8936)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.signals.stream import ENABLED, POLL
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock
    from idp.domain.signals.stream import SignalStream
    from idp.services.signals.limits import Limits
    from idp.services.signals.security_event_token import SecurityEventTokens
    from idp.store.webhook_items import WebhookEventItem
    from idp.store.webhook_queue import WebhookQueue

MOST = 100
"""SETs of one answer at most, also if more are asked for."""
_ROUNDS = 10
"""Reads of one request at most, if nothing of what was read is wanted any more. The receiver asks again for the rest."""
_LOOKED_THROUGH = 1000
"""What waits longest, in which the ids of a request are looked for."""


class Polled(NamedTuple):
    """The answer: `sets` by `jti`, and whether there are more (RFC 8936 §2.3)."""

    sets: dict[str, str]
    more: bool


class Polling:
    """An acknowledged SET is removed, one that the receiver refused is a dead letter. All others come again at the next request."""

    def __init__(self, queue: WebhookQueue, limits: Limits, tokens: SecurityEventTokens, clock: Clock) -> None:
        self._queue, self._limits, self._tokens, self._clock = queue, limits, tokens, clock

    def poll(self, client: Client, stream: SignalStream, *, most: int, acknowledged: Collection[str], refused: Mapping[str, str]) -> Polled:
        """Take the ids of a request, and return what waits. `refused`: by `jti`, the `err` of the receiver."""
        if acknowledged or refused:
            self._take(stream, acknowledged, refused)
        if not most or stream.status != ENABLED or stream.method != POLL:
            return Polled({}, more=False)
        waiting, more = self._still_wanted(stream, min(most, MOST))
        sets = {each.event_id: self._tokens.sign(client, each) for each in waiting}
        count("SharedSignalsPolled", len(sets))
        return Polled(sets, more)

    def _still_wanted(self, stream: SignalStream, most: int) -> tuple[list[WebhookEventItem], bool]:
        """Return what waits first, and whether there is more. What the stream may not have any more is removed, and is not told."""
        wanted: list[WebhookEventItem] = []
        more = True
        for _ in range(_ROUNDS):
            waiting, more = self._queue.waiting(stream.id, limit=most)
            wanted = self._limits.wanted(stream, waiting)
            if len(wanted) < len(waiting):
                told = {each.event_id for each in wanted}
                dropped = [each for each in waiting if each.event_id not in told]
                self._queue.remove(dropped)
                count("SharedSignalsDropped", len(dropped))
            if wanted or not more:
                break
        return wanted, more

    def _take(self, stream: SignalStream, acknowledged: Collection[str], refused: Mapping[str, str]) -> None:
        waiting, _ = self._queue.waiting(stream.id, limit=_LOOKED_THROUGH)
        given_up = [(each, refused[each.event_id]) for each in waiting if each.event_id in refused and each.event_id not in acknowledged]
        if given_up:
            told = [(each, f"refused: {err}" if err else "refused") for each, err in given_up]
            self._queue.give_up_refused(told, now=self._clock())
            count("SharedSignalsRefused", len(told))
        self._queue.remove([each for each in waiting if each.event_id in acknowledged])
