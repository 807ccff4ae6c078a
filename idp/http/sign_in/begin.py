"""A sign-in that no app asked for. It ends at the account page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.requests.own_pages import ACCOUNT, is_in_console
from idp.domain.sessions.session import AAL2
from idp.http import cookies
from idp.http.browser import browser
from idp.http.language import asked_languages
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response


def begin(
    request: Request, show: Callable[[AuthorizationRequest], Response], *, page: str = ACCOUNT, prompt: tuple[str, ...] = ()
) -> Response:
    """What `show` answers for a new request of our own, which ends at `page`. A new browser gets the cookie that binds it.

    The admin console asks for two factors. `prompt`: as in an authorization request.
    """
    s, here = services(request), browser(request)
    locales = asked_languages(request)
    asked = AuthorizationRequest(
        id=s.new_id(), received_at=s.clock(), browser=here.digest, page=page, ui_locales=locales, prompt=prompt,
        acr_values=(AAL2,) if is_in_console(page) else (),
    )  # fmt: skip
    response = show(asked)
    if here.new:
        cookies.set_cookie(response, cookies.BROWSER, here.id, s.settings)
    return response
