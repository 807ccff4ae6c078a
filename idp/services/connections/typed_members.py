"""The types of a connection's members, for a caller whose values have any type: a command line, a file."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import Connection
from idp.domain.errors import Invalid
from idp.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN = frozenset(
    {"id", "type", "preset", "secret", "token_incarnations", "own_certificates", "version", "copies", "created_at", "updated_at"}
)
"""Members that are given in another way, or by this provider."""
_MEMBERS = {field.name: str(field.type) for field in fields(Connection) if field.name not in _OWN}
_PROBLEMS = {
    "str": Message("connection.not_text"),
    "bool": Message("value.not_boolean"),
    "int": Message("connection.not_number"),
    "tuple[str, ...]": Message("connection.not_texts"),
}


def typed_members(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members with each list as the domain has it. None is left as it is: it stands for the default.

    Raises:
        Invalid: a member is unknown, is none that an admin sets, or has another type. `field` names it.
    """
    return {name: value if value is None else _typed(name, value) for name, value in given.items() if _known(name)}


def _known(name: str) -> bool:
    if name not in _MEMBERS:
        raise Invalid("member.unknown", field=name)
    return True


def _typed(name: str, value: Any) -> Any:
    kind = _MEMBERS[name]
    if kind == "tuple[str, ...]" and isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(dict.fromkeys(value))
    plain = {"str": str, "bool": bool, "int": int}.get(kind)
    if plain and isinstance(value, plain) and isinstance(value, bool) == (kind == "bool"):
        return value
    if kind.startswith("Mapping") and isinstance(value, dict) and all(isinstance(each, str) for each in value.values()):
        return value
    raise Invalid(_PROBLEMS.get(kind, Message("connection.not_texts_by_name")), field=name)
