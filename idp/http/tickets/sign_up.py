"""The link of a mail for a new account. In the browser that asked for it, the person continues. Another browser shows the code, and a link
to create the account there instead: the link of the mail proves the address in any browser.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.tickets.code import format_code
from idp.http.browser import browser
from idp.http.pages import render
from idp.http.services import services
from idp.http.sign_in.begin import begin
from idp.http.sign_in.sealed_request import pending_request
from idp.http.sign_in.sign_up_pages import finish_page
from idp.http.sign_in.sign_up_proved import proved_page
from idp.http.tickets.ticket_page import TicketPage
from idp.services.people.sign_up.request import shown_app

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


HERE = "here"
"""The parameter of a link by which a person creates the account in a browser that did not ask for the mail."""


class SignUpPage(TicketPage):
    """The request of the app is bound to the browser where the person began (B-17). In another one the sign-in ends at the account page."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page that asks for the password, or the code to type where the person began. The ticket stays unused.

        With the parameter `here` another browser gets the page for the password, too. A stranger who asked for this address in another
        browser so keeps no owner of the mailbox from creating an account (threats M-13).
        """
        s, here = services(request), browser(request)
        s.sign_up.require_offered(None)
        found = s.sign_up.find(handle, client_id="", now=s.clock(), scope=DEPLOYMENT)
        if found is None:
            raise Invalid("ticket.expired")
        ticket = found.ticket
        if not hmac.compare_digest(ticket.browser, here.digest) and not request.query_params.get(HERE):
            return render(request, "ticket_code.html", code=format_code(opened.code), email=ticket.email, here=f"?{HERE}=1")
        if asked := pending_request(request, ticket.request):
            return proved_page(request, asked, handle, email=ticket.email, client=shown_app(ticket))
        return begin(request, lambda own: finish_page(request, own, handle, email=ticket.email, client=None, sent={}))


PAGE = SignUpPage()
