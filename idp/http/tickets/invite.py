"""The link of an invitation: the page that asks for the password, in any browser. The link proves the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.http.account import welcome
from idp.http.services import services
from idp.http.sign_in.begin import begin
from idp.http.sign_in.sign_up_pages import finish_page
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class InvitePage(TicketPage):
    """No request of an app waits for the person. The sign-in ends at the account page, which has a link to the app of the invitation."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page that asks for the password. The ticket stays unused."""
        del opened
        s = services(request)
        found = s.sign_up.find(handle, client_id="", now=s.clock(), scope=DEPLOYMENT)
        if found is None:
            raise Invalid("ticket.expired")
        return begin(
            request, lambda own: finish_page(request, own, handle, email=found.ticket.email, client=found.client, sent={}, invited=True),
            page=welcome.path(found.client),
        )  # fmt: skip


PAGE = InvitePage()
