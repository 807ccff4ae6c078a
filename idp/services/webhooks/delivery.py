"""Sends the events of one subject to one endpoint, in their order, until one fails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.webhooks.schedule import wait_after
from idp.services.webhooks.sending import Outcome
from idp.store.webhook_items import attempt_item
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idp.domain.clock import Clock
    from idp.domain.signals.stream import SignalStream
    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from idp.store.webhook_items import WebhookAttemptItem, WebhookDueItem, WebhookEventItem
    from idp.store.webhook_queue import WebhookQueue

_AT_ONCE = 10
"""Events of one subject that are read together."""
UNWANTED = "not sent: the endpoint was limited since"
"""The problem of an attempt that was not made."""


class Sent(NamedTuple):
    """What became of the events of a subject. `last`: the last attempt, or None if nothing was tried.

    `again`: epoch seconds at which the one that failed is tried again, 0 for never.
    """

    arrived: int
    last: Outcome | None
    again: int = 0


class SubjectDelivery:
    """Works on subjects of endpoints that the worker has the lease of. `until`: epoch seconds; no event is begun later.

    `send`: makes one attempt at an event of an endpoint (`Sender.send` of webhooks, `Push.send` of shared signals). `repeats`: what arrived
    is kept, so that an admin can have it sent again. `wanted`: whether an endpoint still gets an event that was queued for it.
    """

    def __init__(
        self, queue: WebhookQueue, send: Callable[..., Outcome], clock: Clock, *, repeats: bool = True,
        wanted: Callable[..., bool] = lambda _endpoint, _event: True,
    ) -> None:  # fmt: skip
        self._queue, self._send, self._clock, self._repeats, self._wanted = queue, send, clock, repeats, wanted

    def deliver(self, endpoint: WebhookEndpoint | SignalStream, subject: str, due: Sequence[WebhookDueItem], *, until: int) -> Sent:
        """Send what the subject has. `due`: the items by which it is due, which are removed when nothing is left for now."""
        resting = self._queue.rest(endpoint.id, subject)
        if resting is not None and int(resting.until) > self._clock():
            self._queue.look_again(endpoint.id, subject, int(resting.until), now=self._clock())
            self._queue.looked(due)
            return Sent(0, None)
        events, more = self._queue.events(endpoint.id, subject, limit=_AT_ONCE)
        failed_before = {resting.event_id: int(resting.attempts)} if resting else {}
        arrived, last = 0, None
        for each in events:
            if self._clock() >= until:
                return Sent(arrived, last)
            if not self._wanted(endpoint, each):
                self._drop(each, failed_before.get(each.event_id, 0) + 1)
                continue
            last, again = self._attempt(endpoint, each, failed_before.get(each.event_id, 0) + 1)
            if last.gone:
                return Sent(arrived, last)
            if last.problem:
                self._queue.looked(due)
                return Sent(arrived, last, again)
            arrived += 1
        if not more:
            self._queue.looked(due)
        return Sent(arrived, last)

    def _attempt(self, endpoint: WebhookEndpoint | SignalStream, event: WebhookEventItem, number: int) -> tuple[Outcome, int]:
        """Make one attempt, and write what follows on it. Returns it, and when the next one is (epoch seconds, 0 for never)."""
        now, began = self._clock(), time.perf_counter()
        outcome = self._send(endpoint, event, now=now)
        took = int((time.perf_counter() - began) * 1000)
        attempt, until = self._item(event, number, outcome, took), 0
        if not outcome.problem:
            self._queue.done(event, attempt, repeats=self._repeats, now=now)
            count("WebhooksSent")
        elif (wait := wait_after(number)) is None:
            self._queue.give_up(event, attempt, attempts=number, problem=outcome.problem, now=now)
            self._queue.look_again(endpoint.id, event.subject, now, now=now)
            count("WebhooksGivenUp")
        else:
            until = now + max(wait, outcome.rests)
            self._queue.postpone(event, attempt, attempts=number, until=until, now=now)
            count("WebhooksFailed")
        return outcome, until

    def _drop(self, event: WebhookEventItem, number: int) -> None:
        """Remove an event that the endpoint does not want any more. The list of attempts tells it."""
        self._queue.drop(event, self._item(event, number, Outcome(0, UNWANTED), 0))
        count("WebhooksDropped")

    def _item(self, event: WebhookEventItem, number: int, outcome: Outcome, took_ms: int) -> WebhookAttemptItem:
        at_ms = self._clock() * 1000 + int(time.time() * 1000) % 1000
        return attempt_item(event, attempt=number, status=outcome.status, problem=outcome.problem, at_ms=at_ms, took_ms=took_ms)
