"""SCIM clients in the admin API: CRUD, rotation with an overlap, scopes, versions, Idempotency-Key, audit (threats P-09)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.errors import InvalidToken
from tests.support.admin_calls import ISSUER

if TYPE_CHECKING:
    import httpx

    from tests.support.world import World

PATH = "/scim-clients"
ACME = {"id": "acme-okta", "name": "Acme", "domains": ["acme.example"], "groups": "none"}


def made(world: World, **members: Any) -> httpx.Response:
    return world.call("POST", PATH, json={**ACME, **members})


def works(world: World, token: str) -> bool:
    try:
        world.services.scim_callers.recognise(f"Bearer {token}")
    except InvalidToken:
        return False
    return True


def test_it_is_made_read_changed_and_deleted(world: World) -> None:
    """The token is shown once; only its digest is stored. `Location` and `ETag` are there."""
    answer = made(world)
    assert (answer.status_code, answer.headers["location"], answer.headers["etag"]) == (201, f"/admin/v1{PATH}/acme-okta", '"1"')
    told = answer.json()
    token = told.pop("token")
    assert works(world, token)
    assert told | {"tokens": [], "created_at": "", "updated_at": ""} == {
        "id": "acme-okta", "name": "Acme", "base_url": ISSUER + "/scim/v2", "users": "write", "groups": "none", "enabled": True,
        "domains": ["acme.example"], "connection_id": None, "reject_unknown": False, "sets_passwords": False, "fills_groups": [],
        "tokens": [], "created_at": "", "updated_at": "",
    }  # fmt: skip
    assert [set(each) for each in told["tokens"]] == [{"id", "created_at", "expires_at", "last_used_on"}]
    assert token.split(".")[2] not in json.dumps([*world.services.database.scan("directory"), *world.services.database.scan("state")])
    at = f"{PATH}/acme-okta"
    one = world.call("GET", at)
    assert one.json()["tokens"][0]["last_used_on"], "the day of the use above"
    assert "token" not in one.json()
    assert world.call("GET", PATH).json() == {"items": [one.json()], "next_cursor": None}
    changed = world.call("PATCH", at, json={"name": "Acme Ltd", "groups": None, "enabled": False})
    assert (changed.json()["name"], changed.json()["groups"], changed.json()["enabled"]) == ("Acme Ltd", "write", False)
    assert changed.headers["etag"] == '"2"'
    assert not works(world, token), "read at each request"
    assert world.call("PATCH", at, json={"enabled": True}).status_code == 200
    assert works(world, token)
    assert world.call("DELETE", at).status_code == 204
    assert [world.call(method, at, json=body).status_code for method, body in (("GET", None), ("DELETE", None), ("PATCH", {}))] == [404] * 3
    assert not works(world, token)
    again = made(world).json()["token"]
    assert (works(world, again), works(world, token)) == (True, False), "a token is of one SCIM client and its life"


def test_a_rotation_lets_both_tokens_work_for_the_overlap(world: World) -> None:
    first = made(world).json()["token"]
    rotated = world.call("POST", f"{PATH}/acme-okta/token", json={"expires_in": 86400, "overlap": 3600})
    assert (rotated.status_code, len(rotated.json()["tokens"]), rotated.headers["etag"]) == (201, 2, '"2"')
    second = rotated.json()["token"]
    assert (works(world, first), works(world, second)) == (True, True)
    world.clock.now += 3600
    assert (works(world, first), works(world, second)) == (False, True)
    third = world.call("POST", f"{PATH}/acme-okta/token", json={"overlap": 0}).json()["token"]
    assert (works(world, second), works(world, third)) == (False, True)
    for body in (
        {"overlap": -1},
        {"overlap": 367 * 86400},
        {"expires_in": 0},
        {"expires_in": 367 * 86400},
        {"overlap": "1"},
        {"token": "x"},
    ):
        assert world.call("POST", f"{PATH}/acme-okta/token", json=body).status_code == 400, body
    assert works(world, third)


def test_a_post_with_one_key_is_done_once(world: World) -> None:
    """Also the rotation: the second answer has the same token, and the first token is not pushed out by a repetition."""
    headers = {"Idempotency-Key": "k" * 20}
    answers = [world.call("POST", PATH, json=ACME, headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    headers = {"Idempotency-Key": "r" * 20}
    rotated = [world.call("POST", f"{PATH}/acme-okta/token", json={}, headers=headers).json()["token"] for _ in range(3)]
    assert len(set(rotated)) == 1
    assert works(world, rotated[0])
    assert works(world, answers[0].json()["token"])
    assert made(world).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PATCH", "", {"name": "New"}), ("POST", "/token", {}), ("DELETE", "", None)],
    ids=["change", "rotate", "delete"],
)  # fmt: skip
def test_a_stale_version_is_refused(world: World, method: str, path: str, body: Any) -> None:
    token = made(world).json()["token"]
    assert world.call("PATCH", f"{PATH}/acme-okta", json={"name": "Newer"}, headers={"If-Match": '"1"'}).status_code == 200
    for tag in ('"1"', '"3"'):
        assert world.call(method, f"{PATH}/acme-okta{path}", json=body, headers={"If-Match": tag}).status_code == 412
    now = world.call("GET", f"{PATH}/acme-okta").json()
    assert (now["name"], len(now["tokens"]), works(world, token)) == ("Newer", 1, True)
    assert world.call(method, f"{PATH}/acme-okta{path}", json=body, headers={"If-Match": '"2"'}).is_success


@pytest.mark.parametrize(
    "members",
    [
        {"id": "Acme"}, {"id": "-a"}, {"id": "a" * 41}, {"id": ""}, {"name": ""}, {"name": "a\u202eb"}, {"name": "a" * 101},
        {"users": "all"},
        {"groups": "admin"}, {"domains": ["gmail.com"]}, {"domains": ["Acme.example"]}, {"domains": ["localhost"]},
        {"domains": "acme.example"}, {"domains": ["*.acme.example"]}, {"domains": [f"d{number}.example" for number in range(51)]},
        {"connection_id": "nothing"},
        {"fills_groups": ["nothing"]}, {"enabled": "yes"}, {"expires_in": 0}, {"expires_in": 367 * 86400}, {"tokens": []}, {"version": 9},
        {"created_at": 1},
    ],
)  # fmt: skip
def test_an_invalid_scim_client_is_refused_and_not_stored(world: World, members: dict[str, Any]) -> None:
    assert made(world, **members).status_code in {400, 422}
    assert world.call("GET", PATH).json()["items"] == []
    assert made(world).status_code == 201
    if "id" not in members and "expires_in" not in members:
        assert world.call("PATCH", f"{PATH}/acme-okta", json=members).status_code == 400
        assert world.call("GET", f"{PATH}/acme-okta").headers["etag"] == '"1"'


def test_reading_and_writing_need_their_scopes(world: World) -> None:
    """A limited service, and an admin's token without the scope, can do nothing else here; a SCIM token is no admin token."""
    token = made(world).json()["token"]
    calls = [
        ("GET", PATH, None, "read"), ("GET", f"{PATH}/acme-okta", None, "read"), ("POST", PATH, {**ACME, "id": "b"}, "write"),
        ("PATCH", f"{PATH}/acme-okta", {}, "write"), ("POST", f"{PATH}/acme-okta/token", {}, "write"),
        ("DELETE", f"{PATH}/acme-okta", None, "write"),
    ]  # fmt: skip
    tokens = {
        "read": world.service_token(world.service_client("scim:read")),
        "others": world.service_token(world.service_client("users:write", "connections:write", "clients:write")),
        "person": world.token(world.admin, world.console, "users:write"),
        "first factor": world.token(world.admin, world.console, "scim:write", "scim:read", second_factor=False),
        "nobody": world.token(world.user(email="nobody@example.com"), world.console, "scim:write", "scim:read"),
    }
    for name, bearer in tokens.items():
        for method, path, body, right in calls:
            status = world.call(method, path, json=body, token=bearer).status_code
            expected = {200} if name == right == "read" else {401, 403}
            assert status in expected, (name, method, path)
    assert [world.call(method, path, json=body, token=token).status_code for method, path, body, _ in calls] == [401] * 6
    assert works(world, token)
    only_write = world.service_token(world.service_client("scim:write"))
    assert [world.call(method, path, json=body, token=only_write).status_code for method, path, body, _ in calls][2:] == [
        201,
        200,
        201,
        204,
    ]


