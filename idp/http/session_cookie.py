"""The cookie of a session: the sealed ids of user and session, for as long as the session may last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sessions.session_state import browser_state
from idp.http import cookies
from idp.http.services import services
from idp.services.sessions.browser_sessions import COOKIE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session


def read_session(request: Request) -> str | None:
    """The sealed value of the cookie, or None."""
    return cookies.read(request, cookies.SESSION, services(request).settings)


def set_session(request: Request, response: Response, session: Session) -> None:
    """Make the browser use this session from now on."""
    s = services(request)
    sealed = s.keyring.sealer().seal(COOKIE, [session.user_id, session.id])
    lasts = max(1, session.expires_at - s.clock())
    cookies.set_cookie(response, cookies.SESSION, sealed, s.settings, max_age=lasts)
    if s.settings.session_management == "on":
        cookies.set_state(response, browser_state(session.sid), s.settings, max_age=lasts)
