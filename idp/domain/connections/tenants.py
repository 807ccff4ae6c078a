"""Issuers with a template: one connection for several tenants of Microsoft Entra (threats O-06, O-13).

The metadata of such an upstream has the issuer `https://login.microsoftonline.com/{tenantid}/v2.0`. The template is no wildcard: only a
tenant that the connection lists is put into it, and the result is compared exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.connection import SAML

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection

TEMPLATE = "{tenantid}"


def issuers_of(connection: Connection) -> tuple[str, ...]:
    """Return the issuers that this connection accepts. A template without listed tenants has none."""
    if TEMPLATE not in connection.issuer:
        return (connection.issuer,) if connection.issuer else ()
    return tuple(connection.issuer.replace(TEMPLATE, tenant) for tenant in connection.tenants if tenant)


def knows_all_of(before: Connection, after: Connection) -> bool:
    """Return whether people who signed in by the connection before its change are the same people after it.

    A link has the issuer and the subject. Of SAML the subject is an attribute, or a NameID of one format.
    """
    same_issuers = set(issuers_of(before)) <= set(issuers_of(after))
    return same_issuers and _subject(before) == _subject(after)


def _subject(connection: Connection) -> tuple[str, str]:
    attribute = connection.claims.get("sub", "")
    return attribute, "" if attribute or connection.type != SAML else connection.name_id_format
