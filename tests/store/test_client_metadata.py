"""Each field of a client is stored and read with its own type, and a stored value of another type is refused."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from idp.domain.apps.client import Client, ClientSecret
from idp.store.client_metadata import client_of, members_of

EXAMPLES: dict[str, Any] = {
    "str": "text",
    "str | None": "text",
    "int": 7,
    "int | None": 7,
    "bool": True,
    "tuple[str, ...]": ["one", "two"],
    "tuple[ClientSecret, ...]": [{"digest": "a" * 64, "created_at": 1, "expires_at": None}],
    "Mapping[str, Any] | None": {},
    "bool | None": False,
}
"""A stored value for each annotation of `Client`. Add a new kind of field here and to the module."""
WRONG: dict[str, list[Any]] = {
    "str": [1, None, [], True],
    "str | None": [1, [], True],
    "int": ["1", None, 1.5],
    "int | None": ["1", 1.5, {}],
    "bool": [1, "true", None],
    "bool | None": [1, "true"],
    "tuple[str, ...]": ["text", [1], {}, None],
    "Mapping[str, Any] | None": [[], "text", 1],
}
STORED = [field for field in fields(Client) if field.name not in {"id", "version"}]


@pytest.mark.parametrize("field", STORED, ids=lambda field: field.name)
def test_each_field_is_read_with_its_type(field: Any) -> None:
    """The value survives being written and read again; for optional fields None does too."""
    client = client_of("app", {field.name: EXAMPLES[str(field.type)]}, 3)
    assert (client.id, client.version) == ("app", 3)
    assert (
        client_of("app", {name: list(value) if isinstance(value, tuple) else value for name, value in members_of(client).items()}, 3)
        == client
    )
    if "None" in str(field.type):
        assert getattr(client_of("app", {field.name: None}, 1), field.name) is None


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in STORED for value in WRONG.get(str(field.type), ())])
def test_a_stored_value_of_another_type_is_refused(field: Any, value: Any) -> None:
    with pytest.raises(TypeError, match=field.name):
        client_of("app", {field.name: value}, 1)


def test_only_what_differs_from_the_defaults_is_stored() -> None:
    secret = ClientSecret("a" * 64, 1, None)
    assert members_of(Client(id="app", version=7)) == {}
    assert members_of(Client(id="app", name="App", secrets=(secret,), require_pkce=False)) == {
        "name": "App",
        "secrets": ({"digest": "a" * 64, "created_at": 1, "expires_at": None},),
        "require_pkce": False,
    }


def test_an_unknown_stored_member_is_ignored() -> None:
    """An item that a newer release wrote stays readable."""
    assert client_of("app", {"of_a_later_release": 1}, 1) == Client(id="app", version=1)
