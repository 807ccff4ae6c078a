"""Roles: named sets of permissions (threats J-05)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.access.roles import NAME
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.roles import NewRole, Role, RoleChanges, RolePage
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

router = APIRouter(prefix=PREFIX + "/roles", tags=["Roles"], route_class=StrictRoute)
RoleName = Annotated[str, Path(pattern=f"^{NAME}$", description="The role's name.")]


@router.get("", response_model=RolePage, responses=refuses(), **needs("roles:read"))
def list_roles(ctx: Ctx, paged: Paged) -> Response:
    """List roles by name."""
    place = ctx.place("roles")
    start = ctx.cursors.open(place, paged.cursor)
    roles, more = ctx.services.role_service.listing(limit=paged.limit, start=start, scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [present.serialise_role(role) for role in roles], more))


@router.post("", response_model=Role, status_code=201, responses=refuses(409, 422, created=True), **needs("roles:write"))
def create_role(ctx: Ctx, once: OnceOnly, new: NewRole) -> Response:
    """Create a role. It has no holders, even if a role of this name was deleted before."""

    def create() -> Answer:
        made = ctx.services.role_service.create(
            new.name, permissions=new.permissions, description=new.description, by=ctx.by, scope=ctx.scope
        )
        return answer(present.serialise_role(made), 201, version=made.version, location=f"{PREFIX}/roles/{made.name}")

    return once.run(create)


@router.get("/{role_name}", response_model=Role, responses=refuses(404, ok=ETAG), **needs("roles:read"))
def get_role(ctx: Ctx, role_name: RoleName) -> Response:
    """Get one role."""
    found = ctx.services.role_service.get(role_name, scope=ctx.scope)
    return reply(present.serialise_role(found), version=found.version)


@router.patch("/{role_name}", response_model=Role, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs("roles:write"))
def change_role(ctx: Ctx, role_name: RoleName, changes: RoleChanges, expected: Expected) -> Response:
    """Change a role by an RFC 7396 patch, as application/merge-patch+json or application/json. Later tokens contain the change.

    A holder of a role cannot give it more permissions.
    """
    role = ctx.services.role_service.patch(role_name, changes.model_dump(exclude_unset=True), by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(present.serialise_role(role), version=role.version)


@router.delete("/{role_name}", status_code=204, responses=refuses(404, 409, 412), **needs("roles:write"))
def delete_role(ctx: Ctx, role_name: RoleName, expected: Expected) -> Response:
    """Delete a role. Later tokens of its holders lack it. A new role of this name has no holders."""
    ctx.services.role_service.delete(role_name, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()
