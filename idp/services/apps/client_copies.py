"""How many copies a popular app has, so that more requests a second can read it (docs/scale.md, A popular app)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, NotFound
from idp.services.audit.recorder import SYSTEM, Actor

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Audit
    from idp.store.clients import Clients

_TRIES = 5


class ClientCopies:
    """Makes and removes the copies of an app."""

    def __init__(self, clients: Clients, audit: Audit, clock: Clock) -> None:
        self._clients, self._audit, self._clock = clients, audit, clock

    def set(self, client_id: str, copies: int, *, scope: Scope, by: Actor = SYSTEM) -> Client:
        """Let the app have so many copies, from 0. Return it. The copies are written anew even if it has so many.

        Raises:
            ValueError: more than `copies.MOST`. NotFound: there is no such app, or its id is the URL of its metadata. Conflict: others
            change it at the same time. Invalid: it is too large for so many copies.
        """
        scope.require_deployment()
        for _ in range(_TRIES):
            client = self._clients.registered(client_id)
            if client is None:
                raise NotFound("client.unknown")
            written = self._clients.spread(replace(client, updated_at=self._clock()), copies)
            if written is not None:
                self._audit.act(
                    "client.updated", by, client_id=client_id, target=client_id, org_id=written.org_id, scope=scope, changed="copies"
                )  # fmt: skip
                return written
        raise Conflict("client.busy")
