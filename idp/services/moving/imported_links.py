"""Links of imported people to accounts at providers, as a sign-in by the connection finds them (threats R-10, O-01).

The issuer is that of the connection, never a text of the file. So a file cannot link a person to an account of another issuer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.connections.tenants import TEMPLATE
from idp.domain.moving.person import RowError
from idp.services.upstream.id_token import is_subject
from idp.services.upstream.told import address_of
from idp.store.issuer_links import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.connections.connection import Connection
    from idp.domain.moving.person import ImportedLink, ImportedPerson

BY_IMPORT = "import"
"""`IssuerLink.how`."""
_MICROSOFT = "microsoft"
_SHOWN = 40


class ImportedLinks:
    """Makes links. `connections`: the connections by the name that the file has for them."""

    def __init__(self, connections: Mapping[str, Connection]) -> None:
        self._connections = connections

    def of(self, person: ImportedPerson, user_id: str, now: int) -> tuple[IssuerLink, ...]:
        """Return the links of a person to the providers that are mapped.

        Raises:
            RowError: a link cannot be one of its connection, or there are too many.
        """
        made: dict[str, IssuerLink] = {}
        for link in person.links:
            if connection := self._connections.get(link.provider):
                each = _link(connection, link, user_id, now)
                made.setdefault(each.id, each)
        if len(made) > MOST:
            raise RowError("moving.too_many_links", maximum=MOST)
        return tuple(made.values())

    def left_out(self, person: ImportedPerson) -> list[str]:
        """Return what is said about the links to providers that are not mapped, once for each provider."""
        names = dict.fromkeys(link.provider for link in person.links if link.provider not in self._connections)
        return [f"links to {shown(name)} (take them: --with-links {shown(name)}=CONNECTION_ID)" for name in names]


def shown(text: str) -> str:
    """Return a text of a file for a terminal: short, in printable ASCII."""
    return ascii(text[:_SHOWN])[1:-1]


def _link(connection: Connection, link: ImportedLink, user_id: str, now: int) -> IssuerLink:
    """Return a link with the members by which `services/upstream` names the person. Of Microsoft's tokens these are `oid` and `tid`."""
    tenant = _tenant(connection, link) if connection.preset == _MICROSOFT else ""
    if not is_subject(link.subject):
        raise RowError("moving.link_subject", name=shown(link.provider))
    issuer = connection.issuer.replace(TEMPLATE, tenant)
    return IssuerLink(user_id, issuer, tenant, link.subject, now, connection.id, address_of(link.email) or "", BY_IMPORT)


def _tenant(connection: Connection, link: ImportedLink) -> str:
    """Return the tenant of the link; if the file names none, the only one of the connection."""
    tenant = link.tenant or (connection.tenants[0] if len(connection.tenants) == 1 else "")
    if not tenant or (connection.tenants and tenant not in connection.tenants):
        raise RowError("moving.link_tenant", name=shown(link.provider))
    return tenant
