"""The first step: email and password."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from idp.domain.factors.known_device import LIFETIME
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.http import cookies
from idp.http.account.answers import answered
from idp.http.account.onward import about, client_of, visitor
from idp.http.account.step_form import opened, step_form
from idp.http.browser import browser
from idp.http.interaction import proceed
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.oauth.params import Params


def page(
    request: Request, made: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "", error: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    """The form. `reason`: reauthenticate, select_account or expired."""
    return render(
        request, "login.html", status=status, client=client, email=email or made.login_hint or "", reason=reason, error=error,
        **about(request, made),
    )  # fmt: skip


def start(request: Request) -> Response:
    """GET /login: a sign-in that no app asked for, for the account page; with a request in the address, the step that is due for it."""
    if request.query_params.get("request"):
        return opened(request)
    s, here = services(request), browser(request)
    made = AuthorizationRequest(id=s.new_id(), received_at=s.clock(), browser=here.digest, page="/account")
    found = visitor(request, made)
    known = (found.session, found.user) if found else (None, None)
    response = proceed(request, made, session=known[0], stored=True, user=known[1], client=None, consent=None)
    if here.new:
        cookies.set_cookie(response, cookies.BROWSER, here.id, s.settings)
    return response


@step_form
def login(request: Request, sent: Params, made: AuthorizationRequest) -> Response:
    """POST /login."""
    if sent.get("switch"):
        return page(request, made, client=client_of(request, made), reason="select_account")

    def again(*, error: str, status: int) -> Response:
        return page(request, made, client=client_of(request, made), email=sent.get("email") or "", error=error, status=status)

    return answered(partial(_sign_in, request, made, sent), otherwise=again)


def _sign_in(request: Request, made: AuthorizationRequest, sent: Params) -> Response:
    s, here = services(request), browser(request)
    proved = s.sign_in.password(
        sent.get("email") or "", sent.get("password") or "", client_id=made.client_id or None,
        device=cookies.read(request, cookies.DEVICE, s.settings), origin=origin(request), now=s.clock(),
    )  # fmt: skip
    # Whatever this browser was signed in as before is over (F-01).
    before = s.session_service.end(*here.session) if here.session else None
    session = s.session_service.begin(proved.user, proved_for=made.id, origin=origin(request), follows=before)
    response = proceed(
        request, made, session=session, stored=False, user=proved.user, client=proved.client, consent=proved.consent
    )  # fmt: skip
    if before and before.user_id != proved.user.id:
        from idp.oauth.end_session import left  # two people at one browser are rare

        left(s.provider, before)
    if proved.device_is_new:
        cookies.set_cookie(response, cookies.DEVICE, proved.device, s.settings, max_age=LIFETIME)
    return response
