"""The metadata of a client as one attribute, and back: for registered clients and for clients known by their metadata documents."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from idp.domain.apps.client import Client, ClientSecret

_OWN = {"id", "version"}
_DEFAULTS = Client(id="")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "bool": bool,
    "int": int,
    "str | None": (str, type(None)),
    "int | None": (int, type(None)),
    "Mapping[str, Any] | None": (dict, type(None)),
}
"""What a field of `Client` may hold; all other fields are tuples of text, apart from the secrets."""


def client_of(client_id: str, metadata: dict[str, Any], version: int) -> Client:
    """The client of an item's attributes."""
    known = {f.name: _value(f.name, str(f.type), metadata[f.name]) for f in fields(Client) if f.name in metadata}
    return Client(**{**known, "id": client_id, "version": version})


def members_of(client: Client) -> dict[str, Any]:
    """What of a client differs from the defaults: items stay small, and cheap to read."""
    return {name: value for name, value in asdict(client).items() if name not in _OWN and value != getattr(_DEFAULTS, name)}


def _value(name: str, type_: str, value: Any) -> Any:
    if name == "secrets":
        return tuple(ClientSecret(**secret) for secret in value)
    if type_ in _TYPES:
        if not isinstance(value, _TYPES[type_]):
            raise TypeError(f"{name} is {type(value).__name__}")
        if name == "claim_mappings" and isinstance(value, dict):
            from idp.domain.apps import claim_mapping

            claim_mapping.stored(value)
        if name == "id_jag_audiences" and value is not None:
            from idp.domain.tokens import id_jag

            id_jag.parse(value)
        return value
    if not isinstance(value, list) or not all(isinstance(element, str) for element in value):
        raise TypeError(f"{name} is no list of text")
    return tuple(value)
