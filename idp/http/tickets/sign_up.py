"""The link of a mail for a new account. In the browser that asked for it, the person goes on; another browser shows the code."""

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
from idp.http.tickets.ticket_page import TicketPage
from idp.services.people.sign_up import shown_app

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class SignUpPage(TicketPage):
    """The request of the app is bound to the browser where the person began (B-17), so another browser only shows the code."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page that asks for the password, or the code to type where the person began. The ticket stays unused."""
        s, here = services(request), browser(request)
        s.sign_up.require_offered(None)
        found = s.sign_up.find(handle, client_id="", now=s.clock(), scope=DEPLOYMENT)
        if found is None:
            raise Invalid("ticket.expired")
        ticket = found.ticket
        if not hmac.compare_digest(ticket.browser, here.digest):
            return render(request, "ticket_code.html", code=format_code(opened.code), email=ticket.email)
        if asked := pending_request(request, ticket.request):
            return finish_page(request, asked, handle, email=ticket.email, client=shown_app(ticket), sent={})
        return begin(request, lambda own: finish_page(request, own, handle, email=ticket.email, client=None, sent={}))


PAGE = SignUpPage()
