"""The link of the mail about a deletion, which undoes it. It works without a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.moment import moment
from idp.http.pages import render
from idp.http.services import services
from idp.http.tickets.link_form import act_on_link
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class DeleteUndoPage(TicketPage):
    """The page that says what its button does."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page. The ticket stays unused."""
        s = services(request)
        ticket, user = s.self_deletion.find(opened, now=s.clock())
        return render(request, "delete_undo.html", email=ticket.email, ticket=handle, until=moment(user.deleting_until))


def undo(request: Request) -> Response:
    """POST /delete-undo.

    Raises:
        PageError: as `act_on_link`.
    """
    act_on_link(request, services(request).self_deletion.undo)
    return render(request, "delete_undone.html")


PAGE = DeleteUndoPage()
