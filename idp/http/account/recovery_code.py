"""The second step without the authenticator: one of the recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sign_in_step import Step
from idp.http import csrf
from idp.http.account.answers import answered
from idp.http.account.onward import about, due, elevated, onward, session_cookie
from idp.http.interaction import open_request
from idp.http.pages import render
from idp.http.request import form, origin
from idp.http.services import services
from idp.services.second_factor import RECOVERY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.authorization_request import AuthorizationRequest
    from idp.domain.client import Client
    from idp.domain.user import User


def page(
    request: Request, made: AuthorizationRequest, *, client: Client | None, user: User, error: str = "", status: int = 200
) -> Response:  # fmt: skip
    """The form."""
    return render(request, "recovery_code.html", status=status, client=client, email=user.email, error=error, **about(request, made))


def recovery_code(request: Request) -> Response:
    """POST /recovery-code."""
    csrf.same_origin(request)
    s, sent = services(request), form(request)
    made = open_request(request, sent)
    found = s.second_factor.find(session_cookie(request), client_id=made.client_id or None, now=s.clock())
    if found is None or due(made, found) is not Step.SECOND_FACTOR:
        return onward(request, made, found)

    def again(*, error: str, status: int) -> Response:
        return page(request, made, client=found.client, user=found.user, error=error, status=status)

    def act() -> Response:
        s.second_factor.recovery_code(found, sent.get("code") or "", origin=origin(request), now=s.clock())
        return elevated(request, made, found, RECOVERY)

    return page(request, made, client=found.client, user=found.user) if sent.get("show") else answered(act, otherwise=again)
