"""Ending sessions, and taking back what apps have: one's own only, since every id is looked for in the visitor's partition (J-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.account.signed_in import done, signed_in_form
from idp.http.request import origin
from idp.http.services import services
from idp.services.audit.recorder import Actor

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.params import Params


@signed_in_form
def end_sessions(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/sessions/end: one, or all others."""
    access, by = services(request).access, _by(request, visitor)
    if not sent.get("others"):
        access.end_session(visitor.user, sent.one("session"), by, scope=DEPLOYMENT)
        return done("session")
    access.end_other_sessions(visitor.user, visitor.session, by, scope=DEPLOYMENT)
    return done("sessions")


@signed_in_form
def revoke_grant(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/grants/revoke: all that this app has. It has to ask again."""
    services(request).access.revoke_app(visitor.user, sent.one("client"), _by(request, visitor), scope=DEPLOYMENT)
    return done("grant")


def _by(request: Request, visitor: Visitor) -> Actor:
    return Actor(visitor.user.id, origin(request), frozenset())
