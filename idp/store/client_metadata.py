"""The metadata of a client as one attribute, and back: for registered clients and for clients known by their metadata documents."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from idp.domain.apps.client import Client, ClientSecret

_OWN = {"id", "version", "copies"}
"""Fields that have attributes of their own in the item."""
_DEFAULTS = Client(id="")
_OBJECTS = {"branding", "claim_mappings", "id_jag_audiences", "jwks", "roles"}
_NUMBERS = {"default_max_age", "provisional_until"}
_FLAGS = {"mail_code"}
"""Fields whose default is None and whose value is a JSON object, a number or a boolean. The other fields with that default are text."""


def client_of(client_id: str, metadata: dict[str, Any], version: int, copies: int = 0) -> Client:
    """The client of an item's attributes. A field that the stored metadata lacks has its default.

    Raises:
        TypeError, ValueError: a stored value does not fit its field.
    """
    known = {field.name: _value(field.name, metadata[field.name]) for field in fields(Client) if field.name in metadata}
    return Client(**{**known, "id": client_id, "version": version, "copies": copies})


def members_of(client: Client) -> dict[str, Any]:
    """The fields of a client that differ from the defaults, so that items stay small and cheap to read."""
    return {name: value for name, value in asdict(client).items() if name not in _OWN and value != getattr(_DEFAULTS, name)}


def unknown_members(metadata: dict[str, Any]) -> dict[str, Any]:
    """The members that this release does not know."""
    known = {field.name for field in fields(Client)}
    return {name: value for name, value in metadata.items() if name not in known}


def _value(name: str, stored: Any) -> Any:
    value = _check_type(name, stored)
    if name == "claim_mappings" and value is not None:
        from idp.domain.apps import claim_mapping

        claim_mapping.read_stored(value)
    if name == "id_jag_audiences" and value is not None:
        from idp.domain.tokens import id_jag

        id_jag.parse(value)
    return value


def _check_type(name: str, stored: Any) -> Any:
    if name == "secrets":
        return tuple(ClientSecret(**secret) for secret in stored)
    default = getattr(_DEFAULTS, name)
    if isinstance(default, tuple):
        if not isinstance(stored, list) or not all(isinstance(element, str) for element in stored):
            raise TypeError(f"{name} is not a list of text")
        return tuple(stored)
    optional = default is None
    expected: type = type(default) if not optional else _type_of(name)
    if not isinstance(stored, expected) and not (optional and stored is None):
        raise TypeError(f"{name} is {type(stored).__name__}")
    return stored


def _type_of(name: str) -> type:
    """The type of a value whose default is None."""
    return dict if name in _OBJECTS else int if name in _NUMBERS else bool if name in _FLAGS else str
