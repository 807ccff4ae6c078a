"""Clients (`directory`). Metadata as one JSON attribute; what conditions need stands beside it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.client import Client, ClientSecret
from idp.store import keys
from idp.store.tables import LISTING, DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database, Raw

_OWN = {"id", "version"}


class ClientItem(DirectoryItem):
    """A client."""

    kind_name = "client"
    client_id = UnicodeAttribute()
    metadata = JSONAttribute()
    version = NumberAttribute(default=1)
    listing_pk = UnicodeAttribute()
    listing_sk = UnicodeAttribute()

    def client(self) -> Client:
        """As the domain sees it."""
        data = {name: tuple(value) if isinstance(value, list) else value for name, value in self.metadata.items()}
        data["secrets"] = tuple(ClientSecret(**secret) for secret in data.get("secrets", ()))
        return Client(id=self.client_id, version=int(self.version), **data)


def item(client: Client) -> ClientItem:
    """The item of a client."""
    metadata = {name: value for name, value in asdict(client).items() if name not in _OWN}
    return ClientItem.new(
        keys.client(client.id), client_id=client.id, metadata=metadata, version=client.version, listing_pk="CLIENT", listing_sk=client.id
    )


class Clients:
    """Facts about clients."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, client_id: str) -> Client | None:
        """The client, or None."""
        found = self._db.get(ClientItem, keys.client(client_id))
        return found.client() if found else None

    def create(self, client: Client) -> bool:
        """Write a new client; False when the id is taken."""
        return self._db.put(item(client), ClientItem.pk.does_not_exist()) is None

    def replace(self, client: Client) -> Client | None:
        """Write the client if nobody wrote since `client.version` was read: the client as written, else None."""
        written = replace(client, version=client.version + 1)
        return None if self._db.put(item(written), ClientItem.version == client.version) else written

    def delete(self, client_id: str) -> bool:
        """Remove the client; False when there is none. Its codes and tokens stop at once, since each use reads the client."""
        return self._db.delete(ClientItem, keys.client(client_id), ClientItem.pk.exists()) is None

    def listing(self, *, prefix: str = "", limit: int = 50, start: Raw | None = None) -> tuple[list[Client], Raw | None]:
        """One page of clients by id, and the key to go on from. From an index: for lists, never for a decision."""
        found, more = self._db.query("directory", "CLIENT", sk_begins=prefix, index=LISTING, limit=limit, start=start)
        wanted = [(ClientItem, keys.Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in found]
        items: list[ClientItem | None] = self._db.batch_get(*wanted) if wanted else []
        return [i.client() for i in items if i], more
