"""Shapes of webhook endpoints, of attempts and of dead letters."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from idp.http.admin.numbers import Instant
from idp.http.admin.schemas.common import NextCursor, Shape, Time

Text = Annotated[str, StringConstraints(max_length=1024)]
Types = Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=50)]
_URL = "Where events are sent: https with a public host name. No redirect is followed."
_EVENTS = "The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types."
_ORG = "Only events of this organization are sent, or null for all."
_DESCRIPTION = "A note for admins, at most 200 characters."
_ENABLED = (
    "Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a week."
)


class NewWebhookEndpoint(Shape):
    """A new webhook endpoint."""

    url: Text = Field(description=_URL, examples=["https://crm.example.com/webhooks"])
    events: Types = Field(default=[], description=_EVENTS, examples=[["user", "sign_in.failed"]])
    org_id: Text | None = Field(default=None, description=_ORG)
    description: Text | None = Field(default=None, description=_DESCRIPTION)


class WebhookEndpointChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default."""

    url: Text | None = Field(default=None, description=_URL)
    events: Types | None = Field(default=None, description=_EVENTS)
    org_id: Text | None = Field(default=None, description=_ORG)
    description: Text | None = Field(default=None, description=_DESCRIPTION)
    enabled: bool | None = Field(default=None, description=_ENABLED)


class WebhookEndpoint(Shape):
    """A webhook endpoint."""

    id: str
    url: str = Field(description=_URL)
    events: list[str] = Field(description=_EVENTS)
    org_id: str | None = Field(description=_ORG)
    description: str | None = Field(description=_DESCRIPTION)
    enabled: bool = Field(description=_ENABLED)
    disabled_why: str | None = Field(description="Why it is off: `admin`, `failing` (for five days), `gone` (it answered 410), or null.")
    earlier_secret_until: Time | None = Field(description="Until then events are signed with the replaced secret too, or null.")
    created_at: Time
    updated_at: Time


class WebhookEndpointWithSecret(WebhookEndpoint):
    """A webhook endpoint with its new secret, which is shown once."""

    secret: str = Field(description="`whsec_` and Base64: the secret that the receiver verifies signatures with (Standard Webhooks).")


class WebhookEndpointState(WebhookEndpoint):
    """A webhook endpoint, and how it does."""

    sent_at: Time | None = Field(description="When an event arrived last, or null.")
    failing_since: Time | None = Field(description="The first failure since then, or null.")
    rests_until: Time | None = Field(description="Nothing is sent before, because the endpoint asked for it or failed often, or null.")
    problem: str | None = Field(description="What was wrong with the last attempt, or null.")


class WebhookEndpointPage(Shape):
    """All webhook endpoints."""

    items: list[WebhookEndpoint]
    next_cursor: NextCursor


class WebhookRotation(Shape):
    """How a secret is replaced."""

    overlap: int = Field(default=86400, description="Seconds for which events are signed with the replaced secret too, at most a week.")


class WebhookAttempt(Shape):
    """One attempt at sending an event. The event itself and the answer's text are not kept."""

    event_id: str = Field(description="The `webhook-id`, the same for all attempts at an event.")
    type: str
    attempt: int = Field(description="1 for the first one.")
    status: int | None = Field(description="The status of the answer, or null for none.")
    problem: str | None = Field(description="What was wrong, or null for a success.")
    at: Time
    took_ms: int


class WebhookAttemptPage(Shape):
    """A page of attempts of the last seven days, the newest first."""

    items: list[WebhookAttempt]
    next_cursor: NextCursor


class WebhookDeadLetter(Shape):
    """An event that was given up after a day. It is kept for seven days."""

    event_id: str
    type: str
    attempts: int
    problem: str = Field(description="What was wrong with the last attempt.")
    at: Time = Field(description="When it happened.")
    failed_at: Time


class WebhookDeadLetterPage(Shape):
    """A page of dead letters."""

    items: list[WebhookDeadLetter]
    next_cursor: NextCursor


class WebhookRedelivery(Shape):
    """Which events are sent again: those of `event_ids`, or those that arrived in a period; without both the first hundred dead letters."""

    event_ids: Annotated[list[Annotated[str, StringConstraints(max_length=100, min_length=1)]], Field(max_length=100)] = Field(
        default=[], description="The ids of dead letters, or of events that arrived in the last seven days. Others are not counted."
    )
    since: Instant | None = Field(
        default=None,
        description="The events that arrived from this instant on: RFC 3339 with a time zone. The first 500 attempts are read.",
        examples=["2026-11-23T18:00:00Z"],
    )
    until: Instant | None = Field(
        default=None, description="The end of the period, not in the future. Needed with `since`.", examples=["2026-11-23T19:00:00Z"]
    )


class WebhookRedelivered(Shape):
    """How many events are sent again."""

    endpoint_id: str
    events: int
    next_since: Time | None = Field(
        description="If the period has more: the `since` of the next request, with the same `until`. Else null."
    )


class WebhookTested(Shape):
    """The event that was queued."""

    endpoint_id: str
    event_id: str = Field(description="The attempts show it by this id.")


class WebhookEventType(Shape):
    """A type of events."""

    type: str
    body: dict[str, Any] = Field(description="The JSON Schema (2020-12) of the body.")


class WebhookEventTypes(Shape):
    """The types of events that this release knows."""

    items: list[WebhookEventType]
    next_cursor: NextCursor
