"""The organisation to which a machine client belongs: that there is one, and its roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.roles import Role
    from idp.domain.apps.client import Client
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.organisations import Organisations


class ClientOrganisations:
    """What `ClientService` asks about organisations. A client without one causes no call."""

    def __init__(self, organisations: Organisations, roles: OrganisationRoles) -> None:
        self._organisations, self._roles = organisations, roles

    def check(self, before: Client | None, after: Client) -> None:
        """Check the organisation of a client that gets one.

        Raises:
            Invalid: there is no such organisation, or it is disabled.
        """
        if not after.org_id or (before is not None and before.org_id == after.org_id):
            return
        found = self._organisations.get(after.org_id)
        if found is None or not found.live:
            raise Invalid("client.organization_unknown", field="org_id")

    def roles(self, org_id: str) -> Mapping[str, Role]:
        """Return the organisation's own roles by name. One call."""
        return self._roles.model(org_id).roles
