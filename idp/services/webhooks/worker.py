"""Sends what is due at an endpoint. One worker has an endpoint, and each endpoint has its own, so a slow one delays no other.

The events of a subject are sent in their order: while one waits for another attempt, later ones of its subject wait too. Different subjects
are sent at the same time. An event arrives at least once, always with the same id. The endpoint is read again after each group of subjects:
what was paused, removed or changed meanwhile gets no more events, or gets them in the new way.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.webhooks.endpoint import FAILING, GONE
from idp.domain.webhooks.schedule import GIVES_UP_AFTER, SHORTEST_WAIT, SOON
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from idp.domain.clock import Clock
    from idp.domain.signals.stream import SignalStream
    from idp.domain.webhooks.endpoint import WebhookEndpoint

    Receiver = WebhookEndpoint | SignalStream
    from idp.services.webhooks.delivery import Sent, SubjectDelivery
    from idp.store.signal_streams import SignalStreams
    from idp.store.webhook_endpoints import WebhookEndpoints
    from idp.store.webhook_items import WebhookDueItem, WebhookStateItem
    from idp.store.webhook_queue import WebhookQueue

PATIENCE = 40
"""Seconds of one run: below those of the function, and below the lease."""
_AT_ONCE = 8
"""Subjects that are sent at the same time."""
_READ = 100
_FAILURES = 8
"""So many failures without a success: the endpoint is at fault, and rests. The others are not tried, and their attempts do not count."""
_PURGED = 500


class Run(NamedTuple):
    """How many events arrived in a run, and when the first one that failed is tried again (epoch seconds, 0 for none)."""

    arrived: int
    again: int = 0


class WebhookWorker:
    """`endpoints`: of webhooks, or the streams of shared signals. `switch_off`: sends an endpoint (id) nothing more, with a reason.

    `wake`: has another worker send what an endpoint (id) has, as of `WebhookConsumer`; it returns at once. `pause`: sleeps.
    """

    def __init__(
        self, endpoints: WebhookEndpoints | SignalStreams, queue: WebhookQueue, delivery: SubjectDelivery, switch_off: Callable[..., bool],
        wake: Callable[[str], None], clock: Clock, pause: Callable[[float], None],
    ) -> None:  # fmt: skip
        self._endpoints, self._queue, self._delivery, self._switch_off = endpoints, queue, delivery, switch_off
        self._wake, self._clock, self._pause = wake, clock, pause

    def waiting(self) -> list[str]:
        """Return the ids of the endpoints that have something due."""
        now = self._clock()
        return [each.id for each in self._endpoints.all() if not each.disabled_why and self._queue.due(each.id, now, limit=1)]

    def look(self) -> int:
        """Wake a worker for each endpoint that has something due. Returns how many. Runs each minute."""
        found = self.waiting()
        for each in found:
            self._wake(each)
        return len(found)

    def run(self, endpoint_id: str) -> int:
        """Send what is due at one endpoint. Returns how many events arrived. Does nothing if another worker has it."""
        return self._run(endpoint_id, self._clock() + PATIENCE).arrived

    def work(self, endpoint_id: str) -> int:
        """As `run`, and wait for the next attempt at what failed, if it is within SOON seconds.

        While it waits it has not the endpoint: another worker sends what happens meanwhile.
        """
        until = self._clock() + PATIENCE
        found = self._run(endpoint_id, until)
        arrived = found.arrived
        while 0 < found.again < until and (wait := found.again - self._clock()) <= SOON:
            self._pause(max(0, wait))
            found = self._run(endpoint_id, until)
            arrived += found.arrived
        return arrived

    def _run(self, endpoint_id: str, until: int) -> Run:
        """Send what is due. `until`: epoch seconds; no event is begun later."""
        endpoint = self._endpoints.get(endpoint_id)
        if endpoint is None:
            self._queue.purge(endpoint_id, limit=_PURGED)
            return Run(0)
        state = None if endpoint.disabled_why else self._queue.claim(endpoint_id, now=self._clock())
        if state is None:
            return Run(0)
        arrived, again, gone = 0, 0, False
        on: Receiver | None = endpoint
        try:
            while not gone and self._may_go_on(state, until) and (due := self._queue.due(endpoint_id, self._clock(), limit=_READ)):
                on = on or self._still_on(endpoint_id)
                if on is None:
                    break
                some, gone = self._some(on, state, due, until=until)
                on = None
                arrived += some.arrived
                again = min(filter(None, (again, some.again)), default=0)
        finally:
            self._queue.keep(state, now=self._clock())
        self._judge(endpoint, state, gone=gone)
        return Run(arrived, 0 if gone or int(state.rests_until) > again else again)

    def _still_on(self, endpoint_id: str) -> Receiver | None:
        """Return the endpoint as it is stored now, or None if it was removed or switched off since the run began. One call."""
        found = self._endpoints.get(endpoint_id)
        return None if found is None or found.disabled_why else found

    def _may_go_on(self, state: WebhookStateItem, until: int) -> bool:
        now = self._clock()
        return now < until and int(state.rests_until) <= now

    def _some(self, endpoint: Receiver, state: WebhookStateItem, due: Iterable[WebhookDueItem], *, until: int) -> tuple[Run, bool]:
        """Send what these subjects have, some at the same time. Returns what became of it, and whether the endpoint wants no more."""
        subjects: dict[str, list[WebhookDueItem]] = {}
        for each in due:
            subjects.setdefault(each.subject, []).append(each)
        arrived, again, failures, gone = 0, 0, 0, False
        waiting = list(subjects.items())
        on: Receiver | None = endpoint
        while waiting and not gone and self._may_go_on(state, until) and (on := on or self._still_on(endpoint.id)):
            now, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
            sent = self._at_once(on, now, until)
            on = None
            arrived += sum(each.arrived for each in sent)
            again = min(filter(None, (again, *(each.again for each in sent))), default=0)
            gone = any(each.last is not None and each.last.gone for each in sent)
            failed = sum(each.last is not None and bool(each.last.problem) for each in sent)
            failures = 0 if any(each.arrived for each in sent) else failures + failed
            self._note(state, sent, failures)
        return Run(arrived, again), gone

    def _at_once(self, endpoint: Receiver, subjects: list[tuple[str, list[WebhookDueItem]]], until: int) -> list[Sent]:
        """Send what these subjects have, each in a thread. A thread that fails raises here, after the others ended."""
        with ThreadPoolExecutor(max_workers=len(subjects)) as pool:
            begun = [
                pool.submit(copy_context().run, self._delivery.deliver, endpoint, subject, due, until=until) for subject, due in subjects
            ]
        return [each.result() for each in begun]

    def _note(self, state: WebhookStateItem, sent: Iterable[Sent], failures: int) -> None:
        now = self._clock()
        for outcome in (each.last for each in sent):
            if outcome is None:
                continue
            if not outcome.problem:
                state.sent_at, state.failing_since, state.problem = now, 0, ""
                continue
            state.failing_since, state.problem = int(state.failing_since) or now, outcome.problem
            if outcome.rests:
                state.rests_until = max(int(state.rests_until), now + outcome.rests)
        if failures >= _FAILURES:
            state.rests_until = max(int(state.rests_until), now + SHORTEST_WAIT)
            count("WebhookEndpointRests")

    def _judge(self, endpoint: Receiver, state: WebhookStateItem, *, gone: bool) -> None:
        """Switch the endpoint off if it wants no more, or failed for days."""
        now = self._clock()
        failing = int(state.failing_since)
        if gone:
            self._switch_off(endpoint.id, GONE, now=now)
        elif failing and now - failing >= GIVES_UP_AFTER:
            self._switch_off(endpoint.id, FAILING, now=now)
