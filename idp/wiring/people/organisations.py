"""What a sign-in for an organisation needs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.stores.organisations import OrganisationStores

if TYPE_CHECKING:
    from idp.services.organisations.domain_routes import DomainRoutes
    from idp.services.organisations.standings import Standings


class OrganisationSignInServices(OrganisationStores):
    """The organisations of the person who signs in."""

    @cached_property
    def standings(self) -> Standings:
        from idp.services.organisations.standings import Standings

        offers = bool(self.settings.organization_connections)
        return Standings(self.database, self.memberships, self.organisation_domains, self.clock, offers_connections=offers)

    @cached_property
    def domain_routes(self) -> DomainRoutes:
        from idp.services.organisations.domain_routes import DomainRoutes

        return DomainRoutes(self.organisations, self.organisation_domains, self.clock)
