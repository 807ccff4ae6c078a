"""Members of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from idp.domain.access.roles import RoleModel
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.organizations import OrgId
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import UserId
from idp.http.admin.schemas.organizations import Member, MemberChanges, MemberPage, NewMember, UserOrganizations
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.organisations.membership import Membership
    from idp.domain.people.user import User

router = APIRouter(prefix=PREFIX, tags=["Organizations"], route_class=StrictRoute)
_READ, _WRITE = "organizations:read", "organizations:write"
_MEMBERS = "/organizations/{org_id}/members"


@router.get(_MEMBERS, response_model=MemberPage, responses=refuses(404), **needs(_READ))
def list_members(ctx: Ctx, org_id: OrgId, paged: Paged) -> Response:
    """List the members by user id."""
    place = ctx.place("members", org_id)
    start = ctx.cursors.open(place, paged.cursor)
    found, more = ctx.services.member_service.listing(org_id, limit=paged.limit, start=start, scope=ctx.scope)
    model = _model(ctx, org_id, *(each.membership for each in found))
    return reply(make_page(ctx.cursors, place, [_show(each.membership, each.user, model) for each in found], more))


@router.post(_MEMBERS, response_model=Member, status_code=201, responses=refuses(404, 409, 422, created=True), **needs(_WRITE))
def add_member(ctx: Ctx, once: OnceOnly, org_id: OrgId, new: NewMember) -> Response:
    """Make a user a member. An organisation's own admin cannot: they invite people."""
    members = {name: value for name, value in new.model_dump(exclude_unset=True).items() if name != "user_id"}
    if members.get("owned", True) is None:
        del members["owned"]

    def add() -> Answer:
        made = ctx.services.member_service.add(org_id, new.user_id, by=ctx.by, scope=ctx.scope, **members)
        found = ctx.services.member_service.get(org_id, made.user_id, scope=ctx.scope)
        shown = _show(found.membership, found.user, _model(ctx, org_id, found.membership))
        location = f"{PREFIX}/organizations/{org_id}/members/{made.user_id}"
        return answer(shown, 201, version=found.membership.version, location=location, about=made.user_id)

    return once.run(add)


@router.get(_MEMBERS + "/{user_id}", response_model=Member, responses=refuses(404, ok=ETAG), **needs(_READ))
def get_member(ctx: Ctx, org_id: OrgId, user_id: UserId) -> Response:
    """Get one member."""
    found = ctx.services.member_service.get(org_id, user_id, scope=ctx.scope)
    return reply(_show(found.membership, found.user, _model(ctx, org_id, found.membership)), version=found.membership.version)


@router.patch(_MEMBERS + "/{user_id}", response_model=Member, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs(_WRITE))
def change_member(ctx: Ctx, org_id: OrgId, user_id: UserId, changes: MemberChanges, expected: Expected) -> Response:
    """Change a membership by an RFC 7396 patch. You cannot change your own, and give no OAuth scope that you do not hold."""
    wanted = changes.model_dump(exclude_unset=True)
    ctx.services.member_service.patch(org_id, user_id, wanted, by=ctx.by, expected=expected, scope=ctx.scope)
    found = ctx.services.member_service.get(org_id, user_id, scope=ctx.scope)
    return reply(_show(found.membership, found.user, _model(ctx, org_id, found.membership)), version=found.membership.version)


@router.delete(_MEMBERS + "/{user_id}", status_code=204, responses=refuses(404, 409, 412), **needs(_WRITE))
def remove_member(ctx: Ctx, org_id: OrgId, user_id: UserId, expected: Expected) -> Response:
    """End a membership. The account stays; its tokens for the organisation are not refreshed any more."""
    ctx.services.member_service.remove(org_id, user_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


@router.get("/users/{user_id}/organizations", response_model=UserOrganizations, responses=refuses(404), **needs("users:read"))
def list_organizations_of_user(ctx: Ctx, user_id: UserId) -> Response:
    """List the organisations that a user is a member of."""
    ctx.services.user_service.get(user_id, scope=ctx.scope)
    found = ctx.services.member_service.of_user(user_id, scope=ctx.scope)
    return reply({"items": [_show_organisation(each) for each in found]})


def _model(ctx: Ctx, org_id: str, *memberships: Membership) -> RoleModel:
    """Return the roles of the organisation, if one of the members has some. Unreadable ones are left out."""
    if not any(each.roles for each in memberships):
        return RoleModel()
    return RoleModel(ctx.services.organisation_role_service.model(org_id, scope=ctx.scope).roles)


def _show(it: Membership, user: User | None, model: RoleModel) -> dict[str, Any]:
    return {
        "user_id": it.user_id, "email": user.email if user else None, "name": user.claims.get("name") if user else None,
        "roles": list(model.live_roles(it.roles)), "admin": it.admin,
        "admin_scopes": None if it.admin_scopes is None else sorted(it.admin_scopes), "owned": it.owned, "source": it.source,
        "joined_at": present.moment(it.joined_at),
    }  # fmt: skip


def _show_organisation(it: Membership) -> dict[str, Any]:
    return {
        "organization": it.org_id, "roles": sorted(it.roles), "admin": it.admin, "owned": it.owned,
        "joined_at": present.moment(it.joined_at),
    }  # fmt: skip
