"""Creating an account, the first form: the address. The answer is the same page for every address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tickets.ticket import SIGN_UP
from idp.http.asked_mail import Asked as AskedMail
from idp.http.asked_mail import seal_asked
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sign_up_pages import address_page, code_page
from idp.http.sign_in.step_form import FirstForm
from idp.services.people.sign_up.request import Came

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class SignUpAddress(FirstForm):
    """The form of POST /sign-up."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page, where sign-up is offered."""
        del reason
        services(request).sign_up.require_offered(client)
        return address_page(request, asked, client=client, email=email, error=error, status=status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> Response:
        """The mail is sent, and the page asks for its code. `show` asks for the page, from the sign-in page."""
        s, now = services(request), services(request).clock()
        if sent.get("show"):
            client = s.clients.get(asked.client_id) if asked.client_id else None
            return self.page(request, asked, client=client, email=sent.get("email") or "")
        waiting = ""
        if asked.upstream:
            from idp.domain.connections.pending_link import from_payload  # only a sign-in by a connection loads it

            waiting = from_payload(asked.upstream).id
        came = Came(sent.get("request") or "", asked.client_id, asked.browser, waiting)
        solved = s.challenge.is_solved(sent.get("challenge") or "", sent.get("solution") or "", now=now)
        found = s.sign_up_request.ask(sent.get("email") or "", came, solved=solved, origin=origin(request), now=now, scope=DEPLOYMENT)
        sealed = seal_asked(request, AskedMail(SIGN_UP, found.owner, found.email))
        return code_page(request, asked, sealed, email=found.email, client=found.client)


FORM = SignUpAddress()
