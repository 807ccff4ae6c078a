"""The kinds of objects that a file may have."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.cli.declared.kinds.access import Groups, Policies, Roles
from idp.cli.declared.kinds.apps import Apps, DetailTypes, Scopes
from idp.cli.declared.kinds.connections import Connections
from idp.cli.declared.kinds.directories import ProvisioningTargets, ScimClients, TrustedIssuers
from idp.cli.declared.kinds.hooks import Hooks, Webhooks
from idp.cli.declared.kinds.organization_connections import OrganizationConnections
from idp.cli.declared.kinds.organization_parts import OrganizationDomains, OrganizationMembers, OrganizationScimClients
from idp.cli.declared.kinds.organizations import OrganizationRoles, Organizations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.cli.declared.kinds.base import Kind

ORDER: tuple[Kind, ...] = (
    Roles(), Groups(), Organizations(), OrganizationRoles(), DetailTypes(), Scopes(), Apps(), Connections(), TrustedIssuers(),
    ScimClients(), ProvisioningTargets(), OrganizationConnections(), OrganizationDomains(), OrganizationScimClients(),
    OrganizationMembers(), Webhooks(), Hooks(), Policies(),
)  # fmt: skip
"""Each kind needs only those before it. Objects are written in this order, and deleted in the opposite one."""
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in ORDER})
