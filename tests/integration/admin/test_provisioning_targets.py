"""Provisioning targets in the admin API: what is told, what is refused, and that no answer has a token (threats P-10)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.provisioning.token import open_token
from idp.store.provisioning_items import Account

if TYPE_CHECKING:
    import httpx

    from tests.support.world import World

PATH = "/provisioning-targets"
TOKEN = "a-token-of-the-app-27"
CRM = {"id": "crm", "base_url": "https://crm.example/scim/v2", "token": TOKEN}


def made(world: World, **members: Any) -> httpx.Response:
    return world.call("POST", PATH, json={**CRM, **members})


def stored_token(world: World) -> str:
    found = world.services.provisioning_targets.get("crm")
    assert found
    return open_token(world.services.keyring, found)


def failed(world: World, *user_ids: str) -> None:
    """These accounts are failures."""
    store, now = world.services.provisioning, world.clock()
    for each in user_ids:
        store.queue([("crm", each)], now=now)
        (due,) = store.due("crm", now, limit=9)
        account = store.claim("crm", each, now=now)
        assert isinstance(account, Account)
        assert store.give_up(due, account, "status 400 invalidValue", now=now)


def test_it_is_made_read_changed_and_deleted(world: World) -> None:
    """The token is stored encrypted. `Location` and `ETag` are there, and GET of one tells how the app does."""
    answer = made(world, people="group", name="sales", leavers="delete")
    assert (answer.status_code, answer.headers["location"], answer.headers["etag"]) == (201, f"/admin/v1{PATH}/crm", '"1"')
    told = answer.json()
    assert told | {"created_at": "", "updated_at": ""} == {
        "id": "crm", "base_url": CRM["base_url"], "people": "group", "name": "sales", "leavers": "delete", "paused": False,
        "created_at": "", "updated_at": "",
    }  # fmt: skip
    at = f"{PATH}/crm"
    one = world.call("GET", at).json()
    assert one == told | {"sent_at": None, "failing_since": None, "rests_until": None, "problem": None, "comparing": True}
    assert world.call("GET", PATH).json() == {"items": [told], "next_cursor": None}
    changed = world.call("PATCH", at, json={"people": None, "name": None, "leavers": None, "paused": True})
    assert (changed.json()["people"], changed.json()["name"], changed.json()["leavers"], changed.json()["paused"]) == (
        "everybody", None, "deactivate", True,
    )  # fmt: skip
    assert (changed.headers["etag"], stored_token(world)) == ('"2"', TOKEN)
    assert world.call("DELETE", at).status_code == 204
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None), ("PATCH", "", {}), ("DELETE", "", None), ("GET", "/failures", None), ("POST", "/retry", {}),
        ("POST", "/comparison", None),
    ]  # fmt: skip
    assert [world.call(method, at + path, json=body).status_code for method, path, body in calls] == [404] * 6


def test_a_new_token_replaces_the_stored_one_and_another_address_needs_it(world: World) -> None:
    """So a stored token never goes to an address that another admin chose."""
    made(world)
    at = f"{PATH}/crm"
    assert world.call("PATCH", at, json={"token": "another-token-of-the-app"}).status_code == 200
    assert stored_token(world) == "another-token-of-the-app"
    for body in (
        {"base_url": "https://evil.example/scim"},
        {"token": None},
        {"token": ""},
        {"token": "short"},
        {"token": "with a space in it"},
    ):
        assert world.call("PATCH", at, json=body).status_code == 400, body
    assert stored_token(world) == "another-token-of-the-app"
    assert world.call("PATCH", at, json={"base_url": "https://new.example/scim", "token": TOKEN}).status_code == 200
    assert stored_token(world) == TOKEN


def test_how_the_app_does_is_told(world: World) -> None:
    made(world)
    state, now = world.services.provisioning.state("crm"), world.clock()
    state.sent_at, state.failing_since, state.rests_until, state.problem, state.comparing = now, now + 1, now + 60, "status 503", None
    world.services.provisioning.keep(state, now=now)
    told = world.call("GET", f"{PATH}/crm").json()
    assert all(told[name].endswith("Z") for name in ("sent_at", "failing_since", "rests_until"))
    assert (told["problem"], told["comparing"]) == ("status 503", False)
    begun = world.call("POST", f"{PATH}/crm/comparison")
    assert (begun.status_code, begun.json()["comparing"], begun.json()["rests_until"]) == (200, True, None)


def test_failures_are_listed_in_pages_and_tried_again(world: World) -> None:
    """Each once. After the retry they are due and no failures; those who were not named stay."""
    made(world)
    people = [f"usr_{number}" for number in range(5)]
    failed(world, *people)
    seen: list[str] = []
    cursor = None
    while True:
        page = world.call("GET", f"{PATH}/crm/failures", params={"limit": "2", **({"cursor": cursor} if cursor else {})}).json()
        seen += [each["user_id"] for each in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert sorted(seen) == people
    assert page["items"][0]["problem"] == "status 400 invalidValue"
    retried = world.call("POST", f"{PATH}/crm/retry", json={"user_ids": people[:2]}, headers={"Idempotency-Key": "k" * 20})
    assert retried.json() == {"target_id": "crm", "accounts": 2}
    again = world.call("POST", f"{PATH}/crm/retry", json={"user_ids": people[:2]}, headers={"Idempotency-Key": "k" * 20})
    assert again.json() == retried.json()
    due = [each.user_id for each in world.services.provisioning.due("crm", world.clock(), limit=9)]
    assert sorted(due) == people[:2], "a repetition with the key makes nothing due again"
    assert world.call("POST", f"{PATH}/crm/retry", json={}).json()["accounts"] == 3
    assert world.call("GET", f"{PATH}/crm/failures").json()["items"] == []


def test_a_cursor_of_one_target_is_nothing_for_another(world: World) -> None:
    made(world)
    made(world, id="other")
    failed(world, "usr_1", "usr_2")
    cursor = world.call("GET", f"{PATH}/crm/failures", params={"limit": "1"}).json()["next_cursor"]
    assert world.call("GET", f"{PATH}/other/failures", params={"cursor": cursor}).status_code == 400


@pytest.mark.parametrize(
    "members",
    [
        {"id": "Crm"}, {"id": "a/b"}, {"id": ""}, {"id": "a" * 41}, {"base_url": "http://crm.example"},
        {"base_url": "https://127.0.0.1/scim"},
        {"base_url": "https://crm.example:8443/"}, {"base_url": "https://u:p@crm.example/"}, {"base_url": "https://crm.example/?a=b"},
        {"base_url": "https://crm.example/#x"}, {"base_url": ""}, {"token": ""}, {"token": "x" * 5000}, {"token": "é" * 20},
        {"people": "some"},
        {"people": "group"}, {"people": "everybody", "name": "sales"}, {"people": "role", "name": "No Name"}, {"leavers": "keep"},
        {"paused": "no"}, {"version": 3}, {"created_at": 1},
    ],
)  # fmt: skip
def test_an_invalid_target_is_refused_and_not_stored(world: World, members: dict[str, Any]) -> None:
    assert made(world, **members).status_code == 400
    assert world.call("GET", PATH).json()["items"] == []


def test_a_post_with_one_key_makes_one_target(world: World) -> None:
    answers = [world.call("POST", PATH, json=CRM, headers={"Idempotency-Key": "k" * 20}) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert made(world).status_code == 409
    assert len([each for each in world.events() if each["type"] == "provisioning_target.created"]) == 1


def test_a_stale_version_is_refused(world: World) -> None:
    made(world)
    at = f"{PATH}/crm"
    assert world.call("PATCH", at, json={"paused": True}, headers={"If-Match": '"1"'}).status_code == 200
    for method, body in (("PATCH", {"paused": False}), ("DELETE", None)):
        assert world.call(method, at, json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("GET", at).json()["paused"]
    assert world.call("DELETE", at, headers={"If-Match": '"2"'}).status_code == 204


def test_reading_and_writing_need_their_scopes(world: World) -> None:
    """`scim:write` of the other direction is not enough, nor is an admin without a second factor."""
    made(world)
    at = f"{PATH}/crm"
    reads: list[tuple[str, str, Any]] = [("GET", PATH, None), ("GET", at, None), ("GET", f"{at}/failures", None)]
    writes: list[tuple[str, str, Any]] = [
        ("POST", PATH, {**CRM, "id": "b"}), ("PATCH", at, {"paused": True}), ("POST", f"{at}/retry", {}),
        ("POST", f"{at}/comparison", None),
        ("DELETE", at, None),
    ]  # fmt: skip

    def statuses(token: str, calls: list[tuple[str, str, Any]]) -> set[int]:
        return {world.call(method, path, json=body, token=token).status_code for method, path, body in calls}

    others = world.service_token(world.service_client("scim:write", "scim:read", "users:write", "connections:write"))
    assert statuses(others, reads + writes) == {403}
    reader = world.service_token(world.service_client("provisioning:read"))
    assert (statuses(reader, reads), statuses(reader, writes)) == ({200}, {403})
    weak = world.token(world.admin, world.console, "provisioning:read", "provisioning:write", second_factor=False)
    assert statuses(weak, reads + writes) <= {401, 403}
    writer = world.service_token(world.service_client("provisioning:write"))
    assert statuses(writer, reads) == {403}
    assert statuses(writer, writes) == {200, 201, 204}


def test_no_answer_event_or_item_has_the_token(world: World) -> None:
    """Each act is an event with the id of the target."""
    at = f"{PATH}/crm"
    answers = [
        made(world), world.call("GET", at), world.call("PATCH", at, json={"token": TOKEN + "2"}), world.call("GET", PATH),
        world.call("POST", f"{at}/retry", json={"user_ids": ["usr_1"]}), world.call("POST", f"{at}/comparison"), world.call("DELETE", at),
    ]  # fmt: skip
    found = [each for each in reversed(world.events()) if each["type"].startswith("provisioning")]
    assert [each["type"] for each in found] == [
        "provisioning_target.created", "provisioning_target.updated", "provisioning.redelivered", "provisioning.compared",
        "provisioning_target.deleted",
    ]  # fmt: skip
    assert {each["target"] for each in found} == {"crm"}
    items = [*world.services.database.scan("directory"), *world.services.database.scan("state")]
    assert TOKEN not in json.dumps(found) + json.dumps(items) + " ".join(each.text for each in answers)


def test_the_command_and_the_api_see_the_same(world: World) -> None:
    made(world)
    service = world.services.provisioning_target_service
    service.patch("crm", {"paused": True}, scope=DEPLOYMENT, by=world.by)
    assert world.call("GET", f"{PATH}/crm").json()["paused"]
