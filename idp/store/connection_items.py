"""The items of connections (`directory`): a connection, the buttons of all of them, and the mark of a deleted one."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.connections.connection import Connection
from idp.store import connection_keys
from idp.store.attributes import ObjectAttribute
from idp.store.copies import copy_key
from idp.store.tables import DirectoryItem

_ATTRIBUTES = frozenset({"id", "secret", "version", "copies"})
"""The members of a connection that are no members of `definition`."""
_TYPES: dict[str, type] = {"str": str, "bool": bool, "int": int}


class Button(NamedTuple):
    """What the sign-in page needs of an enabled connection."""

    id: str
    name: str
    logo_uri: str
    apps: tuple[str, ...]
    domains: tuple[str, ...]
    position: int
    shown: bool
    type: str = ""
    gives_tokens: bool = False


class _ConnectionMembers(DirectoryItem):
    """What a connection and its copies have. `definition` has all members except those that are attributes of their own."""

    connection_id = UnicodeAttribute()
    definition = ObjectAttribute()
    secret = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    copies = NumberAttribute(null=True)

    def connection(self) -> Connection:
        """Convert it to the domain's class. Members that a newer release wrote are ignored."""
        known = {f.name: _value(f.name, str(f.type), self.definition[f.name]) for f in fields(Connection) if f.name in self.definition}
        own = {"id": self.connection_id, "secret": self.secret or "", "version": int(self.version), "copies": int(self.copies or 0)}
        return Connection(**{**known, **own})

    def check(self) -> None:
        """Raise ValueError or TypeError if the item cannot be converted."""
        super().check()
        self.connection()


class ConnectionCopyItem(_ConnectionMembers):
    """A copy of a connection."""

    kind_name = "connection_copy"


class ConnectionItem(_ConnectionMembers):
    """The item of a connection."""

    kind_name = "connection"
    copied_as = ConnectionCopyItem


class ButtonsItem(DirectoryItem):
    """The item that lists all connections. `rows`: by id, the members that the sign-in page needs."""

    kind_name = "connection_buttons"
    rows = ObjectAttribute()
    version = NumberAttribute(default=1)

    def list(self) -> tuple[Button, ...]:
        """The connections that are enabled."""
        return tuple(
            Button(
                name,
                row["name"],
                row["logo_uri"],
                tuple(row["apps"]),
                tuple(row["domains"]),
                int(row["position"]),
                bool(row["shown"]),
                row.get("type", ""),
                bool(row.get("gives_tokens")),
            )
            for name, row in self.rows.items()
            if row["enabled"]
        )

    def check(self) -> None:
        """Raise an error if the item cannot be converted."""
        super().check()
        self.list()


class FormerConnectionItem(DirectoryItem):
    """The mark that a connection with this id was deleted. Links to it are still there, and count for the next one with the id."""

    kind_name = "former_connection"


def connection_item(made: Connection) -> ConnectionItem:
    """The item of a connection."""
    return ConnectionItem.new(connection_keys.connection(made.id), **_stored(made))


def copy_items(made: Connection) -> list[ConnectionCopyItem]:
    """The items of its copies."""
    key = connection_keys.connection(made.id)
    return [ConnectionCopyItem.new(copy_key(key, number), **_stored(made)) for number in range(1, made.copies + 1)]


def _stored(made: Connection) -> dict[str, Any]:
    definition = {name: value for name, value in asdict(made).items() if name not in _ATTRIBUTES}
    return {
        "connection_id": made.id, "definition": definition, "secret": made.secret or None, "version": made.version,
        "copies": made.copies or None,
    }  # fmt: skip


def buttons_row(made: Connection) -> dict[str, Any]:
    """What the item of the buttons has of a connection."""
    members = ("name", "logo_uri", "apps", "domains", "position", "shown", "enabled", "type")
    row = {name: list(value) if isinstance(value := getattr(made, name), tuple) else value for name in members}
    return row | ({"gives_tokens": True} if made.keeps_tokens and made.token_apps else {})


def _value(name: str, kind: str, value: Any) -> Any:
    """The value as the domain's class has it. Raises TypeError for one of another type."""
    if kind.startswith("Mapping"):
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise TypeError(f"{name} is not a map of text")
        return value
    if kind.startswith("tuple"):
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise TypeError(f"{name} is not a list of text")
        return tuple(value)
    if not isinstance(value, _TYPES[kind]):
        raise TypeError(f"{name} is {type(value).__name__}")
    return value
