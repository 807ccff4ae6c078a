"""The items of what an endpoint has not got, of attempts and of dead letters (`state`). Each has the id of a person at most."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store.tables import StateItem


class WebhookEventItem(StateItem):
    """An event that an endpoint has not got. `body`: the text that is signed and sent. `subject`: a digest."""

    kind_name = "webhook_event"
    endpoint_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    subject = UnicodeAttribute()
    order = UnicodeAttribute()
    body = UnicodeAttribute()
    happened_at = NumberAttribute()


class WebhookDueItem(StateItem):
    """A subject whose events have to be looked at. `subject`: a digest."""

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
