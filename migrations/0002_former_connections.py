"""Marks of connections that an earlier release deleted: it left their links and no mark that the id was used.

A connection that is made under such an id counts for these links, so only a caller with every scope may make it (threats O-19). The mark is
what tells. It is written if a link names a connection that does not exist; a mark too many asks for more rights and changes nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.store import connection_keys
from idp.store.connection_items import FormerConnectionItem
from idp.store.connections import Connections
from idp.store.issuer_links import IssuerLinkItem

if TYPE_CHECKING:
    from idp.store.database import Database


def run(database: Database, now: int) -> None:
    """Write the marks. It may run twice and while the service runs: a mark that is there is the same."""
    del now
    named = {item.connection_id for raw in database.scan("directory") if (item := _link(raw)) and item.connection_id}
    there = {each.id for each in Connections(database).all()}  # after the links: a connection made meanwhile is there
    for connection_id in sorted(named - there):
        database.put(FormerConnectionItem.new(connection_keys.former_connection(connection_id)))


def _link(raw: dict[str, dict[str, str]]) -> IssuerLinkItem | None:
    return IssuerLinkItem.of(raw) if raw.get("kind") == {"S": IssuerLinkItem.kind_name} else None
