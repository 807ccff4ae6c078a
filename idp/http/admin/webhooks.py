"""Webhook endpoints: other systems that get events (docs/webhooks.md)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.errors import Invalid
from idp.domain.events.catalogue import TYPES, schema_of
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.webhooks import (
    NewWebhookEndpoint,
    WebhookAttemptPage,
    WebhookDeadLetterPage,
    WebhookEndpoint,
    WebhookEndpointChanges,
    WebhookEndpointPage,
    WebhookEndpointState,
    WebhookEndpointWithSecret,
    WebhookEventTypes,
    WebhookRedelivered,
    WebhookRedelivery,
    WebhookRotation,
    WebhookTested,
)
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.webhooks.deliveries import Redelivered

if TYPE_CHECKING:
    from idp.domain.webhooks import endpoint as domain
    from idp.services.webhooks.deliveries import Attempt, DeadLetter, EndpointStatus

router = APIRouter(prefix=PREFIX + "/webhooks", tags=["Webhooks"], route_class=StrictRoute)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EndpointId = Annotated[str, Path(pattern="^wh_[A-Za-z0-9_-]{1,64}$", description="The endpoint's id.")]


@router.get("", response_model=WebhookEndpointPage, responses=refuses(), **needs("webhooks:read"))
def list_webhook_endpoints(ctx: Ctx) -> Response:
    """List all webhook endpoints."""
    found = ctx.services.webhook_endpoint_service.listing(scope=ctx.scope)
    return reply({"items": [_show(each) for each in found], "next_cursor": None})


@router.post("", response_model=WebhookEndpointWithSecret, status_code=201, responses=refuses(422, created=True), **needs("webhooks:write"))
def create_webhook_endpoint(ctx: Ctx, once: OnceOnly, new: NewWebhookEndpoint) -> Response:
    """Create a webhook endpoint. The answer has its secret, which is shown once."""

    def create() -> Answer:
        made, secret = ctx.services.webhook_endpoint_service.create(new.model_dump(), by=ctx.by, scope=ctx.scope)
        return answer(_show(made) | {"secret": secret}, 201, version=made.version, location=f"{PREFIX}/webhooks/{made.id}")

    return once.run(create)


@router.get("/{endpoint_id}", response_model=WebhookEndpointState, responses=refuses(404, ok=ETAG), **needs("webhooks:read"))
def get_webhook_endpoint(ctx: Ctx, endpoint_id: EndpointId) -> Response:
    """Get one webhook endpoint, and how it does."""
    found = ctx.services.webhook_endpoint_service.get(endpoint_id, scope=ctx.scope)
    status = ctx.services.webhook_deliveries.status(endpoint_id, scope=ctx.scope)
    return reply(_show(found) | _state(status), version=found.version)


@router.patch("/{endpoint_id}", response_model=WebhookEndpoint, responses=refuses(404, 412, 415, ok=ETAG), **needs("webhooks:write"))
def change_webhook_endpoint(ctx: Ctx, endpoint_id: EndpointId, changes: WebhookEndpointChanges, expected: Expected) -> Response:
    """Change a webhook endpoint by an RFC 7396 patch."""
    written = ctx.services.webhook_endpoint_service.patch(
        endpoint_id, changes.model_dump(exclude_unset=True), by=ctx.by, expected=expected, scope=ctx.scope
    )
    return reply(_show(written), version=written.version)


@router.delete("/{endpoint_id}", status_code=204, responses=refuses(404, 412), **needs("webhooks:write"))
def delete_webhook_endpoint(ctx: Ctx, endpoint_id: EndpointId, expected: Expected) -> Response:
    """Delete a webhook endpoint, and what it has not got."""
    ctx.services.webhook_endpoint_service.delete(endpoint_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


@router.post(
    "/{endpoint_id}/rotate-secret", response_model=WebhookEndpointWithSecret, status_code=201,
    responses=refuses(404, 412, 422, created=True), **needs("webhooks:write"),
)  # fmt: skip
def rotate_webhook_secret(ctx: Ctx, endpoint_id: EndpointId, once: OnceOnly, rotation: WebhookRotation, expected: Expected) -> Response:
    """Make a new secret, which is shown once. The replaced one signs too for a time, so that the receiver can change."""

    def rotate() -> Answer:
        made, secret = ctx.services.webhook_endpoint_service.rotate_secret(
            endpoint_id, overlap=rotation.overlap, by=ctx.by, expected=expected, scope=ctx.scope
        )
        return answer(_show(made) | {"secret": secret}, 201, version=made.version, location=f"{PREFIX}/webhooks/{made.id}")

    return once.run(rotate)


@router.get("/{endpoint_id}/attempts", response_model=WebhookAttemptPage, responses=refuses(404), **needs("webhooks:read"))
def list_webhook_attempts(ctx: Ctx, endpoint_id: EndpointId, paged: Paged) -> Response:
    """List the attempts of the last seven days, the newest first."""
    place = ctx.place("webhook-attempts", endpoint_id)
    start = ctx.cursors.open(place, paged.cursor)
    found, more = ctx.services.webhook_deliveries.attempts(endpoint_id, start=start, limit=paged.limit, scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [_attempt(each) for each in found], more))


@router.get("/{endpoint_id}/dead-letters", response_model=WebhookDeadLetterPage, responses=refuses(404), **needs("webhooks:read"))
def list_webhook_dead_letters(ctx: Ctx, endpoint_id: EndpointId, paged: Paged) -> Response:
    """List the events that were given up in the last seven days."""
    place = ctx.place("webhook-dead-letters", endpoint_id)
    start = ctx.cursors.open(place, paged.cursor)
    found, more = ctx.services.webhook_deliveries.dead_letters(endpoint_id, start=start, limit=paged.limit, scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [_dead(each) for each in found], more))


@router.post("/{endpoint_id}/redeliver", response_model=WebhookRedelivered, responses=refuses(404, 422), **needs("webhooks:write"))
def redeliver_webhooks(ctx: Ctx, endpoint_id: EndpointId, once: OnceOnly, which: WebhookRedelivery) -> Response:
    """Send events again, with the same ids: dead letters, or those that arrived, by their ids or of a period."""
    since, until = which.since, which.until
    if (since is None) != (until is None) or (since is not None and which.event_ids):
        raise Invalid("webhook.period_or_ids", field="since")

    def run() -> Answer:
        deliveries = ctx.services.webhook_deliveries
        if since is None or until is None:
            done = Redelivered(deliveries.redeliver(endpoint_id, which.event_ids, by=ctx.by, scope=ctx.scope))
        else:
            done = deliveries.redeliver_period(
                endpoint_id, since_ms=_milliseconds(since), until_ms=_milliseconds(until), by=ctx.by, scope=ctx.scope
            )
        following = None if done.next_since_ms is None else present.moment_with_milliseconds(done.next_since_ms)
        return answer({"endpoint_id": endpoint_id, "events": done.events, "next_since": following})

    return once.run(run)


@router.post("/{endpoint_id}/test", response_model=WebhookTested, responses=refuses(404, 422), **needs("webhooks:write"))
def test_webhook_endpoint(ctx: Ctx, endpoint_id: EndpointId, once: OnceOnly) -> Response:
    """Send an event of the type `webhook.test` to this endpoint alone."""

    def run() -> Answer:
        event_id = ctx.services.webhook_deliveries.test(endpoint_id, by=ctx.by, scope=ctx.scope)
        return answer({"endpoint_id": endpoint_id, "event_id": event_id})

    return once.run(run)


types = APIRouter(prefix=PREFIX + "/webhook-event-types", tags=["Webhooks"], route_class=StrictRoute)


@types.get("", response_model=WebhookEventTypes, responses=refuses(), **needs("webhooks:read"))
def list_webhook_event_types(ctx: Ctx) -> Response:
    """List the types of events that this release knows, with the JSON Schema of each body."""
    del ctx
    return reply({"items": [{"type": each, "body": schema_of(each)} for each in TYPES], "next_cursor": None})


def _show(it: domain.WebhookEndpoint) -> dict[str, Any]:
    until = next((each.until for each in it.secrets if each.until is not None), None)
    return {
        "id": it.id, "url": it.url, "events": list(it.events), "org_id": it.org_id or None, "description": it.description or None,
        "enabled": not it.disabled_why, "disabled_why": it.disabled_why or None,
        "earlier_secret_until": None if until is None else present.moment(until),
        "created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at),
    }  # fmt: skip


def _milliseconds(at: datetime) -> int:
    """Return an instant in epoch milliseconds."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _state(it: EndpointStatus) -> dict[str, Any]:
    times = {name: present.moment(at) if (at := getattr(it, name)) else None for name in ("sent_at", "failing_since", "rests_until")}
    return {**times, "problem": it.problem or None}


def _attempt(it: Attempt) -> dict[str, Any]:
    return {
        "event_id": it.event_id, "type": it.type, "attempt": it.attempt, "status": it.status or None, "problem": it.problem or None,
        "at": present.moment(it.at_ms // 1000), "took_ms": it.took_ms,
    }  # fmt: skip


def _dead(it: DeadLetter) -> dict[str, Any]:
    return {
        "event_id": it.event_id, "type": it.type, "attempts": it.attempts, "problem": it.problem, "at": present.moment(it.at),
        "failed_at": present.moment(it.failed_at),
    }  # fmt: skip
