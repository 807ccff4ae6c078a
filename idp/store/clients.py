"""Clients (`directory`). The metadata is one JSON attribute; values that conditions need are attributes of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.apps.client import Client
from idp.domain.apps.client_id_url import is_url
from idp.store import app_keys
from idp.store.attributes import ObjectAttribute
from idp.store.client_metadata import client_of, members_of, unknown_members
from idp.store.copies import MOST, copy_key
from idp.store.tables import LISTING, DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pynamodb.expressions.condition import Condition

    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.look_through import Found
    from idp.store.transport import Raw

PROVISIONAL = "PROVISIONAL"
"""The partition of the listing for clients that no user has signed in to yet, sorted by the time at which they are removed."""


class _ClientMembers(DirectoryItem):
    """What a client and its copies have."""

    client_id = UnicodeAttribute()
    metadata = ObjectAttribute()
    version = NumberAttribute(default=1)
    copies = NumberAttribute(null=True)

    def client(self) -> Client:
        """Convert it to the domain's class. Members that a newer release wrote are ignored."""
        return client_of(self.client_id, self.metadata, int(self.version), int(self.copies or 0))

    def check(self) -> None:
        """Raise ValueError or TypeError if the metadata is damaged, when the item is read."""
        super().check()
        self.client()


class ClientCopyItem(_ClientMembers):
    """A copy of a client. It is not listed."""

    kind_name = "client_copy"


class ClientItem(_ClientMembers):
    """The item of a client."""

    kind_name = "client"
    copied_as = ClientCopyItem
    listing_pk = UnicodeAttribute()
    listing_sk = UnicodeAttribute()


def place(client_id: str) -> tuple[Any, Key]:
    """The class and key of a client's item. For a client_id that is a URL it is the item of its document."""
    if is_url(client_id):
        from idp.store.client_documents import ClientDocumentItem

        return ClientDocumentItem, app_keys.client_document(client_id)
    return ClientItem, app_keys.client(client_id)


def item(client: Client) -> ClientItem:
    """The item of a client."""
    provisional = client.provisional_until is not None
    return ClientItem.new(
        app_keys.client(client.id), client_id=client.id, metadata=members_of(client), version=client.version, copies=client.copies or None,
        listing_pk=PROVISIONAL if provisional else "CLIENT",
        listing_sk=f"{client.provisional_until:012d}#{client.id}" if provisional else client.id,
    )  # fmt: skip


def copy_items(client: Client) -> list[ClientCopyItem]:
    """The items of its copies."""
    members: dict[str, Any] = {
        "client_id": client.id, "metadata": members_of(client), "version": client.version, "copies": client.copies,
    }  # fmt: skip
    return [ClientCopyItem.new(copy_key(app_keys.client(client.id), number), **members) for number in range(1, client.copies + 1)]


