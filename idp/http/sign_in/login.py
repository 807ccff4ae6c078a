"""The first step: email and password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.sign_up_offer import is_offered
from idp.http import cookies
from idp.http.browser import browser
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import FirstForm
from idp.oauth.sign_in.proofs import FirstFactorProved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def sign_in_page(
    request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str, reason: str, error: FormError | None, status: int,
    may_sign_up: bool,
) -> Response:  # fmt: skip
    """The page with all ways to sign in. `may_sign_up`: it leads to a new account, too."""
    return render(
        request, "login.html", status=status, client=client, email=email or asked.login_hint or "", reason=reason, error=error,
        can_reset=services(request).settings.resets_passwords, may_sign_up=may_sign_up, **_passkey_alone(request, asked),
        **page_fields(request, asked),
    )  # fmt: skip


class Login(FirstForm):
    """The form of POST /login."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page. `reason`: reauthenticate, select_account, expired, reset or empty."""
        may_sign_up = is_offered(services(request).settings.sign_up, client)
        return sign_in_page(
            request, asked, client=client, email=email, reason=reason, error=error, status=status, may_sign_up=may_sign_up
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> FirstFactorProved | Response:
        """The password is checked. `switch` asks for the page without a filled-in email, for another account."""
        s = services(request)
        if sent.get("switch"):
            client = s.clients.get(asked.client_id) if asked.client_id else None
            return self.page(request, asked, client=client, reason="select_account")
        proved = s.sign_in.password(
            sent.get("email") or "", sent.get("password") or "", client_id=asked.client_id or None,
            device=cookies.read(request, cookies.DEVICE, s.settings), origin=origin(request), now=s.clock(),
            remembered=cookies.read(request, cookies.REMEMBERED, s.settings) if s.settings.remember_device_days else None,
        )  # fmt: skip
        return FirstFactorProved(proved, replaces=browser(request).session)


def _passkey_alone(request: Request, asked: AuthorizationRequest) -> dict[str, Any]:
    """The challenge for a passkey alone, if the deployment has passkeys."""
    s = services(request)
    if s.settings.passkeys != "on":
        return {}
    from idp.http.passkey_fields import passkey_fields
    from idp.services.passkeys.sign_in_request import sign_in_request

    return {**passkey_fields(sign_in_request(s.settings, s.passkey_challenges, asked.browser, asked.id))}


FORM = Login()
