"""Types of authorization details in the admin API (RFC 9396 §2.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import World

PATH = "/authorization-details-types"
PAYMENT: dict[str, Any] = {
    "title": "Make a payment", "description": "Once.", "actions": ["initiate"], "locations": ["https://pay.example"],
    "members": {"amount": {"kind": "object", "title": "Amount", "required": True}},
}  # fmt: skip
WHOLE = {**PAYMENT, "type": "payment", "datatypes": [], "privileges": []}


def test_a_type_is_written_read_listed_replaced_and_deleted(world: World) -> None:
    """A replacement needs the stored version."""
    made = world.call("PUT", f"{PATH}/payment", json=PAYMENT)
    assert (made.status_code, made.json(), made.headers["etag"]) == (200, WHOLE, '"1"')
    assert world.call("GET", f"{PATH}/payment").json() == WHOLE
    assert WHOLE in world.call("GET", PATH).json()["items"]
    again = world.call("PUT", f"{PATH}/payment", json={"title": "Pay"}, headers={"If-Match": '"1"'})
    assert (again.json()["title"], again.json()["members"], again.headers["etag"]) == ("Pay", {}, '"2"')
    for method, body in (("PUT", PAYMENT), ("DELETE", None)):
        assert world.call(method, f"{PATH}/payment", json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("DELETE", f"{PATH}/payment", headers={"If-Match": '"2"'}).status_code == 204
    assert world.call("GET", f"{PATH}/payment").status_code == 404
    assert world.call("DELETE", f"{PATH}/payment").status_code == 404
    assert world.call("PUT", f"{PATH}/payment", json=PAYMENT, headers={"If-Match": '"2"'}).status_code == 412


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""}, {"title": 1}, {"title": None}, {"unknown": 1}, {"actions": "read"}, {"actions": [""]}, {"actions": [1]},
        {"actions": ["a"] * 51}, {"members": {"amount": {"kind": "date"}}}, {"members": {"type": {}}}, {"members": {"actions": {}}},
        {"members": {"a b": {}}}, {"members": {"": {}}}, {"members": {"a": {"required": 1}}}, {"members": []}, {"version": 7},
    ],
)  # fmt: skip
def test_an_invalid_type_is_refused_and_not_stored(world: World, change: dict[str, Any]) -> None:
    """400."""
    assert world.call("PUT", f"{PATH}/broken", json={**PAYMENT, **change}).status_code == 400
    assert world.call("GET", f"{PATH}/broken").status_code == 404


@pytest.mark.parametrize("name", ["a b", "x" * 129, "a%23b", "ü"])
def test_an_invalid_type_name_is_not_found(world: World, name: str) -> None:
    """A name has letters, digits and a few signs, 128 at most."""
    assert world.call("PUT", f"{PATH}/{name}", json=PAYMENT).status_code == 404


def test_a_type_name_may_contain_colons(world: World) -> None:
    """So a URN is a valid name."""
    assert world.call("PUT", f"{PATH}/urn:example:payment", json=PAYMENT).json()["type"] == "urn:example:payment"
