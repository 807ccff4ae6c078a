"""The client of a client id: a registered client, or a client of a metadata document. All endpoints that begin or continue a flow use it.

For a registered client it makes no call. For a URL, the stored item is the document as last fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.client_id_url import is_url

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.provider import ClientParts
    from idp.store.reads.client import StoredClient


def find_client(provider: ClientParts, client_id: str, stored: StoredClient | None) -> Client | None:
    """The client, or None. `stored`: the item that was read for this id."""
    if not is_url(client_id):
        return stored.client if stored else None
    return provider.document_clients.current(client_id, stored)
