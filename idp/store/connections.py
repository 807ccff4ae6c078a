"""Connections (`directory`), and one item with what the sign-in page shows of all of them. Both are written in one transaction, and with
them the copies of a popular connection (`copies`).

Connections of organisations are not in that item: each is in the partition of its organisation, and no page has a button for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import Connection
from idp.domain.errors import Unavailable
from idp.store import connection_keys
from idp.store.connection_items import (
    ButtonsItem,
    ConnectionCopyItem,
    ConnectionItem,
    FormerConnectionItem,
    buttons_row,
    connection_item,
    copy_items,
)
from idp.store.copies import MOST as MOST_COPIES
from idp.store.copies import copy_key
from idp.store.organisation_keys import org_pk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from idp.store.database import Database
    from idp.store.transport import Raw

MOST = 100
"""The greatest number of connections. So one item can list them, and one BatchGetItem can read them."""
_TRIES = 5


class Connections:
    """Reads and writes connections."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, connection_id: str) -> Connection | None:
        """The connection, or None."""
        found = self._db.get(ConnectionItem, connection_keys.connection(connection_id))
        return found.connection() if found else None

    def all(self) -> list[Connection]:
        """All connections by id. Two calls."""
        listed = self._buttons()
        wanted = [(ConnectionItem, connection_keys.connection(name)) for name in sorted(listed.rows)] if listed else []
        return [item.connection() for item in (self._db.batch_get(*wanted) if wanted else []) if item]

    def of_organisation(self, org_id: str) -> list[Connection]:
        """All connections of an organisation by id. One call."""
        found = self._db.query_all("directory", org_pk(org_id), sk_begins=connection_keys.CONNECTION)
        return [item.connection() for item in ConnectionItem.readable(found)]

    def domains(self) -> frozenset[str]:
        """The domains of all connections, also of disabled ones. One call."""
        listed = self._buttons()
        return frozenset(name for row in (listed.rows if listed else {}).values() for name in row["domains"])

    def was_used(self, connection_id: str) -> bool:
        """Return whether a connection with this id was deleted. One call."""
        return self._db.get(FormerConnectionItem, connection_keys.former_connection(connection_id)) is not None

    def create(self, made: Connection, *, only_unused: bool = False) -> Connection | None:
        """Write a new connection, and list it. None, with nothing written, if the id is taken.

        Raises:
            UsedBeforeError: with `only_unused`, a connection with this id was deleted.
            DomainTakenError: another connection has one of its domains.
            TooManyError: there are `MOST` connections.
            Unavailable: other connections were written during each attempt.
        """
        if made.org_id:
            return None if self._db.put(connection_item(made), ConnectionItem.pk.does_not_exist()) else made
        return self._write(made, lambda new: self._db.put_part(new, ConnectionItem.pk.does_not_exist()), only_unused=only_unused)

    def create_in_organisation(self, made: Connection) -> Connection | None:
        """Write a new connection of an organisation. None if the id is taken, or the organisation is gone or is being deleted."""
        from idp.store.organisation_items import OrganisationItem
        from idp.store.organisation_keys import organisation

        new, there = connection_item(made), OrganisationItem.pk.exists() & OrganisationItem.deleting_since.does_not_exist()
        refused = self._db.transact(
            self._db.put_part(new, ConnectionItem.pk.does_not_exist()),
            self._db.update_part(OrganisationItem, organisation(made.org_id), [OrganisationItem.members.add(0)], there),
        )
        return made if refused is None or self._db.was_written(refused[0], new) else None

    def replace(self, changed: Connection, *, also: Sequence[Raw] = ()) -> Connection | None:
        """Write it if it was not written since `changed.version` was read. Returns the written one (version + 1), else None.

        `also`: parts of the transaction that writes a connection of an organisation. None, too, if one of them is refused.

        Raises:
            DomainTakenError: another connection has one of its domains.
            Unavailable: other connections were written during each attempt.
        """
        unchanged = ConnectionItem.version == changed.version
        if changed.org_id:  # it has no copies
            written = replace(changed, version=changed.version + 1)
            new = connection_item(written)
            if not also:
                return None if self._db.put(new, unchanged) else written
            refused = self._db.transact(self._db.put_part(new, unchanged), *also)
            return written if refused is None or self._db.was_written(refused[0], new) else None
        return self._write(replace(changed, version=changed.version + 1), lambda new: self._db.put_part(new, unchanged))

    def spread(self, changed: Connection, copies: int) -> Connection | None:
        """Write a connection of the deployment with so many copies, and remove those that it had beyond, as `replace` does.

        Raises:
            ValueError: more than `copies.MOST`, or a connection of an organisation.
        """
        if not 0 <= copies <= MOST_COPIES or changed.org_id:
            raise ValueError(copies)
        unchanged = ConnectionItem.version == changed.version
        return self._write(replace(changed, version=changed.version + 1), lambda new: self._db.put_part(new, unchanged), copies=copies)

    def delete(self, gone: Connection, *, also: Sequence[Raw] = ()) -> bool:
        """Remove it, and mark the id as used, unless it is of an organisation. `also`: as of `replace`.

        False if it does not exist, or was written since `gone` was read.
        """
        unchanged = ConnectionItem.version == gone.version
        if gone.org_id and not also:
            return self._db.delete(ConnectionItem, connection_keys.connection(gone.id), unchanged) is None
        removed = self._db.delete_part(ConnectionItem, connection_keys.connection(gone.id), unchanged)
        if gone.org_id:
            return self._db.transact(removed, *also) is None
        mark = self._db.put_part(FormerConnectionItem.new(connection_keys.former_connection(gone.id)))
        for _ in range(_TRIES):
            listed, had = self._read(gone.id)
            rows = {name: row for name, row in (listed.rows if listed else {}).items() if name != gone.id}
            refused = self._db.transact(removed, self._list_part(rows, listed), mark, *self._without(gone.id, range(1, had + 1)))
            if refused is None or refused[0]:
                return refused is None
        raise Unavailable(detail="the list of connections was changed during each attempt")

    def _write(
        self, made: Connection, part: Callable[[ConnectionItem], Raw], *, only_unused: bool = False, copies: int | None = None
    ) -> Connection | None:  # fmt: skip
        """`copies`: how many it has from now on. None: as many as are stored, whatever `made` says; else a copy would be left behind."""
        for _ in range(_TRIES):
            listed, had = self._read(made.id)
            if only_unused and self.was_used(made.id):  # after the list: a deletion from here on writes the list, so this write is refused
                raise UsedBeforeError
            others = {name: row for name, row in (listed.rows if listed else {}).items() if name != made.id}
            if len(others) >= MOST:
                raise TooManyError
            if taken := next((d for row in others.values() for d in row["domains"] if d in made.domains), ""):
                raise DomainTakenError(taken)
            written = replace(made, copies=had if copies is None else copies)
            new, rest = connection_item(written), self._without(made.id, range(written.copies + 1, had + 1))
            listing = self._list_part({**others, made.id: buttons_row(made)}, listed)
            refused = self._db.transact(part(new), listing, *map(self._db.put_part, copy_items(written)), *rest)
            if refused is None or (refused[0] and self._db.was_written(refused[0], new)):
                return written
            if refused[0]:
                return None
        raise Unavailable(detail="the list of connections was changed during each attempt")

    def _read(self, connection_id: str) -> tuple[ButtonsItem | None, int]:
        """The list, and how many copies the connection has. One call."""
        listed, item = self._db.batch_get(
            (ButtonsItem, connection_keys.connection_buttons()), (ConnectionItem, connection_keys.connection(connection_id))
        )  # fmt: skip
        return listed, int(item.copies or 0) if item else 0

    def _without(self, connection_id: str, numbers: Iterable[int]) -> list[Raw]:
        """The parts of a transaction that remove these copies."""
        key = connection_keys.connection(connection_id)
        return [self._db.delete_part(ConnectionCopyItem, copy_key(key, number)) for number in numbers]

    def _buttons(self) -> ButtonsItem | None:
        return self._db.get(ButtonsItem, connection_keys.connection_buttons())

    def _list_part(self, rows: dict[str, Any], was: ButtonsItem | None) -> Raw:
        same = ButtonsItem.version == was.version if was else ButtonsItem.pk.does_not_exist()
        made = ButtonsItem.new(connection_keys.connection_buttons(), rows=rows, version=int(was.version) + 1 if was else 1)
        return self._db.put_part(made, same)


class DomainTakenError(Exception):
    """Another connection has this domain."""

    def __init__(self, domain: str) -> None:
        super().__init__("another connection has the domain")
        self.domain = domain


class UsedBeforeError(Exception):
    """A connection with this id was deleted."""


class TooManyError(Exception):
    """There are `MOST` connections."""
