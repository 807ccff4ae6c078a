"""SCIM clients: directories that make and change people here (RFC 7644)."""

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
from idp.http.admin.schemas.scim_clients import (
    NewScimClient,
    ScimClient,
    ScimClientChanges,
    ScimClientPage,
    ScimClientWithToken,
    ScimTokenRotation,
)
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.scim.representation import base

if TYPE_CHECKING:
    from idp.domain.scim import client as domain

router = APIRouter(prefix=PREFIX + "/scim-clients", tags=["SCIM"], route_class=StrictRoute)
ScimClientId = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description="The SCIM client's id.")]


@router.get("", response_model=ScimClientPage, responses=refuses(), **needs("scim:read"))
def list_scim_clients(ctx: Ctx) -> Response:
    """List all SCIM clients."""
    found = ctx.services.scim_client_service.listing(scope=ctx.scope)
    return reply({"items": [show_scim_client(ctx, each) for each in found], "next_cursor": None})


@router.post("", response_model=ScimClientWithToken, status_code=201, responses=refuses(409, 422, created=True), **needs("scim:write"))
def create_scim_client(ctx: Ctx, once: OnceOnly, new: NewScimClient) -> Response:
    """Create a SCIM client. The answer contains its token, which is shown once, and the base URL to enter at the directory."""

    def create() -> Answer:
        given = {name: value for name, value in new.model_dump(exclude_unset=True).items() if name not in {"id", "expires_in"}}
        made, token = ctx.services.scim_client_service.create(new.id, given, lifetime=new.expires_in, by=ctx.by, scope=ctx.scope)
        return answer(
            show_scim_client(ctx, made) | {"token": token}, 201, version=made.version, location=f"{PREFIX}/scim-clients/{made.id}"
        )

    return once.run(create)


@router.get("/{scim_client_id}", response_model=ScimClient, responses=refuses(404, ok=ETAG), **needs("scim:read"))
def get_scim_client(ctx: Ctx, scim_client_id: ScimClientId) -> Response:
    """Get one SCIM client."""
    found = ctx.services.scim_client_service.get(scim_client_id, scope=ctx.scope)
    return reply(show_scim_client(ctx, found), version=found.version)


@router.patch("/{scim_client_id}", response_model=ScimClient, responses=refuses(404, 412, 415, ok=ETAG), **needs("scim:write"))
def change_scim_client(ctx: Ctx, scim_client_id: ScimClientId, changes: ScimClientChanges, expected: Expected) -> Response:
    """Change a SCIM client by an RFC 7396 patch. Its next request follows the change."""
    written = ctx.services.scim_client_service.patch(
        scim_client_id, changes.model_dump(exclude_unset=True), by=ctx.by, expected=expected, scope=ctx.scope
    )
    return reply(show_scim_client(ctx, written), version=written.version)


@router.post(
    "/{scim_client_id}/token", response_model=ScimClientWithToken, status_code=201, responses=refuses(404, 412, 422, created=True),
    **needs("scim:write"),
)  # fmt: skip
def rotate_scim_token(
    ctx: Ctx, scim_client_id: ScimClientId, once: OnceOnly, rotation: ScimTokenRotation, expected: Expected
) -> Response:  # fmt: skip
    """Make a new token. The earlier one stays valid for a time, so that the directory can change to the new one."""

    def rotate() -> Answer:
        made, token = ctx.services.scim_client_service.rotate_token(
            scim_client_id, lifetime=rotation.expires_in, overlap=rotation.overlap, by=ctx.by, expected=expected, scope=ctx.scope
        )
        return answer(
            show_scim_client(ctx, made) | {"token": token}, 201, version=made.version, location=f"{PREFIX}/scim-clients/{made.id}"
        )

    return once.run(rotate)


@router.delete("/{scim_client_id}", status_code=204, responses=refuses(404, 412), **needs("scim:write"))
def delete_scim_client(ctx: Ctx, scim_client_id: ScimClientId, expected: Expected) -> Response:
    """Delete a SCIM client. Its tokens end at once. Its people stay, and belong to it again only under the same id."""
    ctx.services.scim_client_service.delete(scim_client_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def show_scim_client(ctx: Ctx, it: domain.ScimClient) -> dict[str, Any]:
    """Return a SCIM client as answers show it, without the values of its tokens."""
    tokens = [
        {
            "id": each.id, "created_at": present.moment(each.created_at), "expires_at": present.moment(each.expires_at),
            "last_used_on": each.used_day or None,
        }
        for each in it.tokens
    ]  # fmt: skip
    return {
        "id": it.id, "name": it.name, "base_url": base(ctx.services.settings.issuer), "users": it.users, "groups": it.groups,
        "enabled": it.enabled, "domains": list(it.domains), "connection_id": it.connection_id or None,
        "reject_unknown": it.reject_unknown, "sets_passwords": it.sets_passwords, "fills_groups": list(it.fills_groups),
        "tokens": tokens, "created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at),
    }  # fmt: skip
