"""The link of an invitation into an organisation: one button with an account, the form of a new account without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.requests.own_pages import ACCOUNT, CONSOLE
from idp.domain.tickets.ticket import JOIN
from idp.http.pages import render
from idp.http.services import services
from idp.http.sign_in.begin import begin
from idp.http.sign_in.sign_up_pages import finish_page
from idp.http.tickets.link_form import act_on_link
from idp.http.tickets.ticket_page import TicketPage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.request_origin import Origin
    from idp.services.people.organisation_joining import Joining
    from idp.services.tickets.tickets import Opened
    from idp.settings import Settings


class JoinPage(TicketPage):
    """The page says who invites. The link proves the address, so its account joins, also if another one is signed in."""

    def show(self, request: Request, opened: Opened, handle: str) -> Response:
        """The page. The ticket stays unused."""
        del opened
        s = services(request)
        found = s.sign_up.find(handle, client_id="", now=s.clock(), scope=DEPLOYMENT)
        if found is None or found.joining is None:
            raise Invalid("ticket.expired")
        if found.joining.user:
            return render(request, "join.html", email=found.ticket.email, ticket=handle, organisation=found.joining.organisation.name)
        return begin(
            request, lambda own: finish_page(request, own, handle, email=found.ticket.email, client=None, sent={}, invited=True),
            page=CONSOLE if _administers(found.joining, s.settings) else ACCOUNT,
        )  # fmt: skip


def _administers(joining: Joining, settings: Settings) -> bool:
    """Return whether the invitation makes an admin of the organisation, and there is a console for them."""
    return joining.invitation.admin and settings.has_console


def accept(request: Request) -> Response:
    """POST /join.

    Raises:
        PageError: as `act_on_link`.
        Conflict: the person is in too many organisations.
    """
    s, joined, administers = services(request), "", False

    def act(opened: Opened, *, attempt: str, origin: Origin, now: int) -> None:
        nonlocal joined, administers
        ticket = s.tickets.read(opened, now=now) if opened.kind == JOIN else None
        joining = s.organisation_joining.admit(ticket, scope=DEPLOYMENT) if ticket else None
        if joining is None:
            raise Invalid("ticket.expired")
        s.organisation_joining.accept(joining, attempt=attempt, origin=origin, now=now, scope=DEPLOYMENT)
        joined, administers = joining.organisation.name, _administers(joining, s.settings)

    act_on_link(request, act)
    return render(request, "join_done.html", organisation=joined, administers=administers)


PAGE = JoinPage()
