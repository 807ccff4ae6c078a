"""Groups: named sets of people, who have the group's roles (threats J-05)."""

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
from idp.http.admin.schemas.roles import Group, GroupChanges, GroupPage, NewGroup
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

router = APIRouter(prefix=PREFIX + "/groups", tags=["Groups"], route_class=StrictRoute)
GroupName = Annotated[str, Path(pattern=f"^{NAME}$", description="The group's name.")]


@router.get("", response_model=GroupPage, responses=refuses(), **needs("roles:read"))
def list_groups(ctx: Ctx, paged: Paged) -> Response:
    """List groups by name."""
    place = ctx.place("groups")
    start = ctx.cursors.open(place, paged.cursor)
    groups, more = ctx.services.group_service.listing(limit=paged.limit, start=start, scope=ctx.scope)
    model = ctx.read_roles(*(group.roles for group in groups))
    return reply(make_page(ctx.cursors, place, [present.serialise_group(group, model) for group in groups], more))


@router.post("", response_model=Group, status_code=201, responses=refuses(409, 422, created=True), **needs("roles:write"))
def create_group(ctx: Ctx, once: OnceOnly, new: NewGroup) -> Response:
    """Create a group. It has no members, even if a group of this name was deleted before."""

    def create() -> Answer:
        made = ctx.services.group_service.create(new.name, roles=new.roles, description=new.description, by=ctx.by, scope=ctx.scope)
        body = present.serialise_group(made, ctx.read_roles(made.roles))
        return answer(body, 201, version=made.version, location=f"{PREFIX}/groups/{made.name}")

    return once.run(create)


@router.get("/{group_name}", response_model=Group, responses=refuses(404, ok=ETAG), **needs("roles:read"))
def get_group(ctx: Ctx, group_name: GroupName) -> Response:
    """Get one group."""
    found = ctx.services.group_service.get(group_name, scope=ctx.scope)
    return reply(present.serialise_group(found, ctx.read_roles(found.roles)), version=found.version)


@router.patch("/{group_name}", response_model=Group, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs("roles:write"))
def change_group(ctx: Ctx, group_name: GroupName, changes: GroupChanges, expected: Expected) -> Response:
    """Change a group by an RFC 7396 patch, as application/merge-patch+json or application/json. Later tokens contain the change.

    A member of a group cannot give it more roles.
    """
    group = ctx.services.group_service.patch(
        group_name, changes.model_dump(exclude_unset=True), by=ctx.by, expected=expected, scope=ctx.scope
    )
    return reply(present.serialise_group(group, ctx.read_roles(group.roles)), version=group.version)


@router.delete("/{group_name}", status_code=204, responses=refuses(404, 409, 412), **needs("roles:write"))
def delete_group(ctx: Ctx, group_name: GroupName, expected: Expected) -> Response:
    """Delete a group. Later tokens of its members lack its roles. A new group of this name has no members."""
    ctx.services.group_service.delete(group_name, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()
