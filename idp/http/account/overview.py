"""A person's own page: their factors, where they are signed in, which apps have access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http import csrf
from idp.http.account.moment import moment
from idp.http.account.signed_in import signed_in
from idp.http.pages import render, shortened
from idp.http.redirect import see_other
from idp.http.services import services
from idp.http.sign_in.scope_words import words_of
from idp.store.clients import place

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.app_access import AppAccess
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor

_DONE = {
    "password": "Your password is changed. Everywhere else you are signed out.",
    "confirmed": "Thank you, it is you.",
    "factor-added": "Two-step sign-in is on.",
    "factor-removed": "Two-step sign-in is off.",
    "session": "The session is ended.",
    "sessions": "All other sessions are ended.",
    "grant": "The app has no access any more.",
}
"""What the page may be told to say: these sentences, and nothing that an address brings along (F-10)."""


@signed_in
def overview(request: Request, visitor: Visitor) -> Response:
    """GET /account."""
    s, user = services(request), visitor.user
    sessions = [_told(session, current=session.id == visitor.session.id) for session in s.access.sessions(user, scope=DEPLOYMENT)]
    return render(
        request, "account.html", name=user.claims.get("name"), email=user.email, totp_enabled=user.totp_enabled,
        recovery_left=s.factors.recovery_codes_left(user.id) if user.totp_enabled else 0, sessions=sessions,
        apps=_named(request, s.access.apps(user, scope=DEPLOYMENT)), csrf=csrf.token(request, visitor.session.id),
        notice=_DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


def back(request: Request) -> Response:
    """POST /account: the button under a page that was shown once."""
    csrf.same_origin(request)
    return see_other("/account?done=factor-added")


def _told(session: Session, *, current: bool) -> dict[str, Any]:
    return {
        "id": session.id, "user_agent": session.user_agent, "address": session.address, "started": moment(session.created_at),
        "last_used": moment(session.last_seen_at), "current": current,
    }  # fmt: skip


def _named(request: Request, apps: list[AppAccess]) -> list[dict[str, Any]]:
    """One row for each app, by its name. What was given to an app that is gone opens nothing and is left out."""
    items = services(request).database.batch_get(*(place(app.client_id) for app in apps)) if apps else []
    held = [(client, app.held_by(client)) for app, item in zip(apps, items, strict=True) if item and (client := item.client())]
    shown = words_of(request, (scope for _, app in held for scope in app.scopes))
    return [
        {
            "id": client.id, "name": shortened(client.name or client.id), "scopes": [shown[scope] for scope in app.scopes],
            "since": moment(app.since),
            "last_used": moment(app.last_used_at) if app.last_used_at else None,
        }
        for client, app in held if app.grants or app.consent
    ]  # fmt: skip
