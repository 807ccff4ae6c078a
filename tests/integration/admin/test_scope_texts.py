"""Texts of OAuth scopes in the admin API. An invalid text is refused as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import World

PATH = "/scopes"
ORDERS: dict[str, Any] = {
    "name": "See your orders", "description": "What you ordered.", "resource": "Meadow Shop",
    "translations": {"de": {"name": "Bestellungen sehen", "description": "", "resource": ""}},
}  # fmt: skip
WHOLE = {**ORDERS, "scope": "orders:read", "language": "en"}


def test_texts_are_written_read_listed_replaced_and_deleted(world: World) -> None:
    """A replacement needs the stored version. Each change is an event."""
    made = world.call("PUT", f"{PATH}/orders:read", json=ORDERS)
    assert (made.status_code, made.json(), made.headers["etag"]) == (200, WHOLE, '"1"')
    assert world.call("GET", f"{PATH}/orders:read").json() == WHOLE
    assert WHOLE in world.call("GET", PATH).json()["items"]
    again = world.call("PUT", f"{PATH}/orders:read", json={"name": "Orders"}, headers={"If-Match": '"1"'})
    assert (again.json()["name"], again.json()["translations"], again.headers["etag"]) == ("Orders", {}, '"2"')
    for method, body in (("PUT", ORDERS), ("DELETE", None)):
        assert world.call(method, f"{PATH}/orders:read", json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("DELETE", f"{PATH}/orders:read", headers={"If-Match": '"2"'}).status_code == 204
    assert world.call("GET", f"{PATH}/orders:read").status_code == 404
    assert world.call("DELETE", f"{PATH}/orders:read").status_code == 404
    assert world.call("PUT", f"{PATH}/orders:read", json=ORDERS, headers={"If-Match": '"2"'}).status_code == 412
    events = world.call("GET", "/audit?type=scope_text").json()["items"]
    told = [event["type"] for event in events if event["target"] == "orders:read"]
    assert told == ["scope_text.deleted", "scope_text.updated", "scope_text.created"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""}, {"name": 1}, {"name": None}, {"name": "x" * 101}, {"name": "\u202eevil"}, {"name": "a\nb"}, {"name": " a"},
        {"name": "\u3164"}, {"name": "!"}, {"description": "x" * 301}, {"description": "a\nb"}, {"description": "\u2066x"},
        {"description": None},
        {"resource": "x" * 101}, {"resource": "a\x00b"}, {"language": "e"}, {"language": "en_GB"}, {"language": 'en" x'},
        {"language": "x" * 36},
        {"translations": []}, {"translations": {"de": "x"}}, {"translations": {"de": {}}}, {"translations": {"de": {"name": "\u202ex"}}},
        {"translations": {"de": {"name": "x", "unknown": 1}}}, {"translations": {"d!": {"name": "x"}}},
        {"translations": {"": {"name": "x"}}},
        {"translations": {"en": {"name": "x"}}}, {"translations": {"de": {"name": "x"}, "DE": {"name": "y"}}},
        {"unknown": 1}, {"version": 2},
        {"translations": {f"d{a}{b}": {"name": "x"} for a in "abcdefg" for b in "abc"}},
        {"translations": {"de": {"name": "x", "language": "fr"}}},
    ],
)  # fmt: skip
def test_invalid_texts_are_refused_and_not_stored(world: World, change: dict[str, Any]) -> None:
    """400, with the wrong member."""
    refused = world.call("PUT", f"{PATH}/broken", json={**ORDERS, **change})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"].startswith(next(iter(change)))
    assert world.call("GET", f"{PATH}/broken").status_code == 404


@pytest.mark.parametrize("scope", ["openid", "email", "offline_access", "users:write", "access:evaluate", "claim:email"])
def test_scopes_of_the_provider_keep_their_texts(world: World, scope: str) -> None:
    """An admin of apps cannot change what pages say about the provider's own scopes."""
    assert world.call("PUT", f"{PATH}/{scope}", json=ORDERS).status_code == 400
    assert world.call("GET", f"{PATH}/{scope}").status_code == 404


@pytest.mark.parametrize("name", ["a b", "x" * 129, "a%22b", "a%5Cb", "ü", "a%0Ab"])
def test_an_invalid_scope_name_is_refused(world: World, name: str) -> None:
    """RFC 6749 §3.3: printable ASCII without space, quote and backslash."""
    assert world.call("PUT", f"{PATH}/{name}", json=ORDERS).status_code == 404


def test_a_scope_may_be_a_url(world: World) -> None:
    """Its slashes may be sent plain or percent-encoded."""
    assert world.call("PUT", f"{PATH}/https:%2F%2Fapi.example%2Forders", json=ORDERS).json()["scope"] == "https://api.example/orders"
    assert world.call("GET", f"{PATH}/https://api.example/orders").status_code == 200


def test_more_than_a_hundred_scopes_with_texts_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Existing ones can still be changed."""
    world.call("PUT", f"{PATH}/first", json=ORDERS)
    monkeypatch.setattr("idp.services.apps.scope_texts.MOST", len(world.services.scope_texts.all()))
    assert world.call("PUT", f"{PATH}/one-more", json=ORDERS).status_code == 400
    assert world.call("PUT", f"{PATH}/first", json=ORDERS).status_code == 200
