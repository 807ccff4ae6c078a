"""What decides who may do what: roles, groups, policies, trusted issuers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.admin import AdminStores
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.access.access_decisions import AccessDecisions
    from idp.services.access.groups import GroupService
    from idp.services.access.policies import PolicyService
    from idp.services.access.roles import RoleService
    from idp.services.access.trusted_issuers import TrustedIssuerService
    from idp.services.connections.connections import ConnectionService
    from idp.services.connections.copies import ConnectionCopies
    from idp.services.moving.role_import import RoleImport


class AccessAdminServices(ProtocolServices, PeopleStores, AdminStores):
    """Roles, groups, policies, trusted issuers and connections."""

    @cached_property
    def role_import(self) -> RoleImport:
        from idp.services.moving.role_import import RoleImport

        return RoleImport(self.role_service, self.group_service)

    @cached_property
    def role_service(self) -> RoleService:
        from idp.services.access.named_resources import Parts
        from idp.services.access.roles import RoleService

        return RoleService(Parts(self.roles, self.users, self.clients, self.audit, self.clock, self.new_id))

    @cached_property
    def group_service(self) -> GroupService:
        from idp.services.access.groups import GroupService
        from idp.services.access.named_resources import Parts

        return GroupService(Parts(self.roles, self.users, self.clients, self.audit, self.clock, self.new_id))

    @cached_property
    def policy_service(self) -> PolicyService:
        from idp.services.access.policies import PolicyService

        return PolicyService(self.policies, self.audit, self.clock, self.new_id)

    @cached_property
    def access_decisions(self) -> AccessDecisions:
        from idp.services.access.access_decisions import AccessDecisions

        return AccessDecisions(self.policy_service, self.roles, self.database)

    @cached_property
    def trusted_issuer_service(self) -> TrustedIssuerService:
        from idp.services.access.trusted_issuers import TrustedIssuerService

        return TrustedIssuerService(self.settings, self.trusted_issuers, self.clients, self.audit, self.clock)

    @cached_property
    def connection_service(self) -> ConnectionService:
        from idp.services.connections.connections import ConnectionService

        return ConnectionService(
            self.settings, self.connections, self.clients, self.keyring, self.outgoing, self.audit, self.clock, self.saml_judge
        )  # fmt: skip

    @cached_property
    def connection_copies(self) -> ConnectionCopies:
        from idp.services.connections.copies import ConnectionCopies

        return ConnectionCopies(self.connections, self.audit, self.clock)
