"""The end session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.redirect_uri import origin_of
from idp.domain.errors import PageError
from idp.domain.languages import parse_ui_locales
from idp.http import by_get, cookies
from idp.http.browser import browser
from idp.http.language import ask_for
from idp.http.redirect import see_other, with_parameters
from idp.http.request import form
from idp.http.services import services
from idp.oauth.end_session import Ended, logout_request
from idp.oauth.end_session import end_session as end

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session

_CONFIRM = "logout"


def end_session(request: Request) -> Response:
    """End the session at once after a valid id_token_hint, else ask the user first (RP-Initiated Logout 1.0 §2, C-13)."""
    s = services(request)
    params = by_get.parameters(request)
    ask_for(request, parse_ui_locales(params.get("ui_locales") or ""))
    if again := by_get.repeat_with_cookies(request, params):
        return again
    _require_own_window(request)
    session = _live_session(request)
    logout = logout_request(s.provider, params, session)
    if logout.confirm and session:
        sealed = s.keyring.sealer().seal(
            _CONFIRM, [session.id, logout.client.id if logout.client else None, logout.return_to, logout.state]
        )
        from idp.http.pages import render  # Jinja2 loads when the first page is shown

        return render(request, "logout.html", client=logout.client, request_field=sealed, leads_away=logout.return_to is not None)
    return _finish(request, session, logout.return_to, logout.state, logout.client)


def confirm_logout(request: Request) -> Response:
    """End the session after the user confirmed (RP-Initiated Logout 1.0 §2).

    The form was made for this session, and only a page of this provider can send it. GET shows the question again.
    """
    from idp.http import csrf

    if request.method != "POST":
        return see_other("/logout")

    s = services(request)
    csrf.same_origin(request)
    session = _live_session(request)
    opened = s.keyring.sealer().open(_CONFIRM, form(request).get("request") or "")
    if not isinstance(opened, list) or session is None or opened[0] != session.id:
        return _finish(request, None, None, None, None) if session is None else see_other("/logout")
    _, client_id, return_to, state = opened
    client = s.clients.get(client_id) if client_id else None
    still = client and not client.disabled and return_to in client.post_logout_redirect_uris
    return _finish(request, session, return_to if still else None, state, client)


def _require_own_window(request: Request) -> None:
    """Refuse a sign-out in a frame or by a script of another site. Browsers omit the session cookie there, so no session would end.

    The header Sec-Fetch-Dest (Fetch Metadata) names the destination. A request without it counts as a navigation.

    Raises:
        PageError: the request is not a navigation. The app gets no response that would report a sign-out.
    """
    goes_to = request.headers.get("sec-fetch-dest", "document")
    if goes_to != "document" and not cookies.is_sent(request, cookies.SESSION, services(request).settings):
        raise PageError("invalid_request", "logout.in_frame")


def _live_session(request: Request) -> Session | None:
    s, here = services(request), browser(request).session
    session = s.sessions.get(*here) if here else None
    return session if session and session.is_live(s.clock(), s.settings.session_idle_lifetime) else None


def _finish(request: Request, session: Session | None, return_to: str | None, state: str | None, client: Any) -> Response:  # only shown
    s = services(request)
    ended = end(s.provider, session) if session else Ended()
    target = with_parameters(return_to, {"state": state}) if return_to and state else return_to
    if target and not ended.frontchannel:
        response = see_other(target)
    else:
        from idp.http.pages import render

        # The browser loads the logout page of each app, then follows the link (Front-Channel Logout 1.0 §2).
        frames = tuple(dict.fromkeys(origin_of(uri) for uri in ended.frontchannel))
        response = render(request, "logged_out.html", client=client, frontchannel=ended.frontchannel, onward=target, frame_src=frames)
    if cookies.is_sent(request, cookies.SESSION, s.settings):
        cookies.clear(request, response, cookies.SESSION, s.settings)
        cookies.clear(request, response, cookies.STATE, s.settings)  # this cookie may come alone, from a frame; then no session ends
    return response
