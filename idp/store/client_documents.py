"""Clients that are known by their metadata documents (`state`): the last fetched version, and how long it is fresh.

The item has its own kind and key, so a document never replaces a registered client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import app_keys
from idp.store.attributes import ObjectAttribute
from idp.store.client_metadata import client_of, members_of
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.store.database import Database

KEPT = 30 * 86400
"""Seconds for which a document is kept after it was fresh, so that issued tokens stay usable while its host is down."""


class ClientDocumentItem(StateItem):
    """The item of a client that is known by its document."""

    kind_name = "client_document"
    client_id = UnicodeAttribute()
    metadata = ObjectAttribute()
    fetched_at = NumberAttribute()
    fresh_until = NumberAttribute()

    def client(self) -> Client:
        """Convert it to the domain's class."""
        return client_of(self.client_id, self.metadata, 1)

    def check(self) -> None:
        """Raise ValueError or TypeError if the metadata is damaged."""
        super().check()
        self.client()


class ClientDocuments:
    """Reads and writes clients that are known by their documents."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, client: Client, *, fetched_at: int, fresh_until: int, replaces: int | None) -> bool:
        """Write the client of a fetched document. Of several concurrent writers one succeeds.

        `fetched_at` and `fresh_until` are epoch seconds. `replaces`: `fetched_at` of the version that was read before; None if there was
        none. False: another writer was first.
        """
        item = ClientDocumentItem.new(
            app_keys.client_document(client.id), client_id=client.id, metadata=members_of(client), fetched_at=fetched_at,
            fresh_until=fresh_until, ttl=fresh_until + KEPT,
        )  # fmt: skip
        unread = ClientDocumentItem.pk.does_not_exist()
        unchanged = ClientDocumentItem.fetched_at == replaces if replaces is not None else unread
        return self._db.put(item, unchanged) is None
