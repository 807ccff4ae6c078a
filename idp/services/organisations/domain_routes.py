"""Where people with an address in the proven domain of an organisation sign in. No account is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidValue
from idp.domain.people import email as emails

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisations import Organisations


class DomainRoutes:
    """Finds the connection for a typed address."""

    def __init__(self, organisations: Organisations, domains: OrganisationDomains, clock: Clock) -> None:
        self._organisations, self._domains, self._clock = organisations, domains, clock

    def of_address(self, email: str) -> str:
        """Return the id of the connection, or "". Two calls for a proven domain, one for any other, none for what is no address.

        A domain whose record is missing routes for seven more days; one of an organisation that is disabled does not.
        """
        try:
            domain = emails.normalise(email).rpartition("@")[2]
        except InvalidValue:
            return ""
        owner = self._domains.owner(domain)
        if owner is None or not owner.connection_id or not owner.counts(self._clock()):
            return ""
        organisation = self._organisations.get(owner.org_id)
        return owner.connection_id if organisation is not None and organisation.live else ""