class Clients:
    """Reads and writes clients. All copies of a client are written with it, in one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, client_id: str) -> Client | None:
        """The client, or None."""
        found = self._db.get(*place(client_id))
        return found.client() if found else None

    def registered(self, client_id: str) -> Client | None:
        """The client, or None, also for one that is known by its metadata document."""
        found = self._db.get(ClientItem, app_keys.client(client_id))
        return found.client() if found else None

    def incarnations(self, client_ids: Iterable[str]) -> dict[str, str]:
        """The incarnations of the existing clients, by id. A client that is known by its metadata document has an empty one."""
        ids = frozenset(client_ids)
        documents = dict.fromkeys(filter(is_url, ids), "")
        return documents | {client.id: client.incarnation for client in self.several(ids - documents.keys()).values()}

    def several(self, client_ids: Iterable[str]) -> dict[str, Client]:
        """The existing clients by id, read strongly."""
        ids = sorted(set(client_ids))
        items = self._db.batch_get(*map(place, ids)) if ids else []
        return {each: item.client() for each, item in zip(ids, items, strict=True) if item}

    def create(self, client: Client) -> bool:
        """Write a new client. False if the id is taken."""
        return self._put(client, ClientItem.pk.does_not_exist())

    def replace(self, client: Client) -> Client | None:
        """Write the client if it was not written since `client.version` was read. Returns the written client, else None.

        Members that a newer release wrote stay, so the item is read first: they are a part of the one JSON text. The number of copies
        stays, too, whatever `client` says: else a copy would be left behind and count.
        """
        before = self._db.get(ClientItem, app_keys.client(client.id))
        written = replace(client, version=client.version + 1, copies=before.client().copies if before else 0)
        new, kept = item(written), unknown_members(before.metadata) if before else {}
        new.metadata = kept | new.metadata
        unchanged = ClientItem.version == client.version
        if written.copies:
            return written if self._transact(written, unchanged, [], kept) else None
        return None if self._db.rewrite(new, unchanged) else written

    def spread(self, client: Client, copies: int) -> Client | None:
        """Write the client with so many copies, and remove those that it had beyond, as `replace` does.

        Raises:
            ValueError: more than `copies.MOST`.
        """
        if not 0 <= copies <= MOST:
            raise ValueError(copies)
        written, before = replace(client, version=client.version + 1, copies=copies), self._db.get(ClientItem, app_keys.client(client.id))
        kept = unknown_members(before.metadata) if before else {}
        rest = self._without(client.id, range(copies + 1, client.copies + 1))
        return written if self._transact(written, ClientItem.version == client.version, rest, kept) else None

    def delete(self, client_id: str) -> bool:
        """Remove the client. False if it does not exist. Its codes and tokens end at once, because each use reads the client."""
        alone = ClientItem.pk.exists() & ClientItem.copies.does_not_exist()
        refused = self._db.delete(ClientItem, app_keys.client(client_id), alone)
        return refused is None or (refused.old is not None and self._delete_all(client_id, ClientItem.pk.exists()))

    def _put(self, client: Client, condition: Condition) -> bool:
        return self._transact(client, condition, []) if client.copies else self._db.put(item(client), condition) is None

    def _transact(self, client: Client, condition: Condition, more: list[Raw], kept: dict[str, Any] | None = None) -> bool:
        """`kept`: metadata members that a newer release wrote; None for a client that does not exist yet."""
        first, *others = items = [item(client), *copy_items(client)]
        for each in items:
            each.metadata = (kept or {}) | each.metadata
        write = self._db.put_part(first, condition) if kept is None else self._db.rewrite_part(first, condition)
        refused = self._db.transact(write, *map(self._db.put_part, others), *more)
        return refused is None or self._db.was_written(refused[0], first)

    def _delete_all(self, client_id: str, condition: Condition) -> bool:
        first = self._db.delete_part(ClientItem, app_keys.client(client_id), condition)
        return self._db.transact(first, *self._without(client_id, range(1, MOST + 1))) is None

    def _without(self, client_id: str, numbers: Iterable[int]) -> list[Raw]:
        """The parts of a transaction that remove these copies."""
        return [self._db.delete_part(ClientCopyItem, copy_key(app_keys.client(client_id), number)) for number in numbers]

    def listing(self, *, prefix: str = "", limit: int = 50, start: Raw | None = None) -> tuple[list[Client], Raw | None]:
        """One page of clients by id, and the key of the next page. From an index: for lists, never for a decision."""
        found, more = self._db.query("directory", "CLIENT", sk_begins=prefix, index=LISTING, limit=limit, start=start)
        return [i.client() for i in self._db.read_listed(ClientItem, found)], more

    def some_pairwise(self) -> bool:
        """Whether any app sees pairwise subjects. It reads the table up to the first one: for the command line only."""
        found = (ClientItem.of(raw) for raw in self._db.scan("directory") if raw.get("kind") == {"S": ClientItem.kind_name})
        return any(item is not None and item.client().subject_type == "pairwise" for item in found)

    def ids(self) -> Iterator[str]:
        """The ids of all clients, from an index: a client that was just made may be missing."""
        start: Raw | None = None
        while True:
            found, start = self._db.query("directory", "CLIENT", index=LISTING, limit=1000, start=start)
            yield from (str(raw["listing_sk"]["S"]) for raw in found)
            if start is None:
                return

    def search(self, fits: Callable[[Client], bool], *, prefix: str = "", limit: int = 50, start: Raw | None = None) -> Found[Client]:
        """The next `limit` clients by id that fit, out of the next `look_through.MOST`. For lists, never for a decision."""
        from idp.store.look_through import look_through, partition  # the token endpoint lists nothing: a cold start pays for imports

        listed = partition(self._db, "CLIENT", begins=prefix, start=start)
        found = look_through(self._db, ClientItem, lambda it: fits(it.client()), listed=listed, limit=limit)
        return found.convert(ClientItem.client)

    def provisional(self, *, before: int, limit: int) -> list[Client]:
        """Provisional clients whose time ended before `before` (epoch seconds), the oldest first."""
        found, _ = self._db.query("directory", PROVISIONAL, index=LISTING, limit=limit, before=f"{before:012d}#")
        now = [i.client() for i in self._db.read_listed(ClientItem, found)]
        return [client for client in now if client.provisional_until is not None and client.provisional_until <= before]

    def delete_unchanged(self, client: Client) -> bool:
        """Remove the client, unless it was written since it was read. False if it was."""
        unchanged = ClientItem.version == client.version
        if client.copies:
            return self._delete_all(client.id, unchanged)
        return self._db.delete(ClientItem, app_keys.client(client.id), unchanged) is None
