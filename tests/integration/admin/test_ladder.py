"""Privilege escalation (threats J-05): a caller cannot grant or take over more than its token allows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from tests.support.admin_calls import ADMIN
from tests.support.people import PASSWORD
from tests.support.world import World

LIMITED = ("users:read", "users:write", "clients:read", "clients:write")


@pytest.fixture
def limited(world: World) -> Client:
    """A service client that may change users and apps and cannot have the other scopes."""
    return world.service_client(*LIMITED, client_id="limited")


def as_limited(world: World, limited: Client, method: str, path: str, body: Any = None) -> int:
    return world.call(method, path, token=world.service_token(limited), json=body).status_code


def test_an_app_is_not_registered_with_more_scopes_than_the_caller_has(world: World, limited: Client) -> None:
    """This is about scopes of the admin API. Scopes of the same name for another API are allowed."""
    body = {"grant_types": ["client_credentials"], "resources": [ADMIN], "scope": "users:read keys:write"}
    assert as_limited(world, limited, "POST", "/clients", body) == 403
    assert as_limited(world, limited, "POST", "/clients", body | {"scope": "users:read"}) == 201
    assert as_limited(world, limited, "POST", "/clients", body | {"resources": ["https://api.example"]}) == 201
    assert [c.id for c in world.services.clients.listing()[0] if "keys:write" in c.scopes and ADMIN in c.resources] == ["root-service"]


@pytest.mark.parametrize(
    "body", [{"scope": "users:read users:write clients:read clients:write audit:read"}, {"scope": "keys:write"}], ids=["adds", "replaces"]
)
def test_a_client_cannot_add_scopes_to_itself(world: World, limited: Client, body: dict[str, Any]) -> None:
    """Nor can it add the admin API as a resource for scopes that were for another API."""
    assert as_limited(world, limited, "PATCH", "/clients/limited", body) == 403
    other = world.service_client("keys:write", client_id="other", resources=["https://api.example"])
    assert as_limited(world, limited, "PATCH", "/clients/other", {"resources": [ADMIN]}) == 403
    assert world.services.client_service.get("limited", scope=DEPLOYMENT) == limited
    assert world.services.client_service.get("other", scope=DEPLOYMENT) == other


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/clients/root-service", {"disabled": True}),
        ("PATCH", "/clients/root-service", {"scope": "users:read"}),
        ("PATCH", "/clients/console", {"redirect_uris": ["https://evil.example/cb"]}),
        ("POST", "/clients/root-service/rotate-secret", {"overlap_seconds": 3600}),
        ("DELETE", "/clients/root-service", None),
    ],
)
def test_an_app_that_may_do_more_cannot_be_taken_over(world: World, limited: Client, method: str, path: str, body: Any) -> None:
    """Neither by its secret nor by its redirect URIs nor by another change."""
    before = (world.root, world.console)
    assert as_limited(world, limited, method, path, body) == 403
    assert (
        world.services.client_service.get("root-service", scope=DEPLOYMENT),
        world.services.client_service.get("console", scope=DEPLOYMENT),
    ) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"email": "evil@example.com"}), ("PATCH", "", {"disabled": True}), ("PATCH", "", {"admin": False}),
        ("DELETE", "", None),
        ("PUT", "/password", {"password": PASSWORD}), ("DELETE", "/factors", None),
    ],
)  # fmt: skip
def test_an_admin_who_may_do_more_cannot_be_taken_over(world: World, limited: Client, method: str, path: str, body: Any) -> None:
    """Neither by the password, the factors or the email address, nor by a deletion."""
    world.user(admin=True)
    before = world.admin
    assert as_limited(world, limited, method, f"/users/{before.id}{path}", body) == 403
    assert world.services.user_service.get(before.id, scope=DEPLOYMENT) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/clients", {"grant_types": ["client_credentials"], "resources": [ADMIN], "scope": "keys:write"}),
        ("POST", "/clients/root-service/rotate-secret", None),
        ("PATCH", "/clients/root-service", {"redirect_uris": ["https://evil.example/cb"], "grant_types": ["authorization_code"]}),
        ("DELETE", "/clients/root-service", None),
        ("POST", "/users", {"email": "new@example.com", "admin": True}),
        ("PUT", "/users/ADMIN/password", {"password": PASSWORD}),
        ("DELETE", "/users/ADMIN/factors", None),
    ],
)
def test_a_token_with_fewer_scopes_gives_no_more(world: World, method: str, path: str, body: Any) -> None:
    """The app could have each scope. The holder of this token has two scopes and cannot get more."""
    token = world.service_token(world.root, "clients:write", "users:write")
    world.user(admin=True)
    path = path.replace("ADMIN", world.admin.id)
    assert world.call(method, path, token=token, json=body).status_code == 403
    allowed = {"grant_types": ["client_credentials"], "resources": [ADMIN], "scope": "users:write"}
    assert world.call("POST", "/clients", token=token, json=allowed).status_code == 201
    person = world.token(world.admin, world.console, "openid", "clients:write", "users:write")
    assert world.call(method, path, token=person, json=body).status_code == 403


def test_a_caller_with_fewer_scopes_cannot_make_an_admin(world: World, limited: Client) -> None:
    """Neither by creating one nor by changing a user."""
    user = world.user()
    assert as_limited(world, limited, "PATCH", f"/users/{user.id}", {"admin": True}) == 403
    assert as_limited(world, limited, "POST", "/users", {"email": "new@example.com", "admin": True}) == 403
    assert as_limited(world, limited, "POST", "/users", {"email": "new@example.com"}) == 201
    assert world.services.users.id_of("new@example.com")
    assert world.call("PATCH", f"/users/{user.id}", json={"admin": True}).status_code == 200


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"disabled": True}), ("PATCH", {"admin": False}), ("DELETE", None)])
def test_admins_cannot_remove_themselves(world: World, method: str, body: Any) -> None:
    """Another admin can. The refusal is an event."""
    other = world.user(admin=True)
    token = world.token(world.admin, world.console)
    assert world.call(method, f"/users/{world.admin.id}", token=token, json=body).status_code == 403
    assert world.services.user_service.get(world.admin.id, scope=DEPLOYMENT) == world.admin
    refused = world.events()[0]
    assert (refused["type"], refused["outcome"], refused["actor"]) == ("admin.refused", "failure", world.admin.id)
    assert refused["target"] == f"{method} /admin/v1/users/{world.admin.id}"
    assert world.call(method, f"/users/{world.admin.id}", token=world.token(other, world.console), json=body).status_code in {200, 204}


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"disabled": True}), ("PATCH", {"admin": False}), ("DELETE", None)])
def test_the_last_admin_cannot_be_removed(world: World, method: str, body: Any) -> None:
    """A disabled admin does not count as a remaining one."""
    first, second = world.user(admin=True), world.user(admin=True)
    assert world.call("PATCH", f"/users/{first.id}", json={"disabled": True}).status_code == 200
    assert world.call(method, f"/users/{second.id}", json=body).status_code == 403
    assert world.services.user_service.get(second.id, scope=DEPLOYMENT) == second
    assert world.call("PATCH", f"/users/{first.id}", json={"disabled": False}).status_code == 200
    assert world.call(method, f"/users/{second.id}", json=body).status_code in {200, 204}


def test_one_admin_stays_when_admins_remove_each_other_in_parallel(racing: World) -> None:
    """On a real engine: the rule is a condition of the write."""
    token, live = racing.service_token(racing.root), list[str]()

    def demote(user_id: str) -> int:
        return racing.call("PATCH", f"/users/{user_id}", token=token, json={"admin": False}).status_code

    for _ in range(5):
        live += [racing.user(admin=True).id for _ in range(3)]
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(demote, live * 3))
        assert set(told) <= {200, 403, 409, 503}
        live = [user_id for user_id in live if racing.services.user_service.get(user_id, scope=DEPLOYMENT).admin]
        assert len(live) >= 1
        while len(live) > 1:  # those whose writes lost every time
            assert demote(live.pop()) == 200
        assert demote(live[0]) == 403
