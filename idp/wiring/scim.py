"""SCIM: its clients, and the people and groups that they make."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.admin.people import UserAdminServices

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Kind
    from idp.domain.scim.client import ScimClient
    from idp.services.scim.callers import ScimCallers
    from idp.services.scim.clients import ScimClientService
    from idp.services.scim.groups import ScimGroups
    from idp.services.scim.organisation_clients import OrganisationScimClients
    from idp.services.scim.people import ScimPeople
    from idp.services.scim.searching import Searching
    from idp.services.scim.sources import GroupSource, PeopleSource
    from idp.store.scim.clients import ScimClients
    from idp.store.scim.groups import ScimGroupsStore
    from idp.store.scim.members import ScimMembers
    from idp.store.scim.people import ScimPeopleStore


class ScimServices(UserAdminServices):
    """Services and stores of SCIM."""

    @cached_property
    def scim_clients(self) -> ScimClients:
        from idp.store.scim.clients import ScimClients

        return ScimClients(self.database)

    @cached_property
    def scim_people_store(self) -> ScimPeopleStore:
        from idp.store.scim.people import ScimPeopleStore

        return ScimPeopleStore(self.database)

    @cached_property
    def scim_groups_store(self) -> ScimGroupsStore:
        from idp.store.scim.groups import ScimGroupsStore

        return ScimGroupsStore(self.database)

    @cached_property
    def scim_members(self) -> ScimMembers:
        from idp.store.scim.members import ScimMembers

        return ScimMembers(self.database)

    @cached_property
    def scim_client_service(self) -> ScimClientService:
        from idp.services.scim.clients import ScimClientService

        return ScimClientService(self.scim_clients, self.connections, self.roles, self.audit, self.clock, self.new_id)

    @cached_property
    def organisation_scim_clients(self) -> OrganisationScimClients:
        from idp.services.scim.organisation_clients import OrganisationScimClients

        return OrganisationScimClients(self.settings, self.scim_client_service, self.organisations)

    @cached_property
    def scim_callers(self) -> ScimCallers:
        from idp.services.scim.callers import ScimCallers

        return ScimCallers(self.scim_clients, self.clock)

    @cached_property
    def scim_people(self) -> ScimPeople:
        from idp.services.scim.address_domains import AddressDomains
        from idp.services.scim.organisation_members import OrganisationMembers
        from idp.services.scim.people import ScimPeople

        domains = AddressDomains(self.scim_clients, self.connections, self.organisation_domains, self.clock)
        return ScimPeople(
            store=self.scim_people_store, users=self.users, user_service=lambda: self.user_service, passwords=lambda: self.new_passwords,
            access=lambda: self.access, domains=domains, audit=self.audit, clock=self.clock,
            new_id=self.new_id, organisation_people=lambda: self.organisation_people,
            members=OrganisationMembers(self.memberships, self.audit, self.new_id),
        )  # fmt: skip

    @cached_property
    def scim_groups(self) -> ScimGroups:
        from idp.services.scim.filled_groups import FilledGroups
        from idp.services.scim.group_roles import GroupRoles
        from idp.services.scim.groups import ScimGroups

        filled = FilledGroups(
            self.scim_people_store, self.users, self.roles, self.audit, self.clock, lambda: self.organisation_people
        )  # fmt: skip
        roles = GroupRoles(
            roles=self.organisation_roles, memberships=self.memberships, members=self.scim_members, people=self.scim_people_store,
            audit=self.audit,
        )  # fmt: skip
        return ScimGroups(
            store=self.scim_groups_store, people=self.scim_people_store, members=self.scim_members, filled=filled, roles=roles,
            audit=self.audit, clock=self.clock, new_id=self.new_id,
        )  # fmt: skip

    @cached_property
    def scim_searching(self) -> Searching:
        from idp.services.admin.cursors import Cursors
        from idp.services.scim.searching import Searching

        return Searching(Cursors(self.keyring), self.clock)

    def scim_source_of_people(self, client: ScimClient, kind: Kind) -> PeopleSource:
        """Return the people of this client as a source of searches."""
        from idp.services.scim.sources import PeopleSource

        return PeopleSource(client, self.scim_people_store, self.scim_people, self.scim_groups, self.settings.issuer, kind)

    def scim_source_of_groups(self, client: ScimClient) -> GroupSource:
        """Return the groups of this client as a source of searches."""
        from idp.services.scim.sources import GroupSource

        return GroupSource(client, self.scim_groups_store, self.scim_groups, self.scim_members, self.settings.issuer)
