"""Where a person is signed in, which apps have access, which devices skip the second step, and which accounts elsewhere open this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.moment import moment
from idp.http.console.pages import Page
from idp.http.console.person_acts import back
from idp.http.console.person_view import PEOPLE, find, show_person
from idp.http.pages import shorten
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_TAB = "/access"


def page(request: Request, visit: Visit) -> Response:
    """GET …/access."""
    s, user = services(request), find(request, visit)
    return show_person(
        request, visit, user, "person_access.html", _TAB,
        sessions=[
            (one.id, one.user_agent, one.address, one.country, moment(one.created_at), moment(one.last_seen_at), one.acr)
            for one in s.user_service.access.sessions(user, scope=visit.scope)
        ],
        grants=_grants(request, visit, user),
        devices=[(one.user_agent, one.address, moment(one.created_at)) for one in s.remembered_device_list.of(user, scope=visit.scope)],
        links=[
            (one.id, one.connection_id or one.issuer, one.email or one.subject, moment(one.created_at))
            for one in s.issuer_link_service.of(user.id, scope=visit.scope)
        ],
    )  # fmt: skip


def _grants(request: Request, visit: Visit, user: User) -> list[tuple[str, str, tuple[str, ...], object, object]]:
    """Return id, name of the app, scopes, since when and last use."""
    s = services(request)
    found = s.user_service.access.grants_of_live_apps(user, scope=visit.scope)
    names = {one.id: shorten(one.name or one.id) for one in s.reads.clients(sorted({grant.client_id for grant in found})) if one}
    return [
        (
            grant.id, names.get(grant.client_id, grant.client_id), grant.scopes, moment(grant.created_at),
            moment(grant.rotated_at or grant.redeemed_at or grant.created_at),
        )
        for grant in found
    ]  # fmt: skip


def end_session(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/end-session."""
    access = services(request).user_service.access
    access.end_session(find(request, visit), sent.one("session"), visit.by, scope=visit.scope)
    return back(request, "session-ended", _TAB)


def end_everything(request: Request, visit: Visit, _: Params) -> Response:
    """POST …/sign-out: end all sessions, and the access of all apps."""
    services(request).user_service.access.end_everything(find(request, visit), visit.by, scope=visit.scope)
    return back(request, "signed-out", "" if visit.scope.organisation else _TAB)


def end_grant(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/end-grant."""
    access = services(request).user_service.access
    access.revoke_grant(find(request, visit), sent.one("grant"), visit.by, scope=visit.scope)
    return back(request, "grant-ended", _TAB)


def forget_devices(request: Request, visit: Visit, _: Params) -> Response:
    """POST …/forget-devices."""
    services(request).remembered_device_list.remove_all(find(request, visit), visit.by, scope=visit.scope)
    return back(request, "devices-forgotten", _TAB)


def remove_link(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/remove-link."""
    user_id = request.path_params["user_id"]
    services(request).issuer_link_service.delete(user_id, sent.one("link"), by=visit.by, scope=visit.scope)
    return back(request, "link-removed", _TAB)


_HERE, _WRITE = PEOPLE + "/{user_id}", ("sessions:write",)
PAGES = (
    Page(f"{_HERE}{_TAB}", "GET", page, ("users:read", "sessions:read")),
    Page(f"{_HERE}/end-session", "POST", end_session, _WRITE),
    Page(f"{_HERE}/sign-out", "POST", end_everything, _WRITE, organisation=True),
    Page(f"{_HERE}/end-grant", "POST", end_grant, _WRITE),
    Page(f"{_HERE}/forget-devices", "POST", forget_devices, _WRITE),
    Page(f"{_HERE}/remove-link", "POST", remove_link, ("users:write",), fresh=True),
)
