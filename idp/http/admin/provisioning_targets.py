"""Provisioning targets: apps that get accounts by their SCIM endpoint (docs/provisioning.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.provisioning_targets import (
    NewProvisioningTarget,
    ProvisioningFailurePage,
    ProvisioningRetried,
    ProvisioningRetry,
    ProvisioningTarget,
    ProvisioningTargetChanges,
    ProvisioningTargetPage,
    ProvisioningTargetState,
)
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.provisioning.target import Target
    from idp.services.provisioning.targets import TargetStatus

router = APIRouter(prefix=PREFIX + "/provisioning-targets", tags=["SCIM"], route_class=StrictRoute)
TargetId = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description="The target's id.")]


@router.get("", response_model=ProvisioningTargetPage, responses=refuses(), **needs("provisioning:read"))
def list_provisioning_targets(ctx: Ctx) -> Response:
    """List all provisioning targets."""
    found = ctx.services.provisioning_target_service.listing(scope=ctx.scope)
    return reply({"items": [_show(each) for each in found], "next_cursor": None})


@router.post(
    "", response_model=ProvisioningTarget, status_code=201, responses=refuses(409, 422, created=True), **needs("provisioning:write")
)
def create_provisioning_target(ctx: Ctx, once: OnceOnly, new: NewProvisioningTarget) -> Response:
    """Create a provisioning target. People get accounts with the next run of the job."""

    def create() -> Answer:
        given = {name: value for name, value in new.model_dump().items() if name != "id"}
        made = ctx.services.provisioning_target_service.create(new.id, given, by=ctx.by, scope=ctx.scope)
        return answer(_show(made), 201, version=made.version, location=f"{PREFIX}/provisioning-targets/{made.id}")

    return once.run(create)


@router.get("/{target_id}", response_model=ProvisioningTargetState, responses=refuses(404, ok=ETAG), **needs("provisioning:read"))
def get_provisioning_target(ctx: Ctx, target_id: TargetId) -> Response:
    """Get one provisioning target, and how it does."""
    service = ctx.services.provisioning_target_service
    found = service.get(target_id, scope=ctx.scope)
    return reply(_show(found) | _state(service.status(target_id, scope=ctx.scope)), version=found.version)


@router.patch("/{target_id}", response_model=ProvisioningTarget, responses=refuses(404, 412, 415, ok=ETAG), **needs("provisioning:write"))
def change_provisioning_target(ctx: Ctx, target_id: TargetId, changes: ProvisioningTargetChanges, expected: Expected) -> Response:
    """Change a provisioning target by an RFC 7396 patch. `token` replaces the stored token. All accounts are compared afterwards."""
    written = ctx.services.provisioning_target_service.patch(
        target_id, changes.model_dump(exclude_unset=True), by=ctx.by, expected=expected, scope=ctx.scope
    )
    return reply(_show(written), version=written.version)


@router.delete("/{target_id}", status_code=204, responses=refuses(404, 412), **needs("provisioning:write"))
def delete_provisioning_target(ctx: Ctx, target_id: TargetId, expected: Expected) -> Response:
    """Delete a provisioning target. The accounts at the app stay as they are, and get no more changes."""
    ctx.services.provisioning_target_service.delete(target_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


@router.get("/{target_id}/failures", response_model=ProvisioningFailurePage, responses=refuses(404), **needs("provisioning:read"))
def list_provisioning_failures(ctx: Ctx, target_id: TargetId, paged: Paged) -> Response:
    """List people whose account the app refused to the end."""
    place = ctx.place("provisioning-failures", target_id)
    start = ctx.cursors.open(place, paged.cursor)
    found, more = ctx.services.provisioning_target_service.failures(target_id, start=start, limit=paged.limit, scope=ctx.scope)
    shown = [{"user_id": each.user_id, "problem": each.problem, "failed_at": present.moment(each.at)} for each in found]
    return reply(make_page(ctx.cursors, place, shown, more))


@router.post("/{target_id}/retry", response_model=ProvisioningRetried, responses=refuses(404, 422), **needs("provisioning:write"))
def retry_provisioning(ctx: Ctx, target_id: TargetId, once: OnceOnly, retry: ProvisioningRetry) -> Response:
    """Try failures again with the next run of the job."""

    def run() -> Answer:
        number = ctx.services.provisioning_target_service.redeliver(target_id, retry.user_ids, by=ctx.by, scope=ctx.scope)
        return answer({"target_id": target_id, "accounts": number})

    return once.run(run)


@router.post("/{target_id}/comparison", response_model=ProvisioningTargetState, responses=refuses(404, 422), **needs("provisioning:write"))
def compare_provisioning_target(ctx: Ctx, target_id: TargetId, once: OnceOnly) -> Response:
    """Compare all people and all accounts at the app, from the beginning, with the next run of the job. A rest of the target ends."""

    def run() -> Answer:
        service = ctx.services.provisioning_target_service
        service.compare(target_id, by=ctx.by, scope=ctx.scope)
        found = service.get(target_id, scope=ctx.scope)
        return answer(_show(found) | _state(service.status(target_id, scope=ctx.scope)), version=found.version)

    return once.run(run)


def _show(it: Target) -> dict[str, Any]:
    return {
        "id": it.id, "base_url": it.base_url, "people": it.people, "name": it.name or None, "leavers": it.leavers, "paused": it.paused,
        "created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at),
    }  # fmt: skip


def _state(it: TargetStatus) -> dict[str, Any]:
    times = {name: present.moment(at) if (at := getattr(it, name)) else None for name in ("sent_at", "failing_since", "rests_until")}
    return {**times, "problem": it.problem or None, "comparing": it.comparing}
