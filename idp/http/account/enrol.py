"""The second step of somebody who has none yet and needs one: set it up, in the middle of a sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sessions.sign_in_step import Step
from idp.http.account import login, recovery_codes
from idp.http.account.answers import answered
from idp.http.account.onward import about, due, elevate, onward, visitor
from idp.http.account.qr import qr_svg
from idp.http.account.step_form import step_form
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import set_session
from idp.services.factors.second_factor import OTP

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params
    from idp.services.sessions.visitors import Visitor


def page(
    request: Request, made: AuthorizationRequest, found: Visitor, *, handle: str | None = None, error: str = "", status: int = 200
) -> Response:  # fmt: skip
    """The form; first the password again, if it was some time ago that it was proved (H-06)."""
    s = services(request)
    if not s.enrolment.allowed(found, handle, now=s.clock()):
        return login.page(request, made, client=found.client, email=found.user.email, reason="reauthenticate")
    offer = s.enrolment.offer(found, handle, now=s.clock())
    return render(
        request, "enrol.html", status=status, client=found.client, error=error, required=True, enrolment=offer.handle, secret=offer.shown,
        otpauth_uri=offer.uri, qr_svg=qr_svg(offer.uri), **about(request, made),
    )  # fmt: skip


@step_form
def enrol(request: Request, sent: Params, made: AuthorizationRequest) -> Response:
    """POST /enrol."""
    found = visitor(request, made)
    if found is None or due(made, found) is not Step.ENROL:
        return onward(request, made, found)

    def again(*, error: str, status: int) -> Response:
        return page(request, made, found, handle=sent.get("enrolment"), error=error, status=status)

    return answered(lambda: _confirm(request, made, found, sent), otherwise=again)


def _confirm(request: Request, made: AuthorizationRequest, found: Visitor, sent: Params) -> Response:
    s, here = services(request), origin(request)
    codes = s.enrolment.confirm(found, sent.get("enrolment"), sent.get("code") or "", origin=here, now=s.clock())
    session = elevate(request, found, OTP)
    s.session_service.write(session, replaces=found.session, client_id=made.client_id, request_id=here.request_id)
    response = recovery_codes.page(request, codes, continue_action="/recovery-codes", client=found.client, **about(request, made))
    set_session(request, response, session)
    return response
