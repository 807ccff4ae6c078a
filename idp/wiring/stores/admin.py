"""Stores of what admins manage, except people and apps."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.base import Base

if TYPE_CHECKING:
    from idp.store.admins import Admins
    from idp.store.connections import Connections
    from idp.store.idempotency import Idempotency
    from idp.store.initial_access_tokens import InitialAccessTokens
    from idp.store.issuer_links import IssuerLinks
    from idp.store.managed_objects import ManagedObjects
    from idp.store.policies import Policies
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_targets import ProvisioningTargets
    from idp.store.roles import Roles
    from idp.store.scope_texts import ScopeTexts
    from idp.store.trusted_issuers import TrustedIssuers


class AdminStores(Base):
    """The stores of roles, policies, trusted issuers and other resources of the admin API."""

    @cached_property
    def admins(self) -> Admins:
        from idp.store.admins import Admins

        return Admins(self.database)

    @cached_property
    def roles(self) -> Roles:
        from idp.store.roles import Roles

        return Roles(self.database)

    @cached_property
    def policies(self) -> Policies:
        from idp.store.policies import Policies

        return Policies(self.database)

    @cached_property
    def provisioning_targets(self) -> ProvisioningTargets:
        from idp.store.provisioning_targets import ProvisioningTargets

        return ProvisioningTargets(self.database)

    @cached_property
    def provisioning(self) -> Provisioning:
        from idp.store.provisioning import Provisioning

        return Provisioning(self.database, self.new_id)

    @cached_property
    def scope_texts(self) -> ScopeTexts:
        from idp.store.scope_texts import ScopeTexts

        return ScopeTexts(self.database)

    @cached_property
    def managed_objects(self) -> ManagedObjects:
        from idp.store.managed_objects import ManagedObjects

        return ManagedObjects(self.database)

    @cached_property
    def trusted_issuers(self) -> TrustedIssuers:
        from idp.store.trusted_issuers import TrustedIssuers

        return TrustedIssuers(self.database)

    @cached_property
    def issuer_links(self) -> IssuerLinks:
        from idp.store.issuer_links import IssuerLinks

        return IssuerLinks(self.database)

    @cached_property
    def initial_access_tokens(self) -> InitialAccessTokens:
        from idp.store.initial_access_tokens import InitialAccessTokens

        return InitialAccessTokens(self.database)

    @cached_property
    def idempotency(self) -> Idempotency:
        from idp.store.idempotency import Idempotency

        return Idempotency(self.database)

    @cached_property
    def connections(self) -> Connections:
        from idp.store.connections import Connections

        return Connections(self.database)
