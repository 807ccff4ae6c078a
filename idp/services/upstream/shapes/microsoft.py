"""Microsoft Entra. A person is `oid` in the tenant `tid`. The tenant's admin can change the address to any text (nOAuth, threats O-06).

So an address counts as verified only with `xms_edov`, by which Entra says that the owner of its domain was verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.tenants import TEMPLATE
from idp.services.upstream.refusal import UpstreamRefused, not_valid
from idp.services.upstream.shapes import standard

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.shapes import Answers


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity.

    Raises:
        UpstreamRefused: `tid` or `oid` is missing, or the connection does not list the tenant.
    """
    from idp.domain.message import Message
    from idp.services.upstream.id_token import is_subject

    tenant, person = answers.id_token.get("tid"), answers.id_token.get("oid")
    if not isinstance(tenant, str) or not is_subject(tenant) or not isinstance(person, str) or not is_subject(person):
        raise not_valid(connection, "no tid or no oid")
    if connection.tenants and tenant not in connection.tenants:
        raise UpstreamRefused(Message("upstream.tenant", name=connection.name), f"upstream {connection.id}: a tenant that is not listed")
    of_tenant = tenant in connection.tenants or TEMPLATE not in connection.issuer
    proved = answers.id_token.get("xms_edov") is True
    known = standard.told(connection, answers)
    return standard.build(
        connection, answers, known, subject=person, tenant=tenant, email_verified=proved, authoritative=proved and of_tenant
    )
