"""The visitor of the console, by the session cookie; without one, the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from idp.domain.requests.own_pages import is_in_console
from idp.domain.sessions.session import AAL2, AUTH_TIME
from idp.domain.sessions.visitor import RECENT
from idp.http.console.views import HOME
from idp.http.language import speak_to
from idp.http.services import services
from idp.http.session_cookie import read_session

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.sessions.visitor import Visitor


def find_visitor(request: Request) -> Visitor | None:
    """Return the visitor who signed in with two factors; None for all others, who are sent to the sign-in.

    A member of organisations is returned with one factor too: `has_two_factors` checks them when it is known that they administer one.
    """
    s = services(request)
    visitor = s.visitors.signed_in(read_session(request))
    if visitor is None or (visitor.user.admin and not has_two_factors(visitor)):
        return None
    speak_to(request, visitor.user)
    s.session_service.touch(visitor.session)
    return visitor


def has_two_factors(visitor: Visitor) -> bool:
    """Return whether the session was begun with two factors."""
    return visitor.session.acr == AAL2


def has_fresh_factors(visitor: Visitor, now: int) -> bool:
    """Return whether the factors were proved here, or at an upstream that told when, no longer ago than a session lasts (`now`: epoch s).

    Factors of an upstream that cannot tell the time count only while the sign-in is recent: there it may have been days ago.
    """
    session = visitor.session
    if session.used_own_factor:
        return True
    if session.is_timeless:
        return now < session.auth_time + RECENT
    return AUTH_TIME in (session.upstream or {}) and now < session.authenticated_at + session.expires_at - session.created_at


def sign_in_address(path: str, *, again: bool = False) -> str:
    """Return the address of the sign-in that leads back to this path of the console, or to its first page. `again`: also if signed in."""
    escaped = quote(path)
    query = {"again": "1"} if again else {}
    return "/login?" + urlencode({"to": escaped if is_in_console(escaped) else HOME, **query})
