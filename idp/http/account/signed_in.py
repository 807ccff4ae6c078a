"""The checks of every handler of the account pages: a complete sign-in, and for a form our own page, made for this session."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from idp.http import csrf
from idp.http.language import asked_languages, speak_to
from idp.http.redirect import see_other
from idp.http.request import form
from idp.http.services import services
from idp.http.session_cookie import read_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.params import Params
    from idp.services.sessions.visitors import More

    Handler = Callable[[Request, Visitor], Response]
    FormHandler = Callable[[Request, Visitor, Params], Response]
    Wanted = Callable[[Request, Params], More]
    """From what the person sent: what else to read."""


def signed_in(handler: Handler) -> Callable[[Request], Response]:
    """Call the handler of a page for a person who is completely signed in. Others are redirected to the sign-in."""

    def endpoint(request: Request) -> Response:
        visitor = _visitor(request)
        return handler(request, visitor) if visitor else _to_sign_in(request)

    return endpoint


def signed_in_form(handler: FormHandler) -> Callable[[Request], Response]:
    """Call the handler of a form that our own page sent and that was made for the visitor's session."""
    return signed_in_form_with(None)(handler)


def signed_in_form_with(wanted: Wanted | None) -> Callable[[FormHandler], Callable[[Request], Response]]:
    """`signed_in_form` for a handler that needs other items too. They are read in the call that finds the visitor (`Visitor.more`)."""

    def decorate(handler: FormHandler) -> Callable[[Request], Response]:
        def endpoint(request: Request) -> Response:
            csrf.same_origin(request)
            sent = form(request)
            visitor = _visitor(request, wanted(request, sent) if wanted else None)
            if visitor is None:
                return _to_sign_in(request)
            csrf.check(request, sent, visitor.session.id)
            return handler(request, visitor, sent)

        return endpoint

    return decorate


def home(request: Request) -> Response:
    """GET of an address that only accepts a form: redirect to the account page."""
    del request
    return see_other("/account")


def _to_sign_in(request: Request) -> Response:
    """Redirect to the sign-in page. It gets the languages that the address asks for (`ui_locales`)."""
    asked = asked_languages(request)
    return see_other(f"/login?{urlencode({'ui_locales': ' '.join(asked)})}" if asked else "/login")


def _visitor(request: Request, more: More | None = None) -> Visitor | None:
    s = services(request)
    visitor = s.visitors.signed_in(read_session(request), more=more)
    if visitor:
        speak_to(request, visitor.user)
        s.session_service.touch(visitor.session)
    return visitor


def redirect_to_account(notice: str) -> Response:
    """Redirect to the account page. `notice`: the key of the notice that it shows, or empty."""
    return see_other(f"/account?done={notice}")
