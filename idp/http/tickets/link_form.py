"""The form of a page that a link opened without a session: its button acts on the ticket, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.domain.errors import Invalid, PageError
from idp.http import csrf
from idp.http.request import form, origin
from idp.http.services import services
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.sessions.request_origin import Origin
    from idp.services.tickets.tickets import Opened


class Act(Protocol):
    """What the button does."""

    def __call__(self, opened: Opened, *, attempt: str, origin: Origin, now: int) -> None:
        """Use the ticket. Raises Invalid if it was used or replaced, or is over."""
        ...


def act_on_link(request: Request, act: Act) -> None:
    """Act on the ticket of the form.

    Raises:
        PageError: the link is forged, was used or replaced, or is over; or another site sent the form.
    """
    csrf.same_origin(request)
    s, sent = services(request), form(request)
    opened = s.tickets.open(sent.get("ticket") or "", now=s.clock())
    if opened is None:
        raise PageError("expired", "ticket.link_over")
    try:
        act(opened, attempt=s.new_id(), origin=origin(request), now=s.clock())
    except Invalid as over:
        record.note_refusal(over)
        raise PageError("expired", "ticket.link_over") from over
