"""The first step: email and password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.sign_up_offer import is_offered
from idp.http import cookies
from idp.http.browser import browser
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.first_page import PASSKEY_SET, sign_in_page
from idp.http.sign_in.step_form import FirstForm
from idp.oauth.sign_in.proofs import FirstFactorProved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class Login(FirstForm):
    """The form of POST /login."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page. `reason`: reauthenticate, timeless, select_account, expired, reset or empty."""
        may_sign_up = is_offered(services(request).settings.sign_up, client)
        return sign_in_page(
            request, asked, client=client, email=email, reason=reason, error=error, status=status, may_sign_up=may_sign_up
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> FirstFactorProved | Response:
        """The password is checked. `switch` asks for the page for another account, `show` for the one after a reset by a passkey."""
        s = services(request)
        if sent.get("switch") or sent.get("show") == PASSKEY_SET:
            client = s.clients.get(asked.client_id) if asked.client_id else None
            reason = "select_account" if sent.get("switch") else PASSKEY_SET
            return self.page(request, asked, client=client, email=sent.get("email") or "", reason=reason)
        proved = s.sign_in.password(
            sent.get("email") or "", sent.get("password") or "", client_id=asked.client_id or None,
            device=cookies.read(request, cookies.DEVICE, s.settings), origin=origin(request), now=s.clock(),
            remembered=cookies.read(request, cookies.REMEMBERED, s.settings) if s.settings.remember_device_days else None,
        )  # fmt: skip
        wanted = not cookies.is_sent(request, cookies.NO_OFFER, s.settings)
        return FirstFactorProved(
            proved, replaces=browser(request).session,
            may_offer_passkey=wanted and s.settings.offers_passkeys and sent.get("offer") == "1",
            may_upgrade_passkey=wanted and s.settings.upgrades_passkeys and sent.get("upgrade") == "1",
        )  # fmt: skip


FORM = Login()
