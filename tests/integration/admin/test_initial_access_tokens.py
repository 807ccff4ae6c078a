"""Initial access tokens: created, listed and deleted by admins. They give no access to the admin API (J-05)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.admin_calls import ADMIN
from tests.support.world import World

PATH = "/initial-access-tokens"


def test_the_token_is_shown_once(world: World) -> None:
    """The list has everything except the token, and the store has only its hash."""
    made = world.call("POST", PATH, json={"scope": "openid orders", "max_uses": 3, "expires_in": 60, "note": "for Ada"})
    assert made.status_code == 201, made.text
    told = made.json()
    assert told["token"].startswith(told["id"] + ".")
    listed = world.call("GET", PATH).json()["items"]
    assert listed == [{name: value for name, value in told.items() if name != "token"}]
    assert (listed[0]["scope"], listed[0]["max_uses"], listed[0]["uses"], listed[0]["note"]) == ("openid orders", 3, 0, "for Ada")
    assert told["token"].partition(".")[2] not in str(list(world.services.database.scan("state")))


def test_a_deleted_token_registers_nothing(world: World) -> None:
    """204, then 404, and it cannot be used any more."""
    made = world.call("POST", PATH, json={}).json()
    assert world.services.initial_access.recognise(made["token"])
    assert world.call("DELETE", f"{PATH}/{made['id']}").status_code == 204
    assert world.call("DELETE", f"{PATH}/{made['id']}").status_code == 404
    assert world.services.initial_access.recognise(made["token"]) is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scope": "users:read"}, 403), ({"scope": "openid keys:write"}, 403), ({"resources": [ADMIN]}, 403), ({"max_uses": 0}, 400),
        ({"max_uses": 10_001}, 400), ({"max_uses": "1"}, 400), ({"expires_in": 0}, 400), ({"expires_in": -1}, 400),
        ({"expires_in": 365 * 86400 + 1}, 400), ({"scope": 'a"b'}, 400), ({"resources": ["x"]}, 400), ({"uses": -5}, 400),
        ({"id": "x"}, 400),
        ({"token": "x"}, 400), ({"note": "x" * 201}, 400), ({"digest": "x"}, 400),
    ],
)  # fmt: skip
def test_an_invalid_token_is_refused_and_not_stored(world: World, body: dict[str, Any], status: int) -> None:
    """Refused, and nothing is made."""
    assert world.call("POST", PATH, json=body).status_code == status
    assert world.call("GET", PATH).json()["items"] == []
