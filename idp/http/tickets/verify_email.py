"""The link of a mail that verifies an address. It works in the session that asked for it; elsewhere it shows the code to type there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.tickets.code import format_code
from idp.http import csrf
from idp.http.pages import render
from idp.http.services import services
from idp.http.session_cookie import read_session
from idp.http.sign_in.sealed_request import page_fields, pending_request
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.services.tickets.tickets import Opened


class VerifyEmailPage(TicketPage):
    """A page with one button, or the code. The request of an app goes on in the browser where it began."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page. The ticket stays unused."""
        s = services(request)
        ticket = s.tickets.read(opened, now=s.clock())
        visitor = s.visitors.signed_in(read_session(request))
        if visitor is None or not s.email_verification.is_of(ticket, visitor):
            return render(request, "ticket_code.html", code=format_code(opened.code), email=ticket.email)
        if asked := pending_request(request, ticket.request):
            client = s.clients.get(asked.client_id) if asked.client_id else None
            return render(
                request, "verify_email.html", client=client, email=ticket.email, ticket=handle, to_check="/verify-email",
                **page_fields(request, asked),
            )  # fmt: skip
        return render(
            request, "verify_email.html", email=ticket.email, ticket=handle, to_check="/account/verify-email/code",
            csrf=csrf.token(request, visitor.session.id),
        )  # fmt: skip


PAGE = VerifyEmailPage()
