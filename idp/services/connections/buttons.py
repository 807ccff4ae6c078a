"""What the sign-in page shows of the connections: a copy that is a minute old at most. It decides nothing: the start reads the connection.

The item is read together with the items that /authorize reads anyway. Without a connection there is no item, and nothing else is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import PASSWORD
from idp.store import connection_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.clock import Clock
    from idp.store.connection_items import Button
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.tables import Item

FRESH = 60
"""Seconds for which a process keeps its copy."""


class Buttons:
    """The buttons of the sign-in page."""

    def __init__(self, database: Database, clock: Clock, *, of_organisations: bool = False) -> None:
        """`of_organisations`: organisations may have connections of their own, which are not in the copy."""
        self._db, self._clock, self._of_organisations = database, clock, of_organisations
        self._kept: tuple[Button, ...] = ()
        self._until = 0

    def wanted(self) -> list[tuple[type[Item], Key]]:
        """Return the key to read together with others. Empty while the copy is fresh."""
        if self._clock() < self._until:
            return []
        from idp.store.connection_items import ButtonsItem  # a process that shows no page does not import it

        return [(ButtonsItem, connection_keys.connection_buttons())]

    def keep(self, found: Sequence[Any]) -> None:
        """Keep what was found at the keys of `wanted`."""
        if found:
            item = found[0]
            self._kept, self._until = tuple(sorted(item.list(), key=_order)) if item else (), self._clock() + FRESH

    def shown(self, client_id: str) -> list[Button]:
        """Return the buttons for the sign-in to this app ("" for the account page). It reads the item if the copy is old."""
        return [one for one in self._of(client_id) if one.shown]

    def ids(self, client_id: str) -> list[str]:
        """Return the ids of all connections for this app, also those without a button."""
        return [one.id for one in self._of(client_id)]

    def names(self) -> dict[str, str]:
        """Return the names of the connections that are on, by id."""
        return {one.id: one.name for one in self._of("")}

    def giving_tokens(self) -> frozenset[str]:
        """Return the ids of the connections that are on and give apps tokens of the upstream."""
        return frozenset(one.id for one in self._of("") if one.gives_tokens)

    def has_domains(self, client_id: str) -> bool:
        """Return whether a connection for this app is found by the domain of an address.

        One without a button counts, too: the proven domain of an organisation may lead to it, which the copy does not tell. Nor does it
        tell of those that organisations made.
        """
        return self._of_organisations or any(one.domains or not one.shown for one in self._of(client_id))

    def asked(self, client_id: str, email: str) -> str:
        """Return the id of the connection that may be asked about the password of a canonical address (type `password`), or "".

        It is taken from the copy alone: keep what was found at `wanted` first.
        """
        fits = (one for one in self._kept if one.type == PASSWORD and (not client_id or not one.apps or client_id in one.apps))
        return next((one.id for one in fits if not one.domains or email.rpartition("@")[2] in one.domains), "")

    def of_address(self, email: str, client_id: str) -> str:
        """Return the id of the connection for the domain of a typed address, or "". No account is looked up."""
        domain = email.strip().rpartition("@")[2].lower()
        return next((one.id for one in self._of(client_id) if domain in one.domains), "") if domain else ""

    def _of(self, client_id: str) -> list[Button]:
        if wanted := self.wanted():
            self.keep(self._db.batch_get(*wanted))
        return [one for one in self._kept if one.type != PASSWORD and (not client_id or not one.apps or client_id in one.apps)]


def _order(one: Button) -> tuple[int, str, str]:
    return one.position, one.name, one.id
