"""A user's sessions (browsers in which the user is signed in) and grants (apps that have access)."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.pagination import Paged, make_page, take_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import GrantId, SessionId, UserId
from idp.http.admin.schemas.users import GrantPage, SessionPage
from idp.http.admin.scopes import needs

router = APIRouter(prefix=PREFIX + "/users/{user_id}", tags=["Sessions and grants"], route_class=StrictRoute)


@router.get("/sessions", response_model=SessionPage, responses=refuses(404), **needs("sessions:read"))
def list_sessions(ctx: Ctx, user_id: UserId, paged: Paged) -> Response:
    """List the live sessions of a user."""
    place = ctx.place("sessions", user_id)
    service = ctx.services.user_service
    after = ctx.cursors.open(place, paged.cursor)
    found, more = take_page(
        service.access.sessions(service.get(user_id, scope=ctx.scope), scope=ctx.scope), lambda s: (s.created_at, s.id), after, paged.limit
    )
    return reply(make_page(ctx.cursors, place, [present.serialise_session(session) for session in found], more))


@router.delete("/sessions", status_code=204, responses=refuses(404), **needs("sessions:write"))
def end_all_sessions(ctx: Ctx, user_id: UserId) -> Response:
    """Sign a user out everywhere, and end the access of all apps."""
    service, org_id = ctx.services.user_service, ctx.scope.organisation
    people = ctx.services.organisation_people
    user = people.owned(org_id, user_id, scope=ctx.scope, by=ctx.by) if org_id else service.get(user_id, scope=ctx.scope)
    service.access.end_everything(user, ctx.by, scope=ctx.scope)
    return no_content()


@router.delete("/sessions/{session_id}", status_code=204, responses=refuses(404), **needs("sessions:write"))
def end_session(ctx: Ctx, user_id: UserId, session_id: SessionId) -> Response:
    """End one session, and the access of apps that depends on it."""
    service = ctx.services.user_service
    service.access.end_session(service.get(user_id, scope=ctx.scope), session_id, ctx.by, scope=ctx.scope)
    return no_content()


@router.get("/grants", response_model=GrantPage, responses=refuses(404), **needs("sessions:read"))
def list_grants(ctx: Ctx, user_id: UserId, paged: Paged) -> Response:
    """List the live grants of a user. Grants of apps that were deleted or disabled are left out."""
    place = ctx.place("grants", user_id)
    service = ctx.services.user_service
    after = ctx.cursors.open(place, paged.cursor)
    live = service.access.grants_of_live_apps(service.get(user_id, scope=ctx.scope), scope=ctx.scope)
    found, more = take_page(live, lambda g: (g.created_at, g.id), after, paged.limit)
    return reply(make_page(ctx.cursors, place, [present.serialise_grant(grant) for grant in found], more))


@router.delete("/grants/{grant_id}", status_code=204, responses=refuses(404), **needs("sessions:write"))
def revoke_grant(ctx: Ctx, user_id: UserId, grant_id: GrantId) -> Response:
    """End one grant. Its refresh tokens and access tokens are refused from now on. The app may have other grants of this user."""
    service = ctx.services.user_service
    service.access.revoke_grant(service.get(user_id, scope=ctx.scope), grant_id, ctx.by, scope=ctx.scope)
    return no_content()
