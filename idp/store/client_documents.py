"""Clients that are known by their metadata documents (`state`): what was fetched last, and for how long it is fresh.

An item of its own kind, under a key of its own kind: no document is ever taken for a client that was registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.attributes import ObjectAttribute
from idp.store.client_metadata import client_of, members_of
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.store.database import Database

KEPT = 30 * 86400
"""Seconds for which a document outlives its freshness, so that tokens that were given stay useful while its host is away."""


class ClientDocumentItem(StateItem):
    """A client by its document."""

    kind_name = "client_document"
    client_id = UnicodeAttribute()
    metadata = ObjectAttribute()
    fetched_at = NumberAttribute()
    fresh_until = NumberAttribute()

    def client(self) -> Client:
        """As the domain sees it."""
        return client_of(self.client_id, self.metadata, 1)

    def check(self) -> None:
        """Metadata that is not what it should be is found when it is read."""
        super().check()
        self.client()


class ClientDocuments:
    """Facts about them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, client: Client, *, fetched_at: int, fresh_until: int, replaces: int | None) -> bool:
        """Write the client of a document that was fetched. Of several writers at once, one writes.

        `replaces`: `fetched_at` of the document that was read before; None if there was none. False: another one is stored by now.
        """
        item = ClientDocumentItem.new(
            keys.client_document(client.id), client_id=client.id, metadata=members_of(client), fetched_at=fetched_at,
            fresh_until=fresh_until, ttl=fresh_until + KEPT,
        )  # fmt: skip
        unread = ClientDocumentItem.pk.does_not_exist()
        unchanged = ClientDocumentItem.fetched_at == replaces if replaces is not None else unread
        return self._db.put(item, unchanged) is None
