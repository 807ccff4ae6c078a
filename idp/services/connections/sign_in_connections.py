"""The connections as sign-ins and the account page use them: one of an organisation has no more power than the organisation now.

A connection of the deployment takes one call: GetItem. One of an organisation takes three: GetItem for the connection and for the
organisation, and Query for its domains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.of_organisation import bounded

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.connections.connection import Connection
    from idp.settings import Settings
    from idp.store.connections import Connections
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisations import Organisations


class SignInConnections:
    """Reads one connection, strongly."""

    def __init__(
        self, settings: Settings, connections: Connections, organisations: Organisations, domains: OrganisationDomains, clock: Clock
    ) -> None:  # fmt: skip
        self._settings, self._connections = settings, connections
        self._organisations, self._domains, self._clock = organisations, domains, clock

    def get(self, connection_id: str) -> Connection | None:
        """Return the connection, or None.

        One of an organisation has the domains that the organisation has proven, and no other power. It is None while the deployment lets
        organisations have no connections (IDP_ORGANIZATION_CONNECTIONS), or the organisation is disabled or deleted.
        """
        found = self._connections.get(connection_id)
        if found is None or not found.org_id:
            return found
        if not self._settings.organization_connections:
            return None
        organisation = self._organisations.get(found.org_id)
        if organisation is None or not organisation.live:
            return None
        now = self._clock()
        return bounded(found, tuple(each.domain for each in self._domains.of_organisation(found.org_id) if each.counts(now)))
