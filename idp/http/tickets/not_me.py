"""The link of a mail about a sign-in, for a person who did not sign in. It works without a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.pages import render
from idp.http.services import services
from idp.http.tickets.link_form import act_on_link
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class NotMePage(TicketPage):
    """The page that says what its button does."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page. The ticket stays unused."""
        s = services(request)
        ticket, _ = s.sign_in_notices.find(opened, now=s.clock())
        return render(request, "not_me.html", email=ticket.email, ticket=handle, resets=s.sign_in_notices.resets)


def end_everything(request: Request) -> Response:
    """POST /not-me.

    Raises:
        PageError: as `act_on_link`.
    """
    service = services(request).sign_in_notices
    act_on_link(request, service.end_everything)
    return render(request, "not_me_done.html", resets=service.resets)


PAGE = NotMePage()
