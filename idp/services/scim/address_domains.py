"""Whose address a SCIM client may give to a person (threats P-12).

A SCIM client with domains uses these only. One without domains uses any domain that no admin gave to somebody else: to another SCIM
client, or to a connection. Such an address stays unverified until the person proves it, and after that the SCIM client cannot change it
(`may_decide_about`). So nobody can make an account for a person of another organisation, wait until they get it by "Forgot password", and
move it to an address of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.scim.account import NOWHERE
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.scim.client import ScimClient
    from idp.store.connections import Connections
    from idp.store.scim.clients import ScimClients


class AddressDomains:
    """Knows the domains of all SCIM clients and connections. Two calls for a client without domains, otherwise none."""

    def __init__(self, clients: ScimClients, connections: Connections) -> None:
        self._clients, self._connections = clients, connections

    def check(self, client: ScimClient, email: str) -> None:
        """Check a canonical address. The domains of a disabled client or connection are its own, too.

        Raises:
            ScimRefusal: invalidValue, if the client has domains and the address is in none of them, or if it has none and the domain is
                one of another client or of a connection.
        """
        if client.vouches_for(email) or email.endswith(NOWHERE):
            return
        if client.domains or self._is_claimed(email):
            raise ScimRefusal("scim.domain_refused", scim_type="invalidValue")

    def _is_claimed(self, email: str) -> bool:
        return email.rpartition("@")[2] in self._connections.domains() or any(each.vouches_for(email) for each in self._clients.all())


def may_decide_about(client: ScimClient, user: User) -> bool:
    """Return whether the client may change the address and the password: not after the person proved an address outside its domains."""
    return not user.email_verified or client.vouches_for(user.email)
