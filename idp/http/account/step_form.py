"""The address of a step: a form of our own page with the request of this browser, or the address opened again by GET."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from idp.http import cookies, csrf
from idp.http.account.onward import client_of, visitor
from idp.http.browser import browser
from idp.http.interaction import of_this_browser, open_request, proceed
from idp.http.redirect import see_other
from idp.http.request import form, query
from idp.http.services import services
from idp.oauth.authorization.response import still_valid

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params

    Handler = Callable[[Request, Params, AuthorizationRequest], Response]

OTHER_BROWSER = "This page was opened before this browser got its present cookie. Nothing was sent to the app. Sign in to go on."
NO_COOKIE = (
    "Your browser did not send the cookie of this page. Sign in once more. If this sentence comes back, allow cookies for this site."
)


def step_form(handler: Handler) -> Callable[[Request], Response]:
    """A handler for the form of a step. It is called only when our own page sent the form, with a request sealed for this browser."""

    def endpoint(request: Request) -> Response:
        csrf.same_origin(request)
        sent = form(request)
        made = open_request(request, sent)
        if of_this_browser(request, made):
            return handler(request, sent, made)
        return _signs_in_here(request, made, email=sent.get("email") or "", status=403)

    return endpoint


def opened(request: Request) -> Response:
    """GET of a step: the step that is due for the request in the address; the account page where the address has no request."""
    sent = query(request)
    if sent.get("request") is None:
        return see_other("/account")
    made = open_request(request, sent)
    if not of_this_browser(request, made):
        return _signs_in_here(request, made)
    found = visitor(request, made)
    if found is None:
        return proceed(request, made, session=None, stored=True, user=None, client=client_of(request, made), consent=None)
    return proceed(request, made, session=found.session, stored=True, user=found.user, client=found.client, consent=found.consent)


def _signs_in_here(request: Request, made: AuthorizationRequest, *, email: str = "", status: int = 200) -> Response:
    """The sign-in page for a request of ours that was sealed for another browser, sealed anew for this one (B-17).

    Whatever was sent is not looked at, and a session of this browser answers nothing: the person sees which app asks, and signs in for it.
    A device's request begins where the person says that the device shows the code (RFC 8628 §5.4).
    """
    from idp.http.account import login

    if made.device:
        return see_other("/device?" + urlencode({"user_code": made.device[0]}))
    here = browser(request)
    client = still_valid(client_of(request, made), made) if made.client_id else None
    error = (NO_COOKIE if here.new else OTHER_BROWSER) if status != 200 else ""  # noqa: PLR2004  # a form was refused
    response = login.page(request, replace(made, browser=here.digest), client=client, email=email, error=error, status=status)
    if here.new:
        cookies.bind(request, response, here.id, services(request).settings)
    return response