def test_each_act_is_an_event_without_values(world: World) -> None:
    """The id of the SCIM client and the names of members are in it, no token, no digest, no domain."""
    token = made(world).json()["token"]
    at = f"{PATH}/acme-okta"
    world.call("PATCH", at, json={"domains": ["other.example"], "sets_passwords": True})
    rotated = world.call("POST", f"{at}/token", json={}).json()["token"]
    world.call("DELETE", at)
    found = [each for each in reversed(world.events()) if each["type"].startswith("scim_client.")]
    assert [each["type"] for each in found] == [f"scim_client.{act}" for act in ("created", "updated", "token_rotated", "deleted")]
    assert {each["target"] for each in found} == {"acme-okta"}
    assert found[1]["details"]["changed"] == "domains sets_passwords"
    text = json.dumps(found)
    assert not [each for each in (token.split(".")[2], rotated.split(".")[2], "other.example", "acme.example") if each in text]


def test_of_parallel_creations_of_one_id_one_has_the_token(racing: World) -> None:
    """And of parallel rotations with one version, one."""

    def create(number: int) -> httpx.Response:
        return made(racing, name=f"Acme {number}")

    assert racing.root.id, "made before the threads begin"
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(create, range(6)))
    won = [each for each in answers if each.status_code == 201]
    assert (len(won), {each.status_code for each in answers} - {201}) == (1, {409})
    assert works(racing, won[0].json()["token"])

    def rotate(_: int) -> int:
        return racing.call("POST", f"{PATH}/acme-okta/token", json={}, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(6) as threads:
        statuses = list(threads.map(rotate, range(6)))
    assert (statuses.count(201), set(statuses)) == (1, {201, 412})
