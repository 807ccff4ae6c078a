"""The admin API and the token endpoint together, as a service client uses them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from idp.services.keys.key_rotation import PUBLISHED_FOR
from tests.support.admin_calls import ADMIN
from tests.support.world import World


def asked(world: World, client_id: str, secret: str, **params: str) -> httpx.Response:
    """Request a token by client_credentials."""
    return world.http.post("/token", auth=(client_id, secret), data={"grant_type": "client_credentials", **params})


def made(world: World, **metadata: object) -> tuple[str, str]:
    """Create a service client by the API."""
    body = {"grant_types": ["client_credentials"], "scope": "users:read", "resources": [ADMIN], **metadata}
    told = world.call("POST", "/clients", json=body).json()
    return told["client_id"], told["client_secret"]


def test_a_new_client_can_use_the_api(world: World) -> None:
    """With the scopes that it asked for, and no others."""
    token = asked(world, *made(world), scope="users:read").json()["access_token"]
    assert world.call("GET", "/users", token=token).status_code == 200
    assert world.call("GET", "/clients", token=token).status_code == 403


def test_a_client_of_two_apis_names_this_one(world: World) -> None:
    """RFC 8707: `resource`. A token for both APIs is refused (D-10)."""
    client = made(world, resources=[ADMIN, "https://api.example"])
    both, one = asked(world, *client).json()["access_token"], asked(world, *client, resource=ADMIN).json()["access_token"]
    assert world.call("GET", "/users", token=both).status_code == 401
    assert world.call("GET", "/users", token=one).status_code == 200


def test_a_secret_is_valid_until_it_is_rotated_or_the_app_ends(world: World) -> None:
    """E-07: both secrets within the overlap, then the new one; none of a disabled or deleted client."""
    client_id, old = made(world)
    new = world.call("POST", f"/clients/{client_id}/rotate-secret", json={"overlap_seconds": 60}).json()["client_secret"]
    assert (asked(world, client_id, old).status_code, asked(world, client_id, new).status_code) == (200, 200)
    world.clock.now += 60
    assert (asked(world, client_id, old).status_code, asked(world, client_id, new).status_code) == (401, 200)
    latest = world.call("POST", f"/clients/{client_id}/rotate-secret").json()["client_secret"]
    assert (asked(world, client_id, new).status_code, asked(world, client_id, latest).status_code) == (401, 200)
    world.call("PATCH", f"/clients/{client_id}", json={"disabled": True})
    assert asked(world, client_id, latest).status_code == 401
    world.call("DELETE", f"/clients/{client_id}")
    assert asked(world, client_id, latest).status_code == 401


def test_tokens_of_a_revoked_key_are_refused(world: World) -> None:
    """K-05: the caller's own token too. The next key signs new ones."""
    client_id, secret = made(world, scope="keys:read keys:write")
    token = asked(world, client_id, secret).json()["access_token"]
    keys = world.call("GET", "/keys", token=token).json()["items"]
    active = next(key["kid"] for key in keys if key["state"] == "active" and key["alg"] == "RS256")
    assert world.call("POST", f"/keys/{active}/revoke", token=token).json()["state"] == "revoked"
    assert world.call("GET", "/keys", token=token).status_code == 401
    again = asked(world, client_id, secret).json()["access_token"]
    states = {key["kid"]: (key["state"], key["jwk"]) for key in world.call("GET", "/keys", token=again).json()["items"]}
    assert states[active] == ("revoked", None)
    assert active not in {key["kid"] for key in world.http.get("/jwks").json()["keys"]}


def test_a_rotation_interrupts_no_caller(world: World) -> None:
    """K-05: tokens of the earlier key are still accepted. One key signs per algorithm. An unknown algorithm gets 400."""
    token = world.service_token(world.root)
    (rotated,) = world.call("POST", "/keys/rotate", token=token, json={"alg": "ES256", "at_once": True}).json()["items"]
    assert (rotated["alg"], rotated["state"]) == ("ES256", "active")
    assert world.call("POST", "/keys/rotate", token=token, json={"at_once": True}).status_code == 200
    assert world.call("GET", "/keys", token=token).status_code == 200
    active = [key["alg"] for key in world.call("GET", "/keys").json()["items"] if key["state"] == "active"]
    assert sorted(active) == sorted(world.settings.algorithms)
    for alg in ("none", "HS256", "", None, 5):
        assert world.call("POST", "/keys/rotate", json={"alg": alg}).status_code == 400
    for at_once in ("true", 1, None):
        assert world.call("POST", "/keys/rotate", json={"at_once": at_once}).status_code == 400


def test_a_rotation_without_an_algorithm_rotates_each(world: World) -> None:
    """As `idp keys rotate` does. The answer has the keys that sign now, one per algorithm."""
    before = active_keys(world)
    world.clock.now += PUBLISHED_FOR
    answer = world.call("POST", "/keys/rotate")
    assert answer.status_code == 200
    assert {key["alg"]: key["kid"] for key in answer.json()["items"]} == active_keys(world)
    assert set(active_keys(world)) == set(world.settings.algorithms)
    assert not set(active_keys(world).values()) & set(before.values())
    told = [event for event in world.events() if event["type"] == "key.rotated"]
    assert {event["target"] for event in told} == set(active_keys(world).values())


@pytest.mark.parametrize("body", [None, {}, {"alg": "RS256"}, {"at_once": False}])
def test_a_recently_published_key_does_not_sign(world: World, body: dict[str, Any] | None) -> None:
    """Verifiers that cache the JWK Set do not have it. 409 says how long to wait, and no key of any algorithm is rotated."""
    before = world.call("GET", "/keys").json()["items"]
    world.clock.now += PUBLISHED_FOR - 1
    refused = world.call("POST", "/keys/rotate", json=body)
    assert refused.status_code == 409
    assert "Try again in 1 seconds" in refused.json()["detail"]
    assert world.call("GET", "/keys").json()["items"] == before
    world.clock.now += 1
    assert world.call("POST", "/keys/rotate", json=body).status_code == 200
    assert world.call("POST", "/keys/rotate", json=body).status_code == 409
    assert world.call("POST", "/keys/rotate", json={**(body or {}), "at_once": True}).status_code == 200


def active_keys(world: World) -> dict[str, str]:
    """Return the active key of each algorithm."""
    return {key["alg"]: key["kid"] for key in world.call("GET", "/keys").json()["items"] if key["state"] == "active"}
