"""Sessions of people, and their remembered devices."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.factors import FactorStores
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.sessions.remembered_device_list import RememberedDeviceList
    from idp.services.sessions.remembered_devices import RememberedDevices
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.sessions.visitors import Visitors


class SessionServices(ProtocolServices, FactorStores, PeopleStores):
    """Who the visitor is, what they are signed in to, and which browsers skip the second factor."""

    @cached_property
    def visitors(self) -> Visitors:
        from idp.services.sessions.visitors import Visitors

        return Visitors(self.database, self.keyring, self.session_service)

    @cached_property
    def access(self) -> Access:
        from idp.services.sessions.sessions_and_grants import Access

        return Access(
            self.settings, self.users, self.sessions, self.grants, self.consents, self.audit, self.clock, lambda: self.backchannel_logout,
            lambda: self.organisation_people,
        )  # fmt: skip

    @cached_property
    def organisation_people(self) -> OrganisationPeople:
        from idp.services.delegation.organisation_people import OrganisationPeople
        from idp.store.memberships import Memberships
        from idp.store.organisation_domains import OrganisationDomains
        from idp.store.organisation_people import OrganisationPeopleStore
        from idp.store.organisation_roles import OrganisationRoles

        database = self.database
        return OrganisationPeople(
            OrganisationPeopleStore(database), Memberships(database), OrganisationRoles(database), OrganisationDomains(database),
            self.new_id,
        )  # fmt: skip

    @cached_property
    def remembered_devices(self) -> RememberedDevices:
        from idp.services.sessions.remembered_devices import RememberedDevices

        return RememberedDevices(self.settings, self.keyring, self.audit, self.new_id)

    @cached_property
    def remembered_device_list(self) -> RememberedDeviceList:
        from idp.services.sessions.remembered_device_list import RememberedDeviceList

        return RememberedDeviceList(self.settings, self.remembered_device_store, self.audit, self.clock)
