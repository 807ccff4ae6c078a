"""The link of a mail about a sign-in, for a person who did not sign in. It works without a session."""

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
        PageError: the link is forged, was used or replaced, or is over; or another site sent the form.
    """
    csrf.same_origin(request)
    s, sent = services(request), form(request)
    opened = s.tickets.open(sent.get("ticket") or "", now=s.clock())
    if opened is None:
        raise PageError("expired", "ticket.link_over")
    try:
        s.sign_in_notices.end_everything(opened, attempt=s.new_id(), origin=origin(request), now=s.clock())
    except Invalid as over:
        record.note_refusal(over)
        raise PageError("expired", "ticket.link_over") from over
    return render(request, "not_me_done.html", resets=s.sign_in_notices.resets)


PAGE = NotMePage()
