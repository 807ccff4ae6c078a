"""Recognises a SCIM client by its bearer token (RFC 6750 §2.1). One read; on the first use of a day, one write.

A client of an organisation is read together with the organisation.
"""

from __future__ import annotations

import hmac
import time
from typing import TYPE_CHECKING

from idp.domain.errors import InvalidToken
from idp.domain.scim.client import ID, OF_ORGANISATION
from idp.services.apps.client_secrets import digest

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.scim.client import ScimClient
    from idp.store.scim.clients import ScimClients

_NOBODY = "0" * 64
_LONGEST = 256


class ScimCallers:
    """Recognises SCIM clients."""

    def __init__(self, clients: ScimClients, clock: Clock) -> None:
        self._clients, self._clock = clients, clock

    def recognise(self, authorization: str | None) -> ScimClient:
        """Return the client whose token the Authorization header has.

        Raises:
            InvalidToken: there is no valid token, or the client or its organisation is disabled or gone. All reasons look the same to the
                caller.
        """
        scheme, _, value = (authorization or "").partition(" ")
        rest, _, secret = value.strip().rpartition(".")
        client_id, _, token_id = rest.rpartition(".")
        client = self._find(client_id) if scheme.lower() == "bearer" and len(value) <= _LONGEST and secret else None
        now = self._clock()
        token = next((each for each in client.tokens if each.id == token_id), None) if client else None
        proved = hmac.compare_digest(digest(secret), token.digest if token else _NOBODY)
        if client is None or token is None or not proved or not token.is_live(now) or not client.enabled:
            raise InvalidToken("scim.token_invalid")
        day = time.strftime("%Y-%m-%d", time.gmtime(now))
        if token.used_day != day:
            self._clients.mark_used(client.id, token.id, day)
        return client

    def _find(self, client_id: str) -> ScimClient | None:
        """Return the client with this id, if its organisation, when it has one, is there and is not disabled."""
        if ID.fullmatch(client_id):
            return self._clients.get(client_id)
        if not OF_ORGANISATION.fullmatch(client_id):
            return None
        found, owner = self._clients.get_with_organisation(client_id)
        return found if owner and not owner.disabled and not owner.deleting_since else None
