"""The one place that says which client an id means, for those who begin or go on with a flow: registered, or known by its document.

A registered client costs what its item costs. Where the id is a URL, the item that was read is the document as it was fetched last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.client_id_url import is_url

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.provider import Provider
    from idp.store.client_documents import ClientDocumentItem
    from idp.store.clients import ClientItem


def known(provider: Provider, client_id: str, item: ClientItem | ClientDocumentItem | None) -> Client | None:
    """The client; `item` is what was read at `place(client_id)`."""
    if not is_url(client_id):
        return item.client() if item else None
    from idp.store.client_documents import ClientDocumentItem

    return provider.document_clients.current(client_id, item if isinstance(item, ClientDocumentItem) else None)
