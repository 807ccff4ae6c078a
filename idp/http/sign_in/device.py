"""The page where a person types the code that a device shows (RFC 8628 §3.3). It begins a sign-in whose answer goes to the device.

A link may carry the code (§3.3.1). The person still confirms that the device shows it, because an attacker may have sent the link (§5.4).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from idp.domain.message import Message
from idp.domain.requests import user_code
from idp.http import cookies, csrf
from idp.http.browser import Browser, browser
from idp.http.form_error import FormError
from idp.http.pages import render
from idp.http.request import form, origin, query
from idp.http.services import services
from idp.http.session_cookie import read_session
from idp.http.sign_in.page_again import answer_or_page_again
from idp.http.sign_in.rendering import render_outcome
from idp.oauth.device_authorization import as_request
from idp.oauth.sign_in.progress import proceed
from idp.oauth.sign_in.user_code import waiting_device

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.oauth.params import Params

OTHER_BROWSER = FormError(Message("device.other_browser"))


def show(request: Request) -> Response:
    """GET /device."""
    here = browser(request)
    code = user_code.parse(query(request).get("user_code") or "")
    return _with_cookie(request, here, _page(request, here, typed=user_code.format_code(code) if code else "", prefilled=code is not None))


def type_code(request: Request) -> Response:
    """POST /device."""
    csrf.same_origin(request)
    sent, here = form(request), browser(request)
    typed = sent.get("user_code") or ""
    if not csrf.is_valid(request, sent, here.id):
        return _with_cookie(request, here, _page(request, here, typed=typed, error=OTHER_BROWSER, status=403))
    return answer_or_page_again(partial(_ask, request, here, sent), partial(_page, request, here, typed=typed))


def _with_cookie(request: Request, here: Browser, response: Response) -> Response:
    """The response, with the browser cookie if the browser had none."""
    if here.new:
        cookies.bind(request, response, here.id, services(request).settings)
    return response


def _page(
    request: Request, here: Browser, *, typed: str = "", prefilled: bool = False, error: FormError | None = None, status: int = 200
) -> Response:
    return render(
        request, "device.html", status=status, user_code=typed, prefilled=prefilled, csrf=csrf.token(request, here.id), error=error
    )


def _ask(request: Request, here: Browser, sent: Params) -> Response:
    """The step that is due for the device's request: the first one, or the consent."""
    s, sender = services(request), origin(request)
    visitor = s.visitors.find(read_session(request))
    device = waiting_device(s.provider, sent.get("user_code") or "", user_id=visitor.user.id if visitor else None, origin=sender)
    asked = as_request(
        device, request_id=s.new_id(), received_at=s.clock(), browser=here.digest, verified_email=s.settings.verifies_email_first
    )  # fmt: skip
    client = s.clients.get(device.client_id)
    accepted = visitor is not None and s.session_service.is_accepted(visitor.session, visitor.user, client)
    found = replace(visitor, client=client) if visitor and accepted else None
    return render_outcome(request, proceed(s.provider, asked, found, client=client, origin=sender))
