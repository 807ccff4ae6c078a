"""The link of a mail to a new address. It works in the session that asked for the change; elsewhere it shows the code to type there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.tickets.code import format_code
from idp.http import csrf
from idp.http.pages import render
from idp.http.services import services
from idp.http.session_cookie import read_session
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class EmailChangePage(TicketPage):
    """A page with one button, or the code."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page. The ticket stays unused."""
        s = services(request)
        ticket = s.tickets.read(opened, now=s.clock())
        visitor = s.visitors.signed_in(read_session(request))
        if visitor is None or not s.email_change.is_of(ticket, visitor):
            return render(request, "ticket_code.html", code=format_code(opened.code), email=ticket.email)
        return render(
            request, "email_link.html", email=ticket.email, present=visitor.user.email, ticket=handle,
            csrf=csrf.token(request, visitor.session.id),
        )  # fmt: skip


PAGE = EmailChangePage()
