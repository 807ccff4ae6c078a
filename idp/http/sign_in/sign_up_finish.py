"""Creating an account, the last form: password or passkey, claims and terms, after the proof of the address. Then the sign-in goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.browser import browser
from idp.http.passkey_fields import answer_of
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sign_up_pages import address_page, exists_page, finish_page, typed_values
from idp.http.sign_in.step_form import FirstForm
from idp.oauth.authorization.response import require_valid_client
from idp.oauth.sign_in.proofs import FirstFactorProved
from idp.services.people.sign_up.creation import Entered

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class SignUpFinish(FirstForm):
    """The form of POST /sign-up/finish."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page that asks for the address, because an account needs the proof of one."""
        del reason
        services(request).sign_up.require_offered(client)
        return address_page(request, asked, client=client, email=email, error=error, status=status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> FirstFactorProved | Response:
        """The account is created. If the address has one by now, the sign-in page says so."""
        s, now = services(request), services(request).clock()
        s.sign_up.require_any()
        found = s.sign_up.find(sent.get("ticket") or "", client_id=asked.client_id, now=now, scope=DEPLOYMENT)
        if found is None:
            return exists_page(request, asked, client=s.clients.get(asked.client_id) if asked.client_id else None)
        if asked.client_id:
            require_valid_client(found.client, asked)
        passkey = answer_of(sent) if sent.get("credential") else None
        entered = Entered(sent.get("new_password") or "", typed_values(request, sent), passkey, sent.get("passkey_name") or "")
        proved = s.sign_up.create(found, entered, origin=origin(request), now=now, scope=DEPLOYMENT)
        if proved is None:
            return exists_page(request, asked, client=found.client, email=found.ticket.email)
        if not asked.client_id:  # the app of an invitation asked for nothing, so it gets no answer
            proved = replace(proved, client=None)
        return FirstFactorProved(proved, replaces=browser(request).session)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, *, client: Client | None, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The same page with the error; the sign-in page if the proof of the address is over."""
        s, handle = services(request), sent.get("ticket") or ""
        found = s.sign_up.find(handle, client_id=asked.client_id, now=s.clock(), scope=DEPLOYMENT)
        if found is None:
            return exists_page(request, asked, client=client)
        return finish_page(
            request, asked, handle, email=found.ticket.email, client=found.client, sent=typed_values(request, sent), error=error,
            status=status, invited=found.admission is not None,
        )  # fmt: skip


FORM = SignUpFinish()
