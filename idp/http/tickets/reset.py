"""The link of a mail about a forgotten password: the page for the new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.services import services
from idp.http.sign_in.begin import begin
from idp.http.sign_in.reset_pages import password_page, require_reset
from idp.http.sign_in.sealed_request import pending_request
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class ResetPage(TicketPage):
    """In the browser that asked, the app's request goes on. In another one the sign-in ends at the account page."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The form. The ticket stays unused."""
        require_reset(request)
        s = services(request)
        proved = s.password_reset.look(handle, opened, now=s.clock())
        if asked := pending_request(request, proved.request):
            client = s.clients.get(asked.client_id) if asked.client_id else None
            return password_page(request, asked, proved, client=client)
        return begin(request, lambda own: password_page(request, own, proved, client=None))


PAGE = ResetPage()
