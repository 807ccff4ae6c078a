"""Back to the dispatcher, with what the store knows of whoever sent the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from idp.domain.sessions.sign_in_step import next_step
from idp.http import cookies
from idp.http.interaction import proceed, seal_request
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.sign_in_step import Step
    from idp.services.sessions.visitors import Visitor


def session_cookie(request: Request) -> str | None:
    """The cookie that names the session."""
    return cookies.read(request, cookies.SESSION, services(request).settings)


def visitor(request: Request, made: AuthorizationRequest) -> Visitor | None:
    """Whoever sent the request, with what they allowed this client."""
    return services(request).visitors.find(session_cookie(request), client_id=made.client_id or None)


def client_of(request: Request, made: AuthorizationRequest) -> Client | None:
    """The app that asks, as it is stored now; None when a page of our own asks, or the app is gone."""
    return services(request).clients.get(made.client_id) if made.client_id else None


def due(made: AuthorizationRequest, found: Visitor) -> Step:
    """What this visitor has to do next. A step acts only when it is the one that is due (H-04)."""
    return next_step(made, client=found.client, user=found.user, session=found.session, consent=found.consent)


def onward(request: Request, made: AuthorizationRequest, found: Visitor | None) -> Response:
    """The step that is due, for a session that lies in the store already. Without one, the sign-in begins again."""
    if found is None:
        from idp.http.account import login

        return login.page(request, made, client=client_of(request, made), reason="expired")
    return proceed(
        request, made, session=found.session, stored=True, user=found.user, client=found.client, consent=found.consent
    )  # fmt: skip


def elevated(request: Request, made: AuthorizationRequest, found: Visitor, method: str) -> Response:
    """The next step for a visitor whose second factor was right: a new session takes the place of theirs (F-01)."""
    session = elevate(request, found, method)
    return proceed(
        request, made, session=session, stored=False, user=found.user, client=found.client, consent=found.consent, replaces=found.session
    )


def elevate(request: Request, found: Visitor, method: str) -> Session:
    """That session, not written yet. Which request its password was proved for stays as it is: a code alone answers no prompt=login."""
    return services(request).session_service.elevate(found.session, method=method, proved_for=found.session.proved_for)


class Carried(TypedDict):
    """What every page of a sign-in carries."""

    request_field: str
    leads_away: bool


def about(request: Request, made: AuthorizationRequest) -> Carried:
    """The request, sealed, and whether a form of the page may end at an app."""
    return {"request_field": seal_request(request, made), "leads_away": bool(made.redirect_uri)}
