"""Outbound provisioning of people to apps."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.protocol import ProtocolServices
from idp.wiring.stores.admin import AdminStores
from idp.wiring.stores.people import PeopleStores

if TYPE_CHECKING:
    from idp.services.provisioning.changes import ProvisioningChanges
    from idp.services.provisioning.nightly import ProvisioningNightly
    from idp.services.provisioning.targets import ProvisioningTargetService
    from idp.services.provisioning.worker import ProvisioningWorker


class ProvisioningServices(ProtocolServices, PeopleStores, AdminStores):
    """Targets, and what is sent to them."""

    @cached_property
    def provisioning_target_service(self) -> ProvisioningTargetService:
        from idp.services.provisioning.targets import ProvisioningTargetService

        return ProvisioningTargetService(
            self.settings, self.provisioning_targets, self.provisioning, self.keyring, self.audit, self.clock
        )  # fmt: skip

    @cached_property
    def provisioning_worker(self) -> ProvisioningWorker:
        from idp.services.provisioning.worker import ProvisioningWorker

        return ProvisioningWorker(
            self.provisioning_targets, self.provisioning, self.users, self.roles, self.keyring, self.outgoing, self.clock
        )  # fmt: skip

    @cached_property
    def provisioning_changes(self) -> ProvisioningChanges:
        from idp.services.provisioning.changes import ProvisioningChanges

        return ProvisioningChanges(self.provisioning_targets, self.provisioning, self.clock)

    @cached_property
    def provisioning_nightly(self) -> ProvisioningNightly:
        from idp.services.provisioning.nightly import ProvisioningNightly

        return ProvisioningNightly(self.provisioning_targets, self.provisioning, self.clock)
