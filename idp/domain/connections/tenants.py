"""Issuers with a template: one connection for several tenants of Microsoft Entra (threats O-06, O-13).

The metadata of such an upstream has the issuer `https://login.microsoftonline.com/{tenantid}/v2.0`. The template is no wildcard: only a
tenant that the connection lists is put into it, and the result is compared exactly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.connections.connection import SAML

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection

TEMPLATE = "{tenantid}"
_WITHOUT_EFFECT = (
    "name", "logo_uri", "shown", "position", "enabled", "accounts", "link_verified", "tenants", "end_session_endpoint", "domains",
    "own_certificates", "version", "created_at", "updated_at",
)  # fmt: skip
"""Members on which it does not depend whether people who are linked can sign in. `tenants` is compared by `knows_all_of`."""


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


def works_as(before: Connection, after: Connection) -> bool:
    """Return whether a sign-in by the connection has the same requests and the same checks of the answer after its change."""
    return replace(before, **{name: getattr(after, name) for name in _WITHOUT_EFFECT}) == after


def _subject(connection: Connection) -> tuple[str, str]:
    attribute = connection.claims.get("sub", "")
    return attribute, "" if attribute or connection.type != SAML else connection.name_id_format
