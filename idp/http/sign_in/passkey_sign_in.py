"""POST /passkey-sign-in: a passkey alone, without an email and a password. The page of the first step has its form."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.sessions.sign_in_step import LOGIN
from idp.http import cookies
from idp.http.browser import browser
from idp.http.passkey_fields import answer_of
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.step_form import FirstForm
from idp.oauth.sign_in.proofs import FirstFactorProved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class PasskeySignIn(FirstForm):
    """The form of POST /passkey-sign-in."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page of the first step, with a new challenge. A challenge that was used or is too old is so replaced."""
        login: FirstForm = import_module(LOGIN.page).FORM
        return login.page(request, asked, client=client, email=email, reason=reason, error=error, status=status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> FirstFactorProved:
        """The passkey is used. It names the user, and its authenticator has checked the person."""
        s, (handle, answer) = services(request), answer_of(sent)
        proved = s.passkey_authentication.sign_in(
            handle, answer, browser=asked.browser, request_id=asked.id, client_id=asked.client_id or None,
            device=cookies.read(request, cookies.DEVICE, s.settings), origin=origin(request), now=s.clock(),
        )  # fmt: skip
        return FirstFactorProved(proved, replaces=browser(request).session)


FORM = PasskeySignIn()
