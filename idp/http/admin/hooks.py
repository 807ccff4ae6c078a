"""Hooks: rules and functions that decide about sign-ins and registrations, and add claims to tokens (docs/hooks.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas import hooks as shapes
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.hooks.dry_run import Sample

if TYPE_CHECKING:
    from idp.domain.hooks import hook as domain

router = APIRouter(prefix=PREFIX + "/hooks", tags=["Hooks"], route_class=StrictRoute)
HookName = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9_-]{0,62}$", description="The hook's name.")]


@router.get("", response_model=shapes.HookPage, responses=refuses(), **needs("hooks:read"))
def list_hooks(ctx: Ctx) -> Response:
    """List all hooks, in the order in which they are asked."""
    return reply({"items": [_show(each) for each in ctx.services.hook_service.listing(scope=ctx.scope)], "next_cursor": None})


@router.post("", response_model=shapes.Hook, status_code=201, responses=refuses(409, 422, created=True), **needs("hooks:write"))
def create_hook(ctx: Ctx, once: OnceOnly, new: shapes.NewHook) -> Response:
    """Create a hook. It is asked within half a minute. Your token needs every scope of the admin API."""

    def create() -> Answer:
        made = ctx.services.hook_service.create(new.model_dump(by_alias=True), by=ctx.by, scope=ctx.scope)
        return answer(_show(made), 201, version=made.version, location=f"{PREFIX}/hooks/{made.name}")

    return once.run(create)


@router.get("/{hook_name}", response_model=shapes.Hook, responses=refuses(404, ok=ETAG), **needs("hooks:read"))
def get_hook(ctx: Ctx, hook_name: HookName) -> Response:
    """Get one hook."""
    found = ctx.services.hook_service.get(hook_name, scope=ctx.scope)
    return reply(_show(found), version=found.version)


@router.patch("/{hook_name}", response_model=shapes.Hook, responses=refuses(404, 412, 415, 422, ok=ETAG), **needs("hooks:write"))
def change_hook(ctx: Ctx, hook_name: HookName, changes: shapes.HookChanges, expected: Expected) -> Response:
    """Change a hook by an RFC 7396 patch; `claims` are replaced as a whole. Your token needs every scope of the admin API."""
    sent = changes.model_dump(exclude_unset=True, by_alias=True)
    written = ctx.services.hook_service.patch(hook_name, sent, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_show(written), version=written.version)


@router.delete("/{hook_name}", status_code=204, responses=refuses(404, 412), **needs("hooks:write"))
def delete_hook(ctx: Ctx, hook_name: HookName, expected: Expected) -> Response:
    """Delete a hook. Your token needs every scope of the admin API."""
    ctx.services.hook_service.delete(hook_name, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


@router.post("/{hook_name}/dry-run", response_model=shapes.HookDryRun, responses=refuses(404, 415), **needs("hooks:write"))
def dry_run_hook(ctx: Ctx, hook_name: HookName, sample: shapes.HookSample) -> Response:
    """Ask a hook about a sample, and tell what it answers and what would count. Nothing else happens; a function gets `dry_run` with its
    event. A hook that is switched off is asked too. Your token needs every scope of the admin API.
    """
    members: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in sample.model_dump().items()}
    asked = Sample()._replace(**members)
    done = ctx.services.hook_dry_run.run(hook_name, asked, by=ctx.by, scope=ctx.scope)
    return reply(
        {
            "name": done.hook.name, "kind": done.hook.kind, "counts": done.counts, "reason": done.reason or None,
            "claims": dict(done.claims), "failure": done.failure or None, "told": dict(done.told), "took_ms": done.took_ms,
        }
    )  # fmt: skip


def _show(it: domain.Hook) -> dict[str, Any]:
    return {
        "name": it.name, "kind": it.kind, "cedar": it.cedar or None, "schema": it.schema or None, "claims": dict(it.claims),
        "function": it.function or None, "timeout_ms": it.timeout_ms, "on_failure": it.on_failure, "apps": list(it.apps),
        "targets": list(it.targets), "enabled": it.enabled, "description": it.description or None,
        "created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at),
    }  # fmt: skip
