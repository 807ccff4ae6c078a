"""The link of a mail to a former address, which undoes the change. It works without a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, PageError
from idp.http import csrf
from idp.http.pages import render
from idp.http.request import form, origin
from idp.http.services import services
from idp.http.tickets.ticket_page import TicketPage
from idp.telemetry import record

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
        PageError: the link is forged, was used or replaced, or is over; or another site sent the form.
    """
    csrf.same_origin(request)
    s, sent = services(request), form(request)
    opened = s.tickets.open(sent.get("ticket") or "", now=s.clock())
    if opened is None:
        raise PageError("expired", "ticket.link_over")
    try:
        s.email_undo.undo(opened, attempt=s.new_id(), origin=origin(request), now=s.clock())
    except Invalid as over:
        record.note_refusal(over)
        raise PageError("expired", "ticket.link_over") from over
    return render(request, "email_undone.html", resets=s.email_undo.resets)


PAGE = EmailUndoPage()
