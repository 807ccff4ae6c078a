"""Invitations: an address may create an account, with roles and groups. No answer contains the link."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.access.roles import RoleModel
from idp.domain.people import invitation
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.invitations import Invitation, InvitationPage, NewInvitation
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

router = APIRouter(prefix=PREFIX + "/invitations", tags=["Users"], route_class=StrictRoute)
InvitationId = Annotated[str, Path(pattern="^[A-Za-z0-9._~-]{1,128}$", description="The invitation's id.")]


@router.get("", response_model=InvitationPage, responses=refuses(), **needs("users:read"))
def list_invitations(ctx: Ctx, paged: Paged) -> Response:
    """List the invitations that were not accepted yet, also expired ones."""
    place = ctx.place("invitations")
    found, more = ctx.services.invitation_service.listing(limit=paged.limit, start=ctx.cursors.open(place, paged.cursor), scope=ctx.scope)
    model = ctx.read_roles(*(each.roles or each.groups for each in found))
    return reply(make_page(ctx.cursors, place, [_show(each, model) for each in found], more))


@router.post("", response_model=Invitation, status_code=201, responses=refuses(409, 422, created=True), **needs("users:write"))
def create_invitation(ctx: Ctx, once: OnceOnly, new: NewInvitation) -> Response:
    """Invite an address to create an account. The mail has a link that is valid for seven days.

    Roles and groups need the scope roles:write too. They are checked again when the person accepts: a role that is gone by then is left
    out, and the link ends if you may not create users any more. IDP_SIGN_UP must be invited or open.
    """
    if given := [name for name in ("roles", "groups") if getattr(new, name)]:
        ctx.require_scope("roles:write", *given)

    def create() -> Answer:
        made = ctx.services.invitation_service.create(
            new.email, roles=new.roles, groups=new.groups, client_id=new.client_id or "", by=ctx.by, scope=ctx.scope
        )
        about = ctx.services.tickets.address_owner(made.email)
        return answer(_show(made, _model(ctx, made)), 201, location=f"{PREFIX}/invitations/{made.id}", about=about)

    return once.run(create)


@router.get("/{invitation_id}", response_model=Invitation, responses=refuses(404), **needs("users:read"))
def get_invitation(ctx: Ctx, invitation_id: InvitationId) -> Response:
    """Get one invitation. One that was accepted or withdrawn does not exist any more."""
    found = ctx.services.invitation_service.get(invitation_id, scope=ctx.scope)
    return reply(_show(found, _model(ctx, found)))


@router.post("/{invitation_id}/resend", response_model=Invitation, responses=refuses(404, 409, 422), **needs("users:write"))
def resend_invitation(ctx: Ctx, once: OnceOnly, invitation_id: InvitationId) -> Response:
    """Send a new link, valid for seven days from now. The former link ends."""

    def resend() -> Answer:
        made = ctx.services.invitation_service.resend(invitation_id, by=ctx.by, scope=ctx.scope)
        return answer(_show(made, _model(ctx, made)), about=ctx.services.tickets.address_owner(made.email))

    return once.run(resend)


@router.delete("/{invitation_id}", status_code=204, responses=refuses(404), **needs("users:write"))
def withdraw_invitation(ctx: Ctx, invitation_id: InvitationId) -> Response:
    """Withdraw an invitation. Its link ends."""
    ctx.services.invitation_service.withdraw(invitation_id, by=ctx.by, scope=ctx.scope)
    return no_content()


def _model(ctx: Ctx, it: invitation.Invitation) -> RoleModel:
    return ctx.read_roles(it.roles or it.groups)


def _show(it: invitation.Invitation, model: RoleModel) -> dict[str, Any]:
    return {
        "id": it.id, "email": it.email, "roles": list(model.live_roles(it.roles)), "groups": list(model.live_groups(it.groups)),
        "client_id": it.client_id or None, "invited_by": it.invited_by, "created_at": present.moment(it.created_at),
        "sent_at": present.moment(it.sent_at), "expires_at": present.moment(it.expires_at),
    }  # fmt: skip
