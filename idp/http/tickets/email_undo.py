"""The link of a mail to a former address, which undoes the change. It works without a session."""

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


class EmailUndoPage(TicketPage):
    """The page that says what its button does."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page. The ticket stays unused."""
        s = services(request)
        ticket, _ = s.email_undo.find(opened, now=s.clock())
        return render(request, "email_undo.html", email=ticket.email, ticket=handle, resets=s.email_undo.resets)


def undo(request: Request) -> Response:
    """POST /email-undo.

    Raises:
        PageError: as `act_on_link`.
    """
    service = services(request).email_undo
    act_on_link(request, service.undo)
    return render(request, "email_undone.html", resets=service.resets)


PAGE = EmailUndoPage()
