"""Limited admins: `admin_scopes` of a user (threats J-05)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import pytest

from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.people.user import User
from idp.http.admin.managed_objects import _WRITE
from idp.http.admin.schemas.declared import ObjectKind
from tests.support.pages import recorded
from tests.support.people import PASSWORD
from tests.support.world import World

READS = ["audit:read", "users:read"]
ALL = sorted(admin_scopes.ALL)


@pytest.fixture
def limited(world: World) -> User:
    """An admin who may only read, beside an admin without a limit."""
    assert world.admin.is_full_admin
    return world.user(email="limited@example.com", password=PASSWORD, admin=True, admin_scopes=READS)


def status(world: World, user: User, method: str, path: str, body: Any = None) -> int:
    """The answer to this admin, whose token has every scope of the app."""
    return world.call(method, path, token=world.token(user, world.console), json=body).status_code


def test_an_admin_may_use_only_the_scopes_of_their_limit(world: World, limited: User) -> None:
    """Although the token of the app has every scope."""
    assert status(world, limited, "GET", "/users") == 200
    assert status(world, limited, "GET", "/audit") == 200
    for method, path, body in (
        ("GET", "/clients", None), ("GET", "/roles", None), ("GET", "/keys", None), ("POST", "/users", {"email": "a@example.com"}),
        ("PATCH", f"/users/{world.user().id}", {"disabled": True}), ("POST", "/keys/rotate", {}),
    ):  # fmt: skip
        assert status(world, limited, method, path, body) == 403, path
    refused = world.call("GET", "/clients", token=world.token(limited, world.console))
    assert refused.headers["www-authenticate"] == 'Bearer realm="admin", error="insufficient_scope", scope="clients:read"'


def test_a_limit_applies_to_tokens_that_exist_and_ends_with_it(world: World) -> None:
    assert world.admin.is_full_admin
    user = world.user(admin=True)
    token = world.token(user, world.console)
    assert world.call("GET", "/clients", token=token).status_code == 200
    assert world.call("PATCH", f"/users/{user.id}", json={"admin_scopes": READS}).json()["admin_scopes"] == READS
    assert world.call("GET", "/clients", token=token).status_code == 403
    assert world.call("PATCH", f"/users/{user.id}", json={"admin_scopes": None}).json()["admin_scopes"] is None
    assert world.call("GET", "/clients", token=token).status_code == 200


def test_the_limit_is_read_with_the_user_without_a_further_call(world: World, limited: User) -> None:
    made = []
    for token in [world.token(user, world.console) for user in (world.admin, limited)]:
        with recorded(world) as calls:
            assert world.call("GET", "/users", token=token).status_code == 200
        made.append(len(calls))
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"admin_scopes": None}), ("PATCH", "", {"admin_scopes": ["users:read"]}), ("PATCH", "", {"disabled": True}),
        ("PUT", "/password", {"password": PASSWORD}), ("DELETE", "/factors", None), ("DELETE", "", None),
    ],
)  # fmt: skip
def test_a_limited_admin_changes_no_admin(world: World, method: str, path: str, body: Any) -> None:
    """Neither one with a wider limit nor one with the same: a caller who changes an admin can become this admin."""
    writes = ["users:read", "users:write", "roles:write", "sessions:write"]
    assert world.admin.is_full_admin
    one, same, less = (world.user(admin=True, admin_scopes=scopes) for scopes in (writes, writes, READS))
    for other in (world.admin, same, less):
        assert status(world, one, method, f"/users/{other.id}{path}", body) == 403
        assert world.services.user_service.get(other.id, scope=DEPLOYMENT) == other
    assert status(world, one, "PATCH", f"/users/{world.user().id}", {"disabled": True}) == 200  # they may change others


@pytest.mark.parametrize("scopes", [None, ["users:read"], ["users:write"], ALL])
def test_an_admin_does_not_change_the_own_limit(world: World, scopes: list[str] | None) -> None:
    assert world.user(admin=True).is_full_admin
    refused = world.call("PATCH", f"/users/{world.admin.id}", token=world.token(world.admin, world.console), json={"admin_scopes": scopes})
    assert refused.status_code == (403 if scopes else 200)  # null changes nothing
    assert world.services.user_service.get(world.admin.id, scope=DEPLOYMENT).admin_scopes is None
    one = world.user(admin=True, admin_scopes=["users:read", "users:write"])
    assert status(world, one, "PATCH", f"/users/{one.id}", {"admin_scopes": scopes}) == 403
    assert world.services.user_service.get(one.id, scope=DEPLOYMENT) == one


@pytest.mark.parametrize("body", [{"admin_scopes": ["users:read"]}, {"admin": True, "admin_scopes": ["users:read"]}])
def test_only_a_caller_with_every_scope_gives_a_limit(world: World, body: dict[str, Any]) -> None:
    """Also to a user who is no admin yet, and also scopes that the caller holds."""
    user = world.user()
    for missing in ("users:read", "audit:read", "keys:write"):
        token = world.service_token(world.root, *(admin_scopes.ALL - {missing}))
        assert world.call("PATCH", f"/users/{user.id}", token=token, json=body).status_code == 403
        assert world.call("POST", "/users", token=token, json={"email": "new@example.com", **body}).status_code == 403
    assert world.services.user_service.get(user.id, scope=DEPLOYMENT) == user
    assert world.services.users.id_of("new@example.com") is None
    assert world.call("POST", "/users", json={"email": "new@example.com", **body}).json()["admin_scopes"] == ["users:read"]


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"admin_scopes": READS}), ("PATCH", {"admin": False}), ("DELETE", None)])
def test_the_last_admin_without_a_limit_stays(world: World, limited: User, method: str, body: Any) -> None:
    """An admin with a limit does not count as a remaining one, even with every scope of today."""
    assert world.user(admin=True, admin_scopes=ALL).admin_scopes == admin_scopes.ALL
    refused = world.call(method, f"/users/{world.admin.id}", json=body)
    assert (refused.status_code, refused.json()["detail"].split(".")[0]) == (403, "This is the last admin without a limit")
    assert world.services.user_service.get(world.admin.id, scope=DEPLOYMENT) == world.admin
    assert world.call("PATCH", f"/users/{limited.id}", json={"admin_scopes": None}).status_code == 200
    assert world.call(method, f"/users/{world.admin.id}", json=body).status_code in {200, 204}
    assert {each.id for each in world.services.admins.all()} >= {limited.id}


def test_limited_admins_are_on_the_list_of_admins_until_they_are_none(world: World, limited: User) -> None:
    """All admins are told of an export, also limited ones."""

    def listed() -> set[str]:
        return {each.id for each in world.services.admins.all()}

    assert listed() == {world.admin.id, limited.id}
    for change, there in (({"disabled": True}, False), ({"disabled": False}, True), ({"admin": False}, False), ({"admin": True}, True)):
        assert world.call("PATCH", f"/users/{limited.id}", json=change).status_code == 200
        assert (limited.id in listed()) is there, change
    assert world.call("PATCH", f"/users/{limited.id}", json={"email": "moved@example.com", "admin_scopes": None}).status_code == 200
    assert world.services.users.id_of("moved@example.com") == limited.id
    assert world.call("DELETE", f"/users/{world.admin.id}").status_code == 204
    assert listed() == {limited.id}


def test_the_list_of_limited_admins_has_its_own_limit(world: World, limited: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for one who had no limit before. Then the refusal is not the one of the last admin."""
    other = world.user(admin=True)
    monkeypatch.setattr("idp.store.admins.MOST", 1)
    refused = world.call("PATCH", f"/users/{other.id}", json={"admin_scopes": READS})
    assert (refused.status_code, refused.json()["detail"]) == (409, "There are too many admins. Remove one first.")
    assert world.call("PATCH", f"/users/{world.user().id}", json={"admin": True, "admin_scopes": READS}).status_code == 409
    assert world.services.user_service.get(other.id, scope=DEPLOYMENT).is_full_admin


