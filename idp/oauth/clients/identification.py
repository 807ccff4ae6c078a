"""Which client an id means: a registered one, or one known by its metadata document. All endpoints that begin or continue a flow use it.

For a registered client this needs no call beyond the read that was made. For a URL, what was read is the document as last fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.client_id_url import is_url

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.provider import ClientParts
    from idp.store.reads.client import StoredClient


def find_client(provider: ClientParts, client_id: str, stored: StoredClient | None) -> Client | None:
    """The client; `stored` is what the store has under this id."""
    if not is_url(client_id):
        return stored.client if stored else None
    return provider.document_clients.current(client_id, stored)
