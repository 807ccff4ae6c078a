"""Tickets: links and codes in mails."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.factors import FactorStores
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Tickets


class TicketServices(ProtocolServices, FactorStores, PeopleStores):
    """Tickets, and the limits of mails."""

    @cached_property
    def tickets(self) -> Tickets:
        from idp.services.tickets.tickets import Tickets

        return Tickets(self.ticket_store, self.keyring, self.settings.issuer)

    @cached_property
    def ticket_limits(self) -> TicketLimits:
        from idp.services.tickets.limits import TicketLimits

        return TicketLimits(self.settings, self.throttles, self.keyring)
