"""What a declarative file needs beside the resources of the admin API."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.admin.organisation_connections import OrganisationConnectionServices
from idp.wiring.admin.provisioning import ProvisioningServices

if TYPE_CHECKING:
    from idp.services.declared.labels import Labels
    from idp.services.declared.secret_comparison import SecretComparison


class DeclaredServices(OrganisationConnectionServices, ProvisioningServices):
    """Labels of objects, and the comparison of secrets."""

    @cached_property
    def labels(self) -> Labels:
        from idp.services.declared.labels import Labels

        return Labels(self.managed_objects, self.audit)

    @cached_property
    def secret_comparison(self) -> SecretComparison:
        from idp.services.declared.secret_comparison import SecretComparison

        return SecretComparison(
            self.client_service, self.connection_service, self.organisation_connections, self.provisioning_target_service, self.keyring,
            self.clock, self.audit,
        )  # fmt: skip
