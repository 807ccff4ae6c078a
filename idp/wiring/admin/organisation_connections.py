"""The connections that organisations make, as their admins manage them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from idp.wiring.admin.access import AccessAdminServices
from idp.wiring.admin.apps import AppAdminServices
from idp.wiring.organisations import OrganisationServices

if TYPE_CHECKING:
    from idp.services.connections.organisation_connections import OrganisationConnections


class OrganisationConnectionServices(AppAdminServices, AccessAdminServices, OrganisationServices):
    """Connections of organisations."""

    @cached_property
    def organisation_connections(self) -> OrganisationConnections:
        from idp.services.connections.organisation_connections import OrganisationConnections

        return OrganisationConnections(
            self.settings, self.connection_service, self.organisations, self.ways_in, self.database, self.throttles, self.keyring,
            self.clock,
        )  # fmt: skip
