"""The own roles of organisations."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.organizations import OrgId
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.roles import RoleName
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.roles import NewRole, Role, RoleChanges, RolePage
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

router = APIRouter(prefix=PREFIX + "/organizations/{org_id}/roles", tags=["Organizations"], route_class=StrictRoute)
_READ, _WRITE = "organizations:read", "organizations:write"


@router.get("", response_model=RolePage, responses=refuses(404), **needs(_READ))
def list_organization_roles(ctx: Ctx, org_id: OrgId, paged: Paged) -> Response:
    """List the roles of an organisation by name."""
    place = ctx.place("organization-roles", org_id)
    start = ctx.cursors.open(place, paged.cursor)
    roles, more = ctx.services.organisation_role_service.listing(org_id, limit=paged.limit, start=start, scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [present.serialise_role(role) for role in roles], more))


@router.post("", response_model=Role, status_code=201, responses=refuses(404, 409, 422, created=True), **needs(_WRITE))
def create_organization_role(ctx: Ctx, once: OnceOnly, org_id: OrgId, new: NewRole) -> Response:
    """Create a role of the organisation. It has no holders, even if a role of this name was deleted before."""

    def create() -> Answer:
        made = ctx.services.organisation_role_service.create(
            org_id, new.name, permissions=new.permissions, description=new.description, by=ctx.by, scope=ctx.scope
        )
        location = f"{PREFIX}/organizations/{org_id}/roles/{made.name}"
        return answer(present.serialise_role(made), 201, version=made.version, location=location)

    return once.run(create)


@router.get("/{role_name}", response_model=Role, responses=refuses(404, ok=ETAG), **needs(_READ))
def get_organization_role(ctx: Ctx, org_id: OrgId, role_name: RoleName) -> Response:
    """Get one role of the organisation."""
    found = ctx.services.organisation_role_service.get(org_id, role_name, scope=ctx.scope)
    return reply(present.serialise_role(found), version=found.version)


@router.patch("/{role_name}", response_model=Role, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs(_WRITE))
def change_organization_role(ctx: Ctx, org_id: OrgId, role_name: RoleName, changes: RoleChanges, expected: Expected) -> Response:
    """Change a role of the organisation by an RFC 7396 patch. A holder of a role cannot give it more permissions."""
    wanted = changes.model_dump(exclude_unset=True)
    role = ctx.services.organisation_role_service.patch(org_id, role_name, wanted, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(present.serialise_role(role), version=role.version)


@router.delete("/{role_name}", status_code=204, responses=refuses(404, 409, 412), **needs(_WRITE))
def delete_organization_role(ctx: Ctx, org_id: OrgId, role_name: RoleName, expected: Expected) -> Response:
    """Delete a role of the organisation. Later tokens of its holders lack it."""
    ctx.services.organisation_role_service.delete(org_id, role_name, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()
