"""End sessions, and revoke the access of apps. Ids are looked up in the visitor's own partition only (J-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.account.signed_in import redirect_to_account, signed_in_form
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
    """POST /account/sessions/end: end one session, or all others."""
    access, by = services(request).access, _by(request, visitor)
    if not sent.get("others"):
        access.end_session(visitor.user, sent.one("session"), by, scope=DEPLOYMENT)
        return redirect_to_account("session")
    access.end_other_sessions(visitor.user, visitor.session, by, scope=DEPLOYMENT)
    return redirect_to_account("sessions")


@signed_in_form
def revoke_grant(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/grants/revoke: revoke all grants and the consent of this app."""
    services(request).access.revoke_app(visitor.user, sent.one("client"), _by(request, visitor), scope=DEPLOYMENT)
    return redirect_to_account("grant")


def _by(request: Request, visitor: Visitor) -> Actor:
    return Actor(visitor.user.id, origin(request), frozenset())
