"""Stores of organisations, their members, roles and domains."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.base import Base

if TYPE_CHECKING:
    from idp.store.memberships import Memberships
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisation_names import OrganisationNames
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.organisations import Organisations


class OrganisationStores(Base):
    """The stores of organisations."""

    @cached_property
    def organisations(self) -> Organisations:
        from idp.store.organisations import Organisations

        return Organisations(self.database)

    @cached_property
    def organisation_names(self) -> OrganisationNames:
        from idp.store.organisation_names import OrganisationNames

        return OrganisationNames(self.database)

    @cached_property
    def memberships(self) -> Memberships:
        from idp.store.memberships import Memberships

        return Memberships(self.database)

    @cached_property
    def organisation_roles(self) -> OrganisationRoles:
        from idp.store.organisation_roles import OrganisationRoles

        return OrganisationRoles(self.database)

    @cached_property
    def organisation_domains(self) -> OrganisationDomains:
        from idp.store.organisation_domains import OrganisationDomains

        return OrganisationDomains(self.database)
