"""What admins and developers do with apps."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.admin import AdminStores
from idp.wiring.stores.factors import FactorStores
from idp.wiring.stores.organisations import OrganisationStores

if TYPE_CHECKING:
    from idp.services.apps.client_copies import ClientCopies
    from idp.services.apps.client_documents import DocumentClients
    from idp.services.apps.clients import ClientService
    from idp.services.apps.detail_types import DetailTypeService
    from idp.services.apps.initial_access_tokens import InitialAccess
    from idp.services.apps.registration import Registration
    from idp.services.apps.registration_limits import RegistrationLimits
    from idp.services.apps.scope_texts import ScopeTextService
    from idp.services.delegation.machine_clients import MachineClients
    from idp.services.moving.client_import import ClientImport
    from idp.services.organisations.client_organisations import ClientOrganisations


class AppAdminServices(ProtocolServices, FactorStores, AdminStores, OrganisationStores):
    """Apps, registration by their developers, and what apps ask for."""

    @cached_property
    def client_service(self) -> ClientService:
        from idp.services.apps.clients import ClientService

        return ClientService(
            self.settings, self.clients, self.audit, self.clock, self.new_id, lambda: self.outgoing, self.roles,
            lambda: self.client_organisations,
        )  # fmt: skip

    @cached_property
    def client_copies(self) -> ClientCopies:
        from idp.services.apps.client_copies import ClientCopies

        return ClientCopies(self.clients, self.audit, self.clock)

    @cached_property
    def client_organisations(self) -> ClientOrganisations:
        from idp.services.organisations.client_organisations import ClientOrganisations

        return ClientOrganisations(self.organisations, self.organisation_roles)

    @cached_property
    def machine_clients(self) -> MachineClients:
        from idp.services.delegation.machine_clients import MachineClients

        return MachineClients(self.settings, self.client_service, self.clients, self.organisations, self.new_id)

    @cached_property
    def client_import(self) -> ClientImport:
        from idp.services.moving.client_import import ClientImport

        return ClientImport(self.client_service, self.clients, self.settings)

    @cached_property
    def document_clients(self) -> DocumentClients:
        from idp.services.apps.client_documents import DocumentClients
        from idp.store.client_documents import ClientDocuments

        return DocumentClients(self.settings, ClientDocuments(self.database), lambda: self.outgoing, self.clock)

    @cached_property
    def registration(self) -> Registration:
        from idp.services.apps.registration import Registration

        return Registration(self.settings, self.clients, self.audit, self.clock, self.new_id, lambda: self.outgoing)

    @cached_property
    def registration_limits(self) -> RegistrationLimits:
        from idp.services.apps.registration_limits import RegistrationLimits

        return RegistrationLimits(self.settings, self.throttles, self.keyring)

    @cached_property
    def initial_access(self) -> InitialAccess:
        from idp.services.apps.initial_access_tokens import InitialAccess

        return InitialAccess(self.settings, self.initial_access_tokens, self.audit, self.clock, self.new_id)

    @cached_property
    def detail_type_service(self) -> DetailTypeService:
        from idp.services.apps.detail_types import DetailTypeService

        return DetailTypeService(self.detail_types, self.audit)

    @cached_property
    def scope_text_service(self) -> ScopeTextService:
        from idp.services.apps.scope_texts import ScopeTextService

        return ScopeTextService(self.scope_texts, self.audit)
