"""How many copies a popular connection has, so that more requests a second can read it (docs/scale.md, A popular connection)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import NotFound, PreconditionFailed
from idp.services.audit.recorder import SYSTEM, Actor
from idp.services.connections.validation import is_id

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.connections.connection import Connection
    from idp.services.audit.recorder import Audit
    from idp.store.connections import Connections

_TRIES = 5


class ConnectionCopies:
    """Makes and removes the copies of a connection of the deployment."""

    def __init__(self, connections: Connections, audit: Audit, clock: Clock) -> None:
        self._connections, self._audit, self._clock = connections, audit, clock

    def set(self, connection_id: str, copies: int, *, scope: Scope, by: Actor = SYSTEM) -> Connection:
        """Let the connection have so many copies, from 0. Return it. The copies are written anew even if it has so many.

        Raises:
            ValueError: more than `copies.MOST`. NotFound: the deployment has no such connection. PreconditionFailed: others change it at
            the same time. Invalid: it is too large for so many copies.
        """
        scope.require_deployment()
        for _ in range(_TRIES):
            found = self._connections.get(connection_id) if is_id(connection_id) else None
            if found is None:
                raise NotFound("connection.unknown")
            written = self._connections.spread(replace(found, updated_at=self._clock()), copies)
            if written is not None:
                self._audit.act("connection.updated", by, target=found.id, issuer=found.issuer, changed="copies", scope=scope)
                return written
        raise PreconditionFailed("resource.changed_meanwhile")
