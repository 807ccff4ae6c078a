"""The items of a queue: events that an endpoint has not received, attempts and dead letters (`state`).

The only personal value of an item is the id of a user.
"""

from __future__ import annotations

from typing import Protocol

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.webhooks.schedule import KEPT_ATTEMPTS, KEPT_DEAD, KEPT_WAITING
from idp.store import webhook_keys as keys
from idp.store.tables import StateItem


class Queued(Protocol):
    """What is queued: an event of a webhook, or a signal. Members as of `idp.domain.events.event.Event`."""

    @property
    def id(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def subject(self) -> str: ...

    @property
    def at(self) -> int: ...

    @property
    def order(self) -> str: ...

    def body(self) -> str: ...


class WebhookEventItem(StateItem):
    """An event that an endpoint has not received. `body`: the text that is signed and sent. `subject`: a digest."""

    kind_name = "webhook_event"
    endpoint_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    subject = UnicodeAttribute()
    order = UnicodeAttribute()
    body = UnicodeAttribute()
    happened_at = NumberAttribute()


class WebhookDueItem(StateItem):
    """A subject with events that are due. `subject`: a digest."""

    kind_name = "webhook_due"
    subject = UnicodeAttribute()
    due = NumberAttribute()


class WebhookRestItem(StateItem):
    """The first event of a subject failed. `attempts`: so often; it is tried again at `until`."""

    kind_name = "webhook_rest"
    event_id = UnicodeAttribute()
    attempts = NumberAttribute()
    until = NumberAttribute()


class WebhookAttemptItem(StateItem):
    """An attempt, without what was sent. `status`: of the answer, 0 for none. `problem`: in words of ours, "" for a success."""

    kind_name = "webhook_attempt"
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    attempt = NumberAttribute()
    status = NumberAttribute()
    problem = UnicodeAttribute(default="")
    at_ms = NumberAttribute()
    took_ms = NumberAttribute()


class WebhookSentItem(StateItem):
    """An event that arrived, as it was sent, so that it can be sent again. For seven days."""

    kind_name = "webhook_sent"
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    subject = UnicodeAttribute()
    order = UnicodeAttribute()
    body = UnicodeAttribute()
    happened_at = NumberAttribute()


class WebhookDeadItem(StateItem):
    """An event that was given up. `problem`: of the last attempt."""

    kind_name = "webhook_dead"
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    subject = UnicodeAttribute()
    order = UnicodeAttribute()
    body = UnicodeAttribute()
    happened_at = NumberAttribute()
    attempts = NumberAttribute()
    problem = UnicodeAttribute()
    failed_at = NumberAttribute()


class WebhookStateItem(StateItem):
    """How an endpoint does. `holder` has it until `leased_until`. `failing_since`: of the first failure after a success, 0 if it works."""

    kind_name = "webhook_state"
    endpoint_id = UnicodeAttribute()
    holder = UnicodeAttribute(default="")
    leased_until = NumberAttribute(default=0)
    rests_until = NumberAttribute(default=0)
    failing_since = NumberAttribute(default=0)
    sent_at = NumberAttribute(default=0)
    problem = UnicodeAttribute(default="")


def attempt_item(
    event: WebhookEventItem, *, attempt: int, status: int, problem: str, at_ms: int, took_ms: int
) -> WebhookAttemptItem:  # fmt: skip
    """The item of an attempt at an event."""
    return WebhookAttemptItem.new(
        keys.webhook_attempt(event.endpoint_id, at_ms, event.event_id), event_id=event.event_id, type=event.type, attempt=attempt,
        status=status, problem=problem, at_ms=at_ms, took_ms=took_ms, ttl=at_ms // 1000 + KEPT_ATTEMPTS,
    )  # fmt: skip


def event_item(endpoint_id: str, event: Queued, now: int) -> WebhookEventItem:
    """The item of an event that an endpoint has not received."""
    subject = keys.subject_mark(event.subject)
    return WebhookEventItem.new(
        keys.webhook_event(endpoint_id, subject, event.order, event.id), endpoint_id=endpoint_id, event_id=event.id, type=event.type,
        subject=subject, order=event.order, body=event.body(), happened_at=event.at, ttl=now + KEPT_WAITING,
    )  # fmt: skip


def dead_item(event: WebhookEventItem, *, attempts: int, problem: str, now: int) -> WebhookDeadItem:
    """The dead letter of an event. `problem`: why the last attempt failed."""
    return WebhookDeadItem.new(
        keys.webhook_dead(event.endpoint_id, event.event_id), event_id=event.event_id, type=event.type, subject=event.subject,
        order=event.order, body=event.body, happened_at=event.happened_at, attempts=attempts, problem=problem, failed_at=now,
        ttl=now + KEPT_DEAD,
    )  # fmt: skip


def event_of(endpoint_id: str, kept: WebhookDeadItem | WebhookSentItem, now: int) -> WebhookEventItem:
    """The item of an event that is sent again, from its dead letter or from the event that arrived."""
    return WebhookEventItem.new(
        keys.webhook_event(endpoint_id, kept.subject, kept.order, kept.event_id), endpoint_id=endpoint_id, event_id=kept.event_id,
        type=kept.type, subject=kept.subject, order=kept.order, body=kept.body, happened_at=kept.happened_at, ttl=now + KEPT_WAITING,
    )  # fmt: skip
