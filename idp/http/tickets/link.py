"""GET /link/<handle>: the page of a link in a mail. It uses nothing up. The log has the template of the route, and never the handle."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, PageError
from idp.domain.tickets.ticket import (
    DELETE_UNDO,
    EMAIL_CHANGE,
    EMAIL_UNDO,
    INVITE,
    JOIN,
    NOT_ME,
    RESET,
    SIGN_IN_CODE,
    SIGN_UP,
    VERIFY_EMAIL,
)
from idp.http.services import services
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.tickets.ticket_page import TicketPage

PAGES: Mapping[str, str] = {
    RESET: "idp.http.tickets.reset", SIGN_IN_CODE: "idp.http.tickets.sign_in_code",
    SIGN_UP: "idp.http.tickets.sign_up", INVITE: "idp.http.tickets.invite",
    EMAIL_CHANGE: "idp.http.tickets.email_change", EMAIL_UNDO: "idp.http.tickets.email_undo",
    NOT_ME: "idp.http.tickets.not_me", DELETE_UNDO: "idp.http.tickets.delete_undo",
    VERIFY_EMAIL: "idp.http.tickets.verify_email", JOIN: "idp.http.tickets.join",
}  # fmt: skip
"""By kind of ticket, the module of http whose PAGE shows what the link leads to."""


def open_link(request: Request) -> Response:
    """The page for a link. The kind is inside the seal, so no link leads to the page of another kind (threats M-04).

    Raises:
        PageError: the link is forged, was used or replaced, or has expired. All of these get the same answer.
    """
    s, handle = services(request), request.path_params["handle"]
    opened = s.tickets.open(handle, now=s.clock())
    if opened is None or opened.kind not in PAGES:
        raise PageError("expired", "ticket.link_over")
    page: TicketPage = import_module(PAGES[opened.kind]).PAGE
    try:
        return page.show(request, opened, handle)
    except Invalid as over:
        record.note_refusal(over)
        raise PageError("expired", "ticket.link_over") from over
