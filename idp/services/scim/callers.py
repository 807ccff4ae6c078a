"""Recognises a SCIM client by its bearer token (RFC 6750 §2.1). One read; on the first use of a day, one write."""

from __future__ import annotations

import hmac
import time
from typing import TYPE_CHECKING

from idp.domain.errors import InvalidToken
from idp.domain.scim.client import ID
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
            InvalidToken: there is no valid token, or the client is disabled. All reasons look the same to the caller.
        """
        scheme, _, value = (authorization or "").partition(" ")
        client_id, _, rest = value.strip().partition(".")
        token_id, _, secret = rest.partition(".")
        readable = scheme.lower() == "bearer" and len(value) <= _LONGEST and secret and ID.fullmatch(client_id)
        client = self._clients.get(client_id) if readable else None
        now = self._clock()
        token = next((each for each in client.tokens if each.id == token_id), None) if client else None
        proved = hmac.compare_digest(digest(secret), token.digest if token else _NOBODY)
        if client is None or token is None or not proved or not token.is_live(now) or not client.enabled:
            raise InvalidToken("scim.token_invalid")
        day = time.strftime("%Y-%m-%d", time.gmtime(now))
        if token.used_day != day:
            self._clients.mark_used(client.id, token.id, day)
        return client
