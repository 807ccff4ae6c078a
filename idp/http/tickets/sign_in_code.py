"""The link of a mail with a code to sign in: a button in the browser that asked. Any other browser shows the code, to be typed there.

If codes of the address do not count for some hours, it says where the link works instead.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from idp.domain.tickets.code import format_code
from idp.domain.tickets.ticket import FAILURES
from idp.http.browser import browser
from idp.http.pages import render
from idp.http.services import services
from idp.http.sign_in.begin import begin
from idp.http.sign_in.mail_code_pages import link_page
from idp.http.sign_in.sealed_request import pending_request
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class SignInCodePage(TicketPage):
    """The link signs in only the browser that asked for it. Another browser shows the code (threats M-11, B-17)."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The button, or the code. The ticket stays unused."""
        s = services(request)
        ticket = s.mail_code.look(opened, now=s.clock())
        if not hmac.compare_digest(ticket.browser, browser(request).digest):
            closed = ticket.failures >= FAILURES
            return render(request, "ticket_code.html", code=format_code(opened.code), email=ticket.email, closed=closed)
        if asked := pending_request(request, ticket.request):
            client = s.clients.get(asked.client_id) if asked.client_id else None
            s.mail_code.require_offered(client)
            return link_page(request, asked, handle, client=client, email=ticket.email)
        s.mail_code.require_offered(None)
        return begin(request, lambda own: link_page(request, own, handle, client=None, email=ticket.email))


PAGE = SignInCodePage()
