"""The rules that the request and the creation of an account share: whether it is offered, and which terms it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.sign_up_offer import is_offered
from idp.domain.errors import PageError
from idp.domain.people.terms import APP_PREFIX, DEPLOYMENT, Terms

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.tickets.ticket import Ticket
    from idp.settings import Settings

REFUSED = "refused"
"""The detail of a ticket for an address that may not sign up. Its code is never accepted."""
UPSTREAM = "upstream"
"""The detail with the id of the link for which a mail was asked. It proves the address for that upstream identity only (threats I-07)."""


def require_offered(settings: Settings, client: Client | None) -> None:
    """Require that people may create an account here, on the way to this app.

    Raises:
        PageError: they may not (threats G-13).
    """
    if not is_offered(settings.sign_up, client):
        raise PageError("forbidden", "sign_up.closed", status=403, app=client)


def required_terms(settings: Settings, client: Client | None) -> list[Terms]:
    """Return the terms that have to be accepted: those of the deployment, and those of an app that an admin registered."""
    found = [Terms(DEPLOYMENT, settings.terms_uri, settings.terms_version)] if settings.terms_uri else []
    if client and client.tos_uri and client.registered_by is None:
        found.append(Terms(APP_PREFIX + client.id, client.tos_uri, client.tos_uri))
    return found


def may_create(ticket: Ticket) -> bool:
    """Return whether an account may be created by this ticket: its address had none, and its domain may sign up."""
    return not ticket.user_id and not ticket.details.get(REFUSED)
