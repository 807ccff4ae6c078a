"""The connections by which people sign in for an organisation, so that its own admins do not lock all members out (`connections_only`)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.domain.connections.tenants import issuers_of, knows_all_of, works_as
from idp.domain.errors import Conflict
from idp.domain.message import Message
from idp.domain.people.user import may_be_user_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.connections.connection import Connection
    from idp.store.connections import Connections
    from idp.store.database import Raw
    from idp.store.issuer_links import IssuerLinks
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisations import Organisations

_AS_STORED: Mapping[str, str] = MappingProxyType({})
_LAST = Message("organisation.last_way_in")


class WaysIn:
    """Finds the connections that are on and to which a proven domain of the organisation leads."""

    def __init__(
        self, organisations: Organisations, domains: OrganisationDomains, connections: Connections, links: IssuerLinks, clock: Clock, *,
        offers_connections: bool = False,
    ) -> None:  # fmt: skip
        """`offers_connections`: as in `Standings`."""
        self._organisations, self._domains, self._connections, self._links = organisations, domains, connections, links
        self._clock, self._offers_connections = clock, offers_connections

    def require_used_by(self, org_id: str, user_id: str, *, scope: Scope) -> None:
        """Check that this person signed in by one of the connections before: a link is made by a verified answer only.

        `user_id`: the caller. The id of a client has no links, so a client is refused. Two calls, and one for each connection.

        Raises:
            Conflict: there is no such connection, or it never signed this person in.
        """
        scope.require_organisation(org_id)
        self._require_used(self._on(org_id), user_id)

    def require_other_than(self, org_id: str, domain: str, *, scope: Scope, user_id: str, leads_to: str = "") -> list[Raw]:
        """Check that people can still sign in for the organisation if this domain leads elsewhere. One call if the policy accepts any.

        `leads_to`: the id of the connection to which it leads then, or "". `user_id`: as of `require_used_by`. Returns a part for the
        transaction that changes the domain: it is refused if the policy was changed, or another way in was taken, since this was read.

        Raises:
            Conflict: its policy accepts sign-ins by connections only, and no domain would lead to one that is on; or none would lead any
                more to one to which a domain leads now, and this person never signed in by one that stays.
        """
        scope.require_organisation(org_id)
        found = self._organisations.get(org_id)
        if found and found.policy.connections_only:
            after = self._on(org_id, instead={domain: leads_to})
            if not after:
                raise Conflict("organisation.last_way_in")
            if {one.id for one in self._on(org_id)} - {one.id for one in after}:
                self._require_used(after, user_id)
        return [self._organisations.unchanged_part(found)] if found else []

    def require_other_connection_than(
        self, org_id: str, connection_id: str, *, scope: Scope, user_id: str, refusal: Message = _LAST
    ) -> list[Raw]:  # fmt: skip
        """Check that people can still sign in for the organisation without this connection. One call if the policy accepts any.

        A connection by which they cannot sign in now is no way in. `user_id`: as of `require_used_by`. `refusal`: the message if it is the
        only way in. Returns a part for the transaction that takes the connection, as of `require_other_than`.

        Raises:
            Conflict: its policy accepts sign-ins by connections only, and this connection is the only way in, or this person never signed
                in by another one.
        """
        scope.require_organisation(org_id)
        found = self._organisations.get(org_id)
        if found and found.policy.connections_only:
            before = self._on(org_id)
            after = [one for one in before if one.id != connection_id]
            if before and not after:
                raise Conflict(refusal)
            if len(after) < len(before):
                self._require_used(after, user_id)
        return [self._organisations.unchanged_part(found)] if found else []

    def require_other_than_changed(
        self, org_id: str, before: Connection, after: Connection, *, scope: Scope, user_id: str
    ) -> list[Raw]:  # fmt: skip
        """Check that people can still sign in for the organisation whatever comes of this change of a connection.

        It may be switched off, not know the people any more who are linked, or have a value by which no sign-in works. Other changes
        take no call. `user_id`: as of `require_used_by`. Returns and raises as `require_other_connection_than`.
        """
        scope.require_organisation(org_id)
        if not before.enabled:
            return []
        if not after.enabled:
            return self.require_other_connection_than(org_id, before.id, scope=scope, user_id=user_id)
        if not knows_all_of(before, after):
            return self.require_other_connection_than(
                org_id, before.id, scope=scope, user_id=user_id, refusal=Message("connection.last_way_in")
            )
        if not works_as(before, after):
            return self.require_other_connection_than(
                org_id, before.id, scope=scope, user_id=user_id, refusal=Message("connection.last_way_in_untried")
            )
        return []

    def _on(self, org_id: str, *, instead: Mapping[str, str] = _AS_STORED) -> list[Connection]:
        """Return the connections. `instead`: by domain, the id of the connection to which it leads in place of the stored one, or ""."""
        now = self._clock()
        claims = [each for each in self._domains.of_organisation(org_id) if each.counts(now)]
        names = {instead.get(each.domain, each.connection_id) for each in claims} - {""}
        found = (self._connections.get(name) for name in sorted(names))
        return [one for one in found if one is not None and one.enabled and (self._offers_connections or not one.org_id)]

    def _require_used(self, connections: list[Connection], user_id: str) -> None:
        on = {one.id: one for one in connections}
        if not any(self._opens(on.get(link.connection_id), link.issuer) for link in (self._links.of(user_id) if on else ())):
            raise Conflict("organisation.no_way_in" if may_be_user_id(user_id) else "organisation.no_way_in_of_client")

    @staticmethod
    def _opens(connection: Connection | None, issuer: str) -> bool:
        """Return whether a link of this issuer still opens an account by the connection. Each listed tenant of a template has its own."""
        return connection is not None and issuer in issuers_of(connection)
