"""Whose address a SCIM client may give to a person (threats P-12).

A SCIM client of an organisation uses the domains that the organisation has proven (threats Q-03). Another
SCIM client with domains uses these only; an admin of the deployment may name a domain there that an organisation has proven. One without
domains uses each domain that has no other owner: no other SCIM client, no connection, and no organisation that proved it. Such an address
stays unverified until the person proves it, and after that the SCIM client cannot change it
(`may_decide_about`). So a directory cannot make an account for a person of another organisation, wait until the person gets it by
"Forgot password", and then change its address.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.people import email as email_addresses
from idp.domain.scim.account import NOWHERE
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.domain.scim.client import ScimClient
    from idp.store.connections import Connections
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.scim.clients import ScimClients


class AddressDomains:
    """Knows the domains of all SCIM clients, connections and organisations. Three calls for a client without domains, otherwise none; one
    for each address that a client of an organisation names.
    """

    def __init__(self, clients: ScimClients, connections: Connections, organisations: OrganisationDomains, clock: Clock) -> None:
        self._clients, self._connections, self._organisations, self._clock = clients, connections, organisations, clock

    def with_proven(self, client: ScimClient, *emails: str) -> ScimClient:
        """Return the client of an organisation with those domains of these canonical addresses that the organisation has proven.

        Another client is returned as it is.
        """
        if not client.org_id:
            return client
        named = {email.rpartition("@")[2]: email for email in emails}
        proven = (domain for domain, email in named.items() if self._proven_by(email) == client.org_id)
        return replace(client, domains=tuple(sorted(proven)))

    def check(self, client: ScimClient, email: str) -> None:
        """Check a canonical address. The domains of a disabled client or connection are its own, too. `client`: of `with_proven`.

        Raises:
            ScimRefusal: invalidValue, if the client has domains and the address is in none of them, or if it has none and the domain is
                one of another client, of a connection, or of an organisation.
        """
        if client.vouches_for(email):
            return
        if client.org_id:
            raise ScimRefusal("scim.domain_not_proven", scim_type="invalidValue")
        if email.endswith(NOWHERE):
            return
        if client.domains or self._is_claimed(email):
            raise ScimRefusal("scim.domain_refused", scim_type="invalidValue")

    def _is_claimed(self, email: str) -> bool:
        if email.rpartition("@")[2] in self._connections.domains() or any(each.vouches_for(email) for each in self._clients.all()):
            return True
        return self._proven_by(email) != ""

    def _proven_by(self, email: str) -> str:
        """Return the id of the organisation that the domain of this canonical address belongs to now, or ""."""
        owner = self._organisations.owner(email_addresses.identity(email).rpartition("@")[2])
        return owner.org_id if owner and owner.counts(self._clock()) else ""


def may_decide_about(client: ScimClient, user: User) -> bool:
    """Return whether the client may change the address and the password: not after the person proved an address outside its domains."""
    return not user.email_verified or client.vouches_for(user.email)
