"""A sign-in that no app asked for. It ends at the account page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.http import cookies
from idp.http.browser import browser
from idp.http.language import asked_languages
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response


def begin(request: Request, show: Callable[[AuthorizationRequest], Response], *, page: str = "/account") -> Response:
    """What `show` answers for a new request of our own, which ends at `page`. A new browser gets the cookie that binds it."""
    s, here = services(request), browser(request)
    locales = asked_languages(request)
    response = show(AuthorizationRequest(id=s.new_id(), received_at=s.clock(), browser=here.digest, page=page, ui_locales=locales))
    if here.new:
        cookies.set_cookie(response, cookies.BROWSER, here.id, s.settings)
    return response
