"""What was tried and given up at an endpoint, for admins; sending again what was given up or arrived; a test event."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid
from idp.domain.events.catalogue import TEST
from idp.domain.events.event import Event
from idp.services.webhooks.limits import still_wants

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.webhooks.endpoints import WebhookEndpointService
    from idp.store.transport import Raw
    from idp.store.webhook_items import WebhookAttemptItem, WebhookDeadItem, WebhookSentItem, WebhookStateItem
    from idp.store.webhook_queue import WebhookQueue

_AT_ONCE = 100
"""Dead letters that are sent again by one request at most."""
AT_MOST = 500
"""Attempts of a period whose events are sent again by one request at most."""


class EndpointStatus(NamedTuple):
    """How an endpoint does. Times in epoch seconds, 0 for never. `problem`: of the last attempt, or ""."""

    sent_at: int
    failing_since: int
    rests_until: int
    problem: str


class Attempt(NamedTuple):
    """One attempt. `status`: of the answer, 0 for none. `at_ms`: epoch milliseconds."""

    event_id: str
    type: str
    attempt: int
    status: int
    problem: str
    at_ms: int
    took_ms: int


class DeadLetter(NamedTuple):
    """An event that was given up."""

    event_id: str
    type: str
    attempts: int
    problem: str
    at: int
    failed_at: int


class Redelivered(NamedTuple):
    """How many events are sent again. `next_since_ms`: epoch milliseconds from which the period goes on, or None if it is done."""

    events: int
    next_since_ms: int | None = None


class WebhookDeliveries:
    """Reads and repeats. Its methods raise Invalid or NotFound."""

    def __init__(
        self, endpoints: WebhookEndpointService, queue: WebhookQueue, audit: Audit, clock: Clock, new_id: NewId, wake: Callable[[str], None]
    ) -> None:
        self._endpoints, self._queue, self._audit = endpoints, queue, audit
        self._clock, self._new_id, self._wake = clock, new_id, wake

    def status(self, endpoint_id: str, *, scope: Scope) -> EndpointStatus:
        """Return how the endpoint does."""
        scope.require_deployment()
        return _status(self._queue.state(endpoint_id))

    def statuses(self, endpoint_ids: Sequence[str], *, scope: Scope) -> dict[str, EndpointStatus]:
        """Return how these endpoints do, by id. One call for all of them."""
        scope.require_deployment()
        found = self._queue.states(endpoint_ids)
        return {each: _status(state) for each, state in zip(endpoint_ids, found, strict=True)}

    def attempts(self, endpoint_id: str, *, start: Raw | None, limit: int, scope: Scope) -> tuple[list[Attempt], Raw | None]:
        """Return one page of the attempts of the last seven days, the newest first."""
        scope.require_deployment()
        self._endpoints.get(endpoint_id, scope=scope)
        found, more = self._queue.attempts(endpoint_id, start=start, limit=limit)
        return [_attempt(each) for each in found], more

    def dead_letters(self, endpoint_id: str, *, start: Raw | None, limit: int, scope: Scope) -> tuple[list[DeadLetter], Raw | None]:
        """Return one page of the events that were given up in the last seven days."""
        scope.require_deployment()
        self._endpoints.get(endpoint_id, scope=scope)
        found, more = self._queue.dead(endpoint_id, start=start, limit=limit)
        return [_dead(each) for each in found], more

    def redeliver(self, endpoint_id: str, event_ids: Collection[str], *, scope: Scope, by: Actor) -> int:
        """Send events again, with the same ids: dead letters, and those that arrived in the last seven days. Returns how many.

        What the endpoint does not want any more, by its types and its organisation, is left out.

        No id stands for the first hundred dead letters.
        """
        scope.require_deployment()
        endpoint = self._enabled(endpoint_id, scope)
        found: list[WebhookDeadItem | WebhookSentItem]
        if event_ids:
            dead = self._queue.dead_letters(endpoint_id, event_ids)
            given_up = {each.event_id for each in dead}
            found = [*dead, *self._queue.sent(endpoint_id, [each for each in event_ids if each not in given_up], now=self._clock())]
        else:
            found = [*self._queue.dead(endpoint_id, limit=_AT_ONCE)[0]]
        return self._again(endpoint, found, scope, by)

    def redeliver_period(self, endpoint_id: str, *, since_ms: int, until_ms: int, scope: Scope, by: Actor) -> Redelivered:
        """Send what arrived in this time again, with the same ids, the first 500 attempts of it.

        `since_ms`, `until_ms`: epoch milliseconds, the second is not part of it and not in the future: what is sent again now arrives
        later, and is never sent a third time by the next part of the same period.

        Raises:
            Invalid: the time is empty or not over, or the endpoint is off.
        """
        scope.require_deployment()
        endpoint = self._enabled(endpoint_id, scope)
        if not 0 <= since_ms < until_ms <= self._clock() * 1000:
            raise Invalid("webhook.period_malformed", field="since")
        event_ids, last = self._queue.arrived(endpoint_id, since_ms=since_ms, until_ms=until_ms - 1, limit=AT_MOST)
        number = self._again(endpoint, self._queue.sent(endpoint_id, event_ids, now=self._clock()), scope, by)
        return Redelivered(number, None if last is None else max(last, since_ms + 1))

    def test(self, endpoint_id: str, *, scope: Scope, by: Actor) -> str:
        """Queue an event of the type `webhook.test` for this endpoint alone. Returns its id, by which the attempts show it."""
        scope.require_deployment()
        self._enabled(endpoint_id, scope)
        now, event_id = self._clock(), f"evt_test{self._new_id()}"
        event = Event(event_id, TEST, f"test:{event_id}", now, f"{now:010d}", {"endpoint_id": endpoint_id})
        self._queue.add([(endpoint_id, event)], now=now)
        self._audit.act("webhook.tested", by, target=endpoint_id, scope=scope)
        self._wake(endpoint_id)
        return event_id

    def _enabled(self, endpoint_id: str, scope: Scope) -> WebhookEndpoint:
        found = self._endpoints.get(endpoint_id, scope=scope)
        if found.disabled_why:
            raise Invalid("webhook.disabled")
        return found

    def _again(self, endpoint: WebhookEndpoint, found: Sequence[WebhookDeadItem | WebhookSentItem], scope: Scope, by: Actor) -> int:
        """Send those again that the endpoint wants now: it may have been limited to other types or to an organisation since."""
        wanted = [each for each in found if still_wants(endpoint, each)]
        self._queue.redeliver(endpoint.id, wanted, now=self._clock())
        self._audit.act("webhook.redelivered", by, target=endpoint.id, events=str(len(wanted)), scope=scope)
        self._wake(endpoint.id)
        return len(wanted)


def _status(it: WebhookStateItem | None) -> EndpointStatus:
    """Return the status by its item; None if nothing was ever sent."""
    if it is None:
        return EndpointStatus(0, 0, 0, "")
    return EndpointStatus(int(it.sent_at), int(it.failing_since), int(it.rests_until), it.problem)


def _attempt(it: WebhookAttemptItem) -> Attempt:
    return Attempt(it.event_id, it.type, int(it.attempt), int(it.status), it.problem, int(it.at_ms), int(it.took_ms))


def _dead(it: WebhookDeadItem) -> DeadLetter:
    return DeadLetter(it.event_id, it.type, int(it.attempts), it.problem, int(it.happened_at), int(it.failed_at))