def test_a_stored_scope_that_exists_no_more_gives_nothing(world: World, limited: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_scopes, "ALL", admin_scopes.ALL - {"users:read"})
    assert admin_scopes.usable(frozenset(READS)) == {"audit:read"}


def test_a_change_of_the_limit_is_an_event_that_tells_it(world: World, limited: User) -> None:
    assert world.call("PATCH", f"/users/{limited.id}", json={"admin_scopes": ["keys:read", "audit:read"]}).status_code == 200
    newest = world.events(user_id=limited.id)[0]
    assert newest["details"] == {"changed": "admin_scopes", "admin_scopes": "audit:read keys:read"}


def test_an_invitation_of_a_limited_admin_counts_while_they_may_create_users(world: World) -> None:
    assert world.admin.is_full_admin
    one = world.user(admin=True, admin_scopes=["users:write"])
    service = world.services.invitation_service
    token = world.token(one, world.console)
    made = world.call("POST", "/invitations", token=token, json={"email": "guest@example.com"})
    assert made.status_code == 201
    stored = world.services.invitations.get(made.json()["id"])
    assert stored
    assert service._may_give(stored)  # noqa: SLF001  # the acceptance itself is tested in integration/account/test_invitations.py
    world.services.user_service.patch(one.id, {"admin_scopes": READS}, scope=DEPLOYMENT)
    assert not service._may_give(stored)  # noqa: SLF001  # as above


@pytest.mark.parametrize("kind", get_args(ObjectKind))
def test_a_caller_labels_only_what_it_may_delete(world: World, kind: str) -> None:
    """A file deletes what has its label, when an operator with every scope applies it."""
    named, path = {"kind": kind, "id": "a", "manager": "shop"}, f"/managed-objects/{kind}/a?manager=shop"
    needed = _WRITE[kind]
    little = world.service_token(world.root, *{"clients:write", "users:write"} - {needed})
    assert world.call("POST", "/managed-objects", token=little, json=named).status_code == 403
    enough = world.service_token(world.root, "clients:write", needed)
    assert world.call("POST", "/managed-objects", token=enough, json=named).status_code == 201
    assert world.call("DELETE", path, token=little).status_code == 403
    assert world.call("DELETE", path, token=enough).status_code == 204


def test_admins_who_limit_each_other_in_parallel_leave_one(racing: World) -> None:
    """On a real engine: the rule is a condition of the write."""
    token = racing.service_token(racing.root)

    def limit(user_id: str) -> int:
        return racing.call("PATCH", f"/users/{user_id}", token=token, json={"admin_scopes": READS}).status_code

    for _ in range(5):
        ids = [racing.user(admin=True).id for _ in range(3)]
        for one in [each.id for each in racing.services.admins.all() if each.id not in ids and each.is_full_admin]:
            assert limit(one) == 200
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(limit, ids * 3))
        assert set(told) <= {200, 403, 409, 503}
        left = [each.id for each in racing.services.admins.all() if each.is_full_admin]
        assert len(left) >= 1
