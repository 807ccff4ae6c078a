"""A client as the store has it: registered by an admin or by itself, or read from its metadata document."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store.clients import ClientCopyItem, ClientItem, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.apps.client import Client
    from idp.store.client_documents import ClientDocumentItem
    from idp.store.database import Database


class StoredClient(NamedTuple):
    """`fetched_at` and `fresh_until` are epoch seconds of a metadata document. Both are 0 for a registered client."""

    client: Client
    fetched_at: int = 0
    fresh_until: int = 0


def read(database: Database, client_id: str) -> StoredClient | None:
    """The client, or None."""
    return to_stored_client(database.get(*place(client_id)))


def read_all(database: Database, client_ids: Sequence[str]) -> list[Client | None]:
    """The clients in the order of their ids, None for one that is not stored."""
    items = database.batch_get(*map(place, client_ids)) if client_ids else []
    return [item.client() if item else None for item in items]


def to_stored_client(item: ClientItem | ClientCopyItem | ClientDocumentItem | None) -> StoredClient | None:
    """The client of an item that was read for `place(client_id)`."""
    if item is None:
        return None
    if isinstance(item, (ClientItem, ClientCopyItem)):
        return StoredClient(item.client())
    return StoredClient(item.client(), int(item.fetched_at), int(item.fresh_until))
