"""What admins do with organisations, and the jobs that follow."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.admin import AdminStores
from idp.wiring.stores.organisations import OrganisationStores
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.organisations.domains import DomainService
    from idp.services.organisations.ending import OrganisationEnding
    from idp.services.organisations.members import MemberService
    from idp.services.organisations.profiles import OrganisationService
    from idp.services.organisations.roles import OrganisationRoleService
    from idp.services.organisations.search import OrganisationSearch
    from idp.services.organisations.ways_in import WaysIn


class OrganisationServices(ProtocolServices, PeopleStores, AdminStores, OrganisationStores):
    """Organisations, their members, roles and domains."""

    @cached_property
    def organisation_service(self) -> OrganisationService:
        from idp.services.organisations.profiles import OrganisationService

        return OrganisationService(
            self.organisations, self.organisation_ending, self.ways_in, self.audit, self.clock, self.new_id
        )  # fmt: skip

    @cached_property
    def organisation_search(self) -> OrganisationSearch:
        from idp.services.organisations.search import OrganisationSearch

        return OrganisationSearch(self.organisation_service, self.organisations, self.organisation_names)

    @cached_property
    def ways_in(self) -> WaysIn:
        from idp.services.organisations.ways_in import WaysIn

        return WaysIn(
            self.organisations, self.organisation_domains, self.connections, self.issuer_links, self.clock,
            offers_connections=bool(self.settings.organization_connections),
        )  # fmt: skip

    @cached_property
    def organisation_ending(self) -> OrganisationEnding:
        from idp.services.organisations.ending import OrganisationEnding
        from idp.store.organisation_leftovers import OrganisationLeftovers

        return OrganisationEnding(self.organisations, self.memberships, OrganisationLeftovers(self.database))

    @cached_property
    def member_service(self) -> MemberService:
        from idp.services.organisations.members import MemberService

        return MemberService(
            self.organisations, self.memberships, self.organisation_roles, self.organisation_domains, self.users, self.audit, self.clock,
            self.new_id,
        )  # fmt: skip

    @cached_property
    def organisation_role_service(self) -> OrganisationRoleService:
        from idp.services.organisations.roles import OrganisationRoleService

        return OrganisationRoleService(
            self.organisations, self.organisation_roles, self.memberships, self.clients, self.audit, self.clock, self.new_id
        )  # fmt: skip

    @cached_property
    def domain_service(self) -> DomainService:
        from idp.services.organisations.domains import DomainService
        from idp.services.organisations.txt_lookup import TxtLookup

        resolver = "" if self.settings.dns_resolver == "off" else self.settings.dns_resolver
        return DomainService(
            self.organisations, self.organisation_domains, self.connections, TxtLookup(resolver, lambda: self.outgoing), self.audit,
            self.clock, self.new_id, self.ways_in, offers_connections=bool(self.settings.organization_connections),
        )  # fmt: skip
