"""Ending sessions, and taking back what apps have: one's own only, since every id is looked for in the visitor's partition (J-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.signed_in import done, signed_in_form
from idp.http.request import origin
from idp.http.services import services
from idp.services.audit import Actor

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.oauth.params import Params
    from idp.services.visitors import Visitor


@signed_in_form
def end_sessions(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/sessions/end: one, or all others."""
    access, by = services(request).access, _by(request, visitor)
    if not sent.get("others"):
        access.end_session(visitor.user, sent.one("session"), by)
        return done("session")
    for session in access.sessions(visitor.user):
        if session.id != visitor.session.id:
            access.end_session(visitor.user, session.id, by)
    return done("sessions")


@signed_in_form
def revoke_grant(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/grants/revoke. The app has to ask again: the consent is forgotten as well."""
    s, user = services(request), visitor.user
    grant = s.grants.get(user.id, sent.one("grant"))
    s.access.revoke_grant(user, sent.one("grant"), _by(request, visitor))
    if grant:
        s.consents.delete(user.id, grant.client_id)
    return done("grant")


def _by(request: Request, visitor: Visitor) -> Actor:
    return Actor(visitor.user.id, origin(request), frozenset())
