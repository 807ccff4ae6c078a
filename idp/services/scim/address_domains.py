"""Whose address a SCIM client may give to a person: none in a domain that an admin trusts only other SCIM clients for (threats P-12).

A person of that domain would get the account by "Forgot password", while the SCIM client could still move it to an address of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.scim.account import NOWHERE
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from idp.domain.scim.client import ScimClient
    from idp.store.scim.clients import ScimClients


class AddressDomains:
    """Knows the domains of all SCIM clients. One Query for an address outside the client's own domains, otherwise no call."""

    def __init__(self, clients: ScimClients) -> None:
        self._clients = clients

    def check(self, client: ScimClient, email: str) -> None:
        """Check a canonical address. The domains of a disabled client are its own, too.

        Raises:
            ScimRefusal: uniqueness (409), if the address is in a domain of another SCIM client and in none of this one.
        """
        if client.vouches_for(email) or email.endswith(NOWHERE):
            return
        if any(each.vouches_for(email) for each in self._clients.all()):
            raise ScimRefusal("scim.taken", scim_type="uniqueness", status=409)
