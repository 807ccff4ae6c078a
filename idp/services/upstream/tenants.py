"""Issuers with a template: one connection for several tenants of Microsoft Entra (threats O-06, O-13).

The metadata of such an upstream has the issuer `https://login.microsoftonline.com/{tenantid}/v2.0`. The template is no wildcard: only a
tenant that the connection lists is put into it, and the result is compared exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection

TEMPLATE = "{tenantid}"


def issuers_of(connection: Connection) -> tuple[str, ...]:
    """Return the issuers that this connection accepts. A template without listed tenants has none."""
    if TEMPLATE not in connection.issuer:
        return (connection.issuer,) if connection.issuer else ()
    return tuple(connection.issuer.replace(TEMPLATE, tenant) for tenant in connection.tenants if tenant)
