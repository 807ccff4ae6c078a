"""Invitations into organisations. No answer contains the link (threats Q-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from idp.domain.access.roles import RoleModel
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.invitations import InvitationId
from idp.http.admin.organizations import OrgId
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.organizations import NewOrganizationInvitation, OrganizationInvitation, OrganizationInvitationPage
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.people.invitation import Invitation

router = APIRouter(prefix=PREFIX + "/organizations/{org_id}/invitations", tags=["Organizations"], route_class=StrictRoute)
_READ, _WRITE = "organizations:read", "organizations:write"


@router.get("", response_model=OrganizationInvitationPage, responses=refuses(404), **needs(_READ))
def list_organization_invitations(ctx: Ctx, org_id: OrgId, paged: Paged) -> Response:
    """List the invitations into an organisation that were not accepted yet, also expired ones."""
    place = ctx.place("organization-invitations", org_id)
    start = ctx.cursors.open(place, paged.cursor)
    found, more = ctx.services.organisation_invitations.listing(org_id, limit=paged.limit, start=start, scope=ctx.scope)
    model = _model(ctx, org_id, *found)
    return reply(make_page(ctx.cursors, place, [_show(each, model) for each in found], more))


@router.post("", response_model=OrganizationInvitation, status_code=201, responses=refuses(404, 409, 422, created=True), **needs(_WRITE))
def create_organization_invitation(ctx: Ctx, once: OnceOnly, org_id: OrgId, new: NewOrganizationInvitation) -> Response:
    """Invite an address into an organisation. The mail has a link that is valid for seven days.

    A person with an account of this address joins with it, and another one makes an account if IDP_SIGN_UP is invited or open. You do not
    learn which. What the invitation gives is checked again when it is accepted.
    """

    def create() -> Answer:
        made = ctx.services.organisation_invitations.create(org_id, new.email, roles=new.roles, admin=new.admin, by=ctx.by, scope=ctx.scope)
        about = ctx.services.tickets.address_owner(made.email)
        location = f"{PREFIX}/organizations/{org_id}/invitations/{made.id}"
        return answer(_show(made, _model(ctx, org_id, made)), 201, location=location, about=about)

    return once.run(create)


@router.get("/{invitation_id}", response_model=OrganizationInvitation, responses=refuses(404), **needs(_READ))
def get_organization_invitation(ctx: Ctx, org_id: OrgId, invitation_id: InvitationId) -> Response:
    """Get one invitation. One that was accepted or withdrawn does not exist any more."""
    found = ctx.services.organisation_invitations.get(org_id, invitation_id, scope=ctx.scope)
    return reply(_show(found, _model(ctx, org_id, found)))


@router.post("/{invitation_id}/resend", response_model=OrganizationInvitation, responses=refuses(404, 409, 422), **needs(_WRITE))
def resend_organization_invitation(ctx: Ctx, once: OnceOnly, org_id: OrgId, invitation_id: InvitationId) -> Response:
    """Send a new link, valid for seven days from now. The former link ends."""

    def resend() -> Answer:
        made = ctx.services.organisation_invitations.resend(org_id, invitation_id, by=ctx.by, scope=ctx.scope)
        return answer(_show(made, _model(ctx, org_id, made)), about=ctx.services.tickets.address_owner(made.email))

    return once.run(resend)


@router.delete("/{invitation_id}", status_code=204, responses=refuses(404), **needs(_WRITE))
def withdraw_organization_invitation(ctx: Ctx, org_id: OrgId, invitation_id: InvitationId) -> Response:
    """Withdraw an invitation. Its link ends."""
    ctx.services.organisation_invitations.withdraw(org_id, invitation_id, by=ctx.by, scope=ctx.scope)
    return no_content()


def _model(ctx: Ctx, org_id: str, *invitations: Invitation) -> RoleModel:
    """Return the roles of the organisation, if one of the invitations has some."""
    if not any(each.roles for each in invitations):
        return RoleModel()
    return RoleModel(ctx.services.organisation_role_service.model(org_id, scope=ctx.scope).roles)


def _show(it: Invitation, model: RoleModel) -> dict[str, Any]:
    return {
        "id": it.id, "email": it.email, "roles": list(model.live_roles(it.roles)), "admin": it.admin, "invited_by": it.invited_by,
        "created_at": present.moment(it.created_at), "sent_at": present.moment(it.sent_at), "expires_at": present.moment(it.expires_at),
    }  # fmt: skip
