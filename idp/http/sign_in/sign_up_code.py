"""Creating an account, the second form: the code of the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tickets.ticket import SIGN_UP
from idp.http.asked_mail import open_asked
from idp.http.services import services
from idp.http.sign_in.sign_up_pages import address_page, code_page
from idp.http.sign_in.sign_up_proved import proved_page
from idp.http.sign_in.step_form import FirstForm
from idp.services.people.sign_up.request import shown_app

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class SignUpCode(FirstForm):
    """The form of POST /sign-up/code."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page that asks for the address, because a page without one cannot ask for a code."""
        del reason
        services(request).sign_up.require_offered(client)
        return address_page(request, asked, client=client, email=email, error=error, status=status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> Response:
        """The code is right: the page that asks for the rest follows."""
        s = services(request)
        s.sign_up.require_offered(None)
        opened = open_asked(request, sent, SIGN_UP)
        if opened is None:
            client = s.clients.get(asked.client_id) if asked.client_id else None
            return self.page(request, asked, client=client)
        ticket, handle = s.sign_up.try_code(opened.owner, sent.get("code") or "", browser=asked.browser, now=s.clock(), scope=DEPLOYMENT)
        app = shown_app(ticket) if asked.client_id else None
        if app and app.id != asked.client_id:  # another tab asked for the mail; the terms are those of the app of this page
            app = s.clients.get(asked.client_id)
        return proved_page(request, asked, handle, email=opened.email, client=app)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, *, client: Client | None, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The page of the code with the error. It is for the same address."""
        opened = open_asked(request, sent, SIGN_UP)
        if opened is None:
            return self.page(request, asked, client=client, error=error, status=status)
        return code_page(request, asked, sent.get("asked") or "", email=opened.email, client=client, error=error, status=status)


FORM = SignUpCode()
