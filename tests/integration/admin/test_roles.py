"""Roles, groups and attributes in the admin API: who may change them, the effect of a change, and the effect of a deletion (J-05)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.access import admin_scopes
from idp.domain.access.roles import MOST_ASSIGNED, MOST_PERMISSIONS
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.domain.errors import Unavailable
from idp.services.access.named_resources import MOST
from tests.support.world import World

WITHOUT = sorted(admin_scopes.ALL - {"roles:write"})
MAPPED = {"roles": {"source": "roles", "in": ["access_token"]}}


@pytest.fixture
def limited(world: World) -> Client:
    """A service client with all scopes except those for roles."""
    return world.service_client(*WITHOUT, client_id="limited")


def made(world: World, path: str, **members: Any) -> Any:
    answer = world.call("POST", path, json=members)
    assert answer.status_code == 201, answer.text
    return answer.json()


# --- roles and groups themselves ---------------------------------------------------------------------------------------------


def test_a_role_is_created_read_listed_changed_and_deleted(world: World) -> None:
    """Each act is an event, which has the added and removed permissions."""
    role = made(
        world, "/roles", name="order-editor", permissions=["orders:write", "orders:read", "orders:read"], description="Edits orders"
    )
    assert role["permissions"] == ["orders:read", "orders:write"]
    read = world.call("GET", "/roles/order-editor")
    assert read.json() == role
    assert world.call("GET", "/roles").json() == {"items": [role], "next_cursor": None}
    etag = {"If-Match": read.headers["etag"]}
    changed = world.call("PATCH", "/roles/order-editor", json={"permissions": ["orders:read", "orders:refund"]}, headers=etag)
    assert changed.json()["permissions"] == ["orders:read", "orders:refund"]
    assert changed.json()["description"] == "Edits orders"
    assert world.call("PATCH", "/roles/order-editor", json={"description": None, "permissions": None}).json()["permissions"] == []
    assert world.call("DELETE", "/roles/order-editor").status_code == 204
    assert world.call("GET", "/roles/order-editor").status_code == 404
    told = [(event["type"], event["target"], event["details"]) for event in reversed(world.events()) if event["type"].startswith("role.")]
    assert told == [
        ("role.created", "order-editor", {"permissions_added": "orders:read orders:write"}),
        ("role.updated", "order-editor", {"permissions_added": "orders:refund", "permissions_removed": "orders:write"}),
        ("role.updated", "order-editor", {"permissions_removed": "orders:read orders:refund"}),
        ("role.deleted", "order-editor", {}),
    ]


def test_a_group_is_created_read_listed_changed_and_deleted(world: World) -> None:
    """The same, with existing roles."""
    made(world, "/roles", name="reader")
    group = made(world, "/groups", name="staff", roles=["reader"])
    assert (group["roles"], group["description"]) == (["reader"], "")
    assert world.call("GET", "/groups/staff").json() == group
    assert world.call("GET", "/groups").json()["items"] == [group]
    assert world.call("PATCH", "/groups/staff", json={"description": "All"}).json()["roles"] == ["reader"]
    assert world.call("PATCH", "/groups/staff", json={"roles": []}).json()["roles"] == []
    assert world.call("DELETE", "/groups/staff").status_code == 204
    assert world.call("GET", "/groups/staff").status_code == 404
    assert [event["type"] for event in world.events()][:4] == ["group.deleted", "group.updated", "group.updated", "group.created"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"name": ""}, {"name": "Admin"}, {"name": "a b"}, {"name": "a/b"}, {"name": "-a"}, {"name": "a" * 65}, {"name": "rôle"},
        {"name": "a\u0000"}, {"name": "a\n"}, {"name": "ROLE#x"}, {"name": ["a"]}, {"name": None}, {"name": 5}, {"name": {"S": "a"}},
        {"name": "a", "permissions": "x"}, {"name": "a", "permissions": ["x y"]}, {"name": "a", "permissions": ["*"]},
        {"name": "a", "permissions": ["orders:*"]}, {"name": "a", "permissions": [""]}, {"name": "a", "permissions": ["x" * 129]},
        {"name": "a", "permissions": [5]}, {"name": "a", "permissions": None},
        {"name": "a", "permissions": [f"p{n}" for n in range(MOST_PERMISSIONS + 1)]},
        {"name": "a", "description": "x" * 501}, {"name": "a", "description": "x\ny"}, {"name": "a", "description": 5},
        {"name": "a", "id": "x"}, {"name": "a", "role_id": "x"}, {"name": "a", "version": 7}, {"name": "a", "created_at": 0},
        {"name": "a", "users": ["x"]}, {"name": "a", "pk": "USER#x"}, {"name": "a", "roles": ["b"]},
    ],
    ids=lambda body: str(body)[:40],
)  # fmt: skip
def test_an_invalid_role_is_refused_and_not_stored(shared: World, body: dict[str, Any]) -> None:
    """400, and nothing is written."""
    assert shared.call("POST", "/roles", json=body).status_code == 400
    assert shared.services.role_service.model(scope=DEPLOYMENT).roles == {}


@pytest.mark.parametrize(
    "body",
    [
        {"roles": ["nobody"]}, {"roles": ["reader", "nobody"]}, {"roles": "reader"}, {"roles": {"reader": "x"}}, {"roles": [None]},
        {"roles": ["reader"] * (MOST_ASSIGNED + 1)}, {"permissions": ["x"]}, {"members": ["usr_x"]}, {"users": []}, {"groups": ["other"]},
        {"name": "Staff"}, {"group_id": "x"},
    ],
    ids=lambda body: str(body)[:40],
)  # fmt: skip
def test_an_invalid_group_is_refused(world: World, body: dict[str, Any]) -> None:
    """Also one with unknown roles or unknown members."""
    made(world, "/roles", name="reader")
    assert world.call("POST", "/groups", json={"name": "staff", **body}).status_code == 400
    made(world, "/groups", name="others")
    assert world.call("PATCH", "/groups/others", json=body).status_code == 400
    assert world.services.role_service.model(scope=DEPLOYMENT).groups["others"].version == 1
    assert set(world.services.role_service.model(scope=DEPLOYMENT).groups) == {"others"}


@pytest.mark.parametrize("path", ["roles", "groups"])
def test_a_name_cannot_change_and_is_unique(world: World, path: str) -> None:
    """A rename is refused, a second role of the name gets 409, an old version 412, and a repeated request makes one role."""
    once = {"Idempotency-Key": "one"}
    first = world.call("POST", f"/{path}", json={"name": "a"}, headers=once)
    assert first.status_code == 201
    again = world.call("POST", f"/{path}", json={"name": "a"}, headers=once)
    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, first.json(), "true")
    assert first.headers["location"] == f"/admin/v1/{path}/a"
    assert world.call("POST", f"/{path}", json={"name": "a"}).status_code == 409
    assert world.call("PATCH", f"/{path}/a", json={"name": "b"}).status_code == 400
    assert world.call("PATCH", f"/{path}/a", json={"description": "x"}).status_code == 200
    stale = {"If-Match": first.headers["etag"]}
    assert world.call("PATCH", f"/{path}/a", json={"description": "y"}, headers=stale).status_code == 412
    assert world.call("DELETE", f"/{path}/a", headers=stale).status_code == 412
    for method in ("GET", "DELETE"):
        assert world.call(method, f"/{path}/nobody").status_code == 404
    assert world.call("PATCH", f"/{path}/nobody", json={}).status_code == 404
    assert world.call("GET", f"/{path}/USER%23x").status_code == 404
    unchanged = world.call("PATCH", f"/{path}/a", json={"description": "x"})
    assert unchanged.headers["etag"] == world.call("GET", f"/{path}/a").headers["etag"]


@pytest.mark.parametrize("path", ["roles", "groups"])
def test_roles_and_groups_are_listed_in_pages(world: World, path: str) -> None:
    """By name. A cursor of one list is refused for the other."""
    for number in range(5):
        made(world, f"/{path}", name=f"n{number}")
    names, cursor = [], None
    while True:
        page = world.call("GET", f"/{path}", params={"limit": "2", **({"cursor": cursor} if cursor else {})}).json()
        names += [item["name"] for item in page["items"]]
        cursor, last = page["next_cursor"], cursor
        if cursor is None:
            break
    assert names == [f"n{number}" for number in range(5)]
    other = "groups" if path == "roles" else "roles"
    assert world.call("GET", f"/{other}", params={"cursor": last}).status_code == 400


def test_the_number_of_roles_is_limited(world: World) -> None:
    """They are read together."""
    items = [
        {"pk": {"S": "ROLES"}, "sk": {"S": f"ROLE#r{n}"}, "kind": {"S": "role"}, "name": {"S": f"r{n}"}, "role_id": {"S": str(n)}}
        for n in range(MOST)
    ]
    world.services.database.write_raw("directory", items)
    assert world.call("POST", "/roles", json={"name": "more"}).status_code == 400
    made(world, "/groups", name="more", roles=["r0"])


# --- who may -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", [{"roles": ["reader"]}, {"groups": ["staff"]}, {"attributes": {"department": "x"}}, {"roles": None}])
def test_assigning_roles_to_users_needs_roles_write(world: World, limited: Client, member: dict[str, Any]) -> None:
    """users:write is not enough, for a new and for an existing user. The refusal names the scope and is an event."""
    made(world, "/roles", name="reader")
    made(world, "/groups", name="staff")
    user, token = world.user(), world.service_token(limited)
    refused = world.call("PATCH", f"/users/{user.id}", token=token, json=member)
    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="roles:write"' in refused.headers["www-authenticate"]
    assert world.events()[0]["type"] == "admin.refused"
    if member.get("roles", True):
        assert world.call("POST", "/users", token=token, json={"email": "new@example.com", **member}).status_code == 403
    assert world.services.users.id_of("new@example.com") is None
    assert world.services.user_service.get(user.id, scope=DEPLOYMENT) == user
    assert world.call("PATCH", f"/users/{user.id}", token=token, json={"claims": {"name": "Ada"}}).status_code == 200
    narrowed = world.service_token(world.root, *WITHOUT)
    assert world.call("PATCH", f"/users/{user.id}", token=narrowed, json=member).status_code == 403
    assert world.call("PATCH", f"/users/{user.id}", json=member).status_code == 200


@pytest.mark.parametrize("member", [{"roles": ["reader"]}, {"claim_mappings": MAPPED}, {"claim_mappings": None}, {"roles": []}])
def test_assigning_roles_to_apps_needs_roles_write(world: World, limited: Client, member: dict[str, Any]) -> None:
    """clients:write is not enough."""
    made(world, "/roles", name="reader")
    app, token = world.web_client(resources=["https://api.example"]), world.service_token(limited)
    assert world.call("PATCH", f"/clients/{app.id}", token=token, json=member).status_code == 403
    body = {"client_id": "new", "redirect_uris": ["https://a.example/cb"], **member}
    assert world.call("POST", "/clients", token=token, json=body).status_code == 403
    assert world.services.clients.get("new") is None
    assert world.services.client_service.get(app.id, scope=DEPLOYMENT) == app
    assert world.call("PATCH", f"/clients/{app.id}", token=token, json={"client_name": "App"}).status_code == 200
    assert world.call("PATCH", f"/clients/{app.id}", json=member).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("PATCH", "/a"), ("DELETE", "/a")], ids=["makes", "changes", "deletes"]
)  # fmt: skip
@pytest.mark.parametrize("kind", ["roles", "groups"])
def test_changing_roles_and_groups_needs_roles_write(world: World, limited: Client, kind: str, method: str, path: str) -> None:
    """roles:read is not enough."""
    made(world, f"/{kind}", name="a")
    before, token = world.services.role_service.model(scope=DEPLOYMENT), world.service_token(limited)
    assert world.call(method, f"/{kind}{path}", token=token, json={"name": "b"} if method == "POST" else None).status_code == 403
    assert world.services.role_service.model(scope=DEPLOYMENT) == before
    assert world.call("GET", f"/{kind}/a", token=token).status_code == 200
    reading = world.service_token(world.root, *(scope for scope in admin_scopes.ALL if scope != "roles:read"))
    assert world.call("GET", f"/{kind}/a", token=reading).status_code == 403


@pytest.mark.parametrize("member", [{"roles": ["boss"]}, {"groups": ["staff"]}, {"attributes": {"clearance": "top"}}])
def test_an_admin_cannot_change_their_own_roles(world: World, member: dict[str, Any]) -> None:
    """Not even with each scope. Another admin can."""
    made(world, "/roles", name="boss")
    made(world, "/groups", name="staff")
    other, path = world.user(admin=True), f"/users/{world.admin.id}"
    refused = world.call("PATCH", path, token=world.token(world.admin, world.console), json=member)
    assert refused.status_code == 403
    assert world.services.user_service.get(world.admin.id, scope=DEPLOYMENT) == world.admin
    assert world.call("PATCH", path, token=world.token(other, world.console), json=member).status_code == 200
    given = world.services.user_service.get(world.admin.id, scope=DEPLOYMENT)
    taken = world.call("PATCH", path, token=world.token(world.admin, world.console), json=dict.fromkeys(member))
    assert taken.status_code == 403
    assert world.services.user_service.get(world.admin.id, scope=DEPLOYMENT) == given


def test_a_holder_cannot_widen_their_own_role_or_group(world: World) -> None:
    """Neither their role nor a role of their group nor the group. Removing permissions is allowed."""
    made(world, "/roles", name="mine", permissions=["a"])
    made(world, "/roles", name="ours", permissions=["a"])
    made(world, "/roles", name="boss", permissions=["everything"])
    made(world, "/groups", name="staff", roles=["ours"])
    world.call("PATCH", f"/users/{world.admin.id}", json={"roles": ["mine"], "groups": ["staff"]})
    token, before = world.token(world.admin, world.console), world.services.role_service.model(scope=DEPLOYMENT)
    attempts: list[tuple[str, Any]] = [
        ("/roles/mine", {"permissions": ["a", "b"]}), ("/roles/mine", {"permissions": ["b"]}), ("/roles/ours", {"permissions": ["b"]}),
        ("/groups/staff", {"roles": ["boss"]}), ("/groups/staff", {"roles": ["ours", "boss"]}),
    ]  # fmt: skip
    for path, body in attempts:
        assert world.call("PATCH", path, token=token, json=body).status_code == 403, (path, body)
    assert world.services.role_service.model(scope=DEPLOYMENT) == before
    for path, body in [("/roles/boss", {"permissions": ["more"]}), ("/roles/mine", {"permissions": []}), ("/groups/staff", {"roles": []})]:
        assert world.call("PATCH", path, token=token, json=body).status_code == 200, (path, body)
    assert world.call("PATCH", "/roles/ours", token=token, json={"permissions": ["b"]}).status_code == 200


def test_an_app_cannot_widen_its_own_access(world: World) -> None:
    """Neither its roles nor its mappings nor a role that it has."""
    made(world, "/roles", name="mine", permissions=["a"])
    made(world, "/roles", name="boss")
    assert world.call("PATCH", "/clients/root-service", json={"roles": ["mine"]}).status_code == 403
    assert world.call("PATCH", "/clients/root-service", json={"claim_mappings": MAPPED}).status_code == 403
    other = world.service_client(*sorted(admin_scopes.ALL), client_id="another")
    token = world.service_token(other)
    assert world.call("PATCH", "/clients/root-service", token=token, json={"roles": ["mine"]}).status_code == 200
    assert world.call("PATCH", "/roles/mine", json={"permissions": ["a", "b"]}).status_code == 403
    assert world.call("PATCH", "/roles/boss", json={"permissions": ["b"]}).status_code == 200
    assert world.call("PATCH", "/clients/root-service", json={"roles": []}).status_code == 403


def test_changing_an_admins_roles_needs_each_scope(world: World) -> None:
    """roles:write alone gives nothing to an admin (J-05)."""
    made(world, "/roles", name="boss")
    some = world.service_client("users:read", "users:write", "roles:read", "roles:write", client_id="some")
    path = f"/users/{world.admin.id}"
    assert world.call("PATCH", path, token=world.service_token(some), json={"roles": ["boss"]}).status_code == 403
    assert world.call("PATCH", f"/users/{world.user().id}", token=world.service_token(some), json={"roles": ["boss"]}).status_code == 200


# --- what is assigned --------------------------------------------------------------------------------------------------------


def test_assignments_are_shown_and_written_to_events(world: World) -> None:
    """By name. The event has the added and removed names, and no values of attributes."""
    for name in ("a", "b"):
        made(world, "/roles", name=name)
    made(world, "/groups", name="staff", roles=["b"])
    user = made(world, "/users", email="ada@example.com", roles=["a"], groups=["staff"], attributes={"department": "hidden"})
    assert (user["roles"], user["groups"], user["attributes"]) == (["a"], ["staff"], {"department": "hidden"})
    assert world.events()[0]["details"] == {"admin": "false", "roles_added": "a", "groups_added": "staff"}
    path = f"/users/{user['id']}"
    changed = world.call("PATCH", path, json={"roles": ["b"], "attributes": {"level": 3, "department": None, "team": ["x"]}}).json()
    assert (changed["roles"], changed["groups"], changed["attributes"]) == (["b"], ["staff"], {"level": 3, "team": ["x"]})
    event = world.events()[0]
    assert event["details"] == {"changed": "roles attributes", "roles_added": "b", "roles_removed": "a"}
    assert "hidden" not in str(world.events())
    assert world.call("PATCH", path, json={"attributes": None, "roles": None, "groups": []}).json()["attributes"] == {}
    listed = world.call("GET", "/users", params={"email": "ada"}).json()["items"][0]
    assert (listed["roles"], listed["groups"]) == ([], [])


def test_deleted_roles_are_not_shown_any_more(world: World) -> None:
    """With users, apps and groups, alone and in lists. A new role of the name has no holders."""
    made(world, "/roles", name="a", permissions=["x"])
    made(world, "/groups", name="staff", roles=["a"])
    user = made(world, "/users", email="ada@example.com", roles=["a"], groups=["staff"])
    app = made(world, "/clients", client_id="app", redirect_uris=["https://a.example/cb"], roles=["a"])
    assert app["roles"] == ["a"]

    def told() -> list[Any]:
        one = world.call("GET", f"/users/{user['id']}").json()
        (listed,) = world.call("GET", "/users", params={"email": "ada"}).json()["items"]
        (app,) = world.call("GET", "/clients", params={"client_id": "app"}).json()["items"]
        groups = [group["roles"] for group in world.call("GET", "/groups").json()["items"]]
        return [one["roles"], one["groups"], listed["roles"], world.call("GET", "/clients/app").json()["roles"], app["roles"], groups]

    assert told() == [["a"], ["staff"], ["a"], ["a"], ["a"], [["a"]]]
    for path in ("/roles/a", "/groups/staff"):
        assert world.call("DELETE", path).status_code == 204
    assert told() == [[], [], [], [], [], []]
    made(world, "/roles", name="a", permissions=["everything"])
    made(world, "/groups", name="staff", roles=["a"])
    assert told() == [[], [], [], [], [], [["a"]]]
    assert world.call("PATCH", f"/users/{user['id']}", json={"claims": {"name": "Ada"}}).json()["roles"] == []
    assert world.call("PATCH", f"/users/{user['id']}", json={"roles": ["a"]}).json()["roles"] == ["a"]


def test_an_unreadable_role_does_not_break_lists(world: World) -> None:
    """FI-17: its holder is shown without it, can get other roles, and gets no token. Others are not affected."""
    made(world, "/roles", name="fine")
    made(world, "/roles", name="broken")
    made(world, "/groups", name="staff", roles=["broken", "fine"])
    user = made(world, "/users", email="ada@example.com", roles=["broken", "fine"])
    world.services.database.write_raw("directory", [{"pk": {"S": "ROLES"}, "sk": {"S": "ROLE#broken"}, "kind": {"S": "role"}}])
    assert world.call("GET", f"/users/{user['id']}").json()["roles"] == ["fine"]
    assert world.call("GET", "/users").status_code == world.call("GET", "/roles").status_code == 200
    assert world.call("GET", "/groups").json()["items"][0]["roles"] == ["fine"]
    stored = world.services.user_service.get(user["id"], scope=DEPLOYMENT)
    with pytest.raises(Unavailable):
        world.services.role_service.model(scope=DEPLOYMENT).effective(stored.roles)
    assert world.call("GET", "/roles/broken").status_code == 503
    assert world.call("PATCH", f"/users/{user['id']}", json={"roles": ["fine"]}).status_code == 200
    assert world.services.role_service.model(scope=DEPLOYMENT).effective(
        world.services.user_service.get(user["id"], scope=DEPLOYMENT).roles
    ) == ("fine",)


def test_claim_mappings_are_merged(world: World) -> None:
    """RFC 7396: claim by claim, member by member. null removes one, or all."""
    both = {"team": {"source": "attributes.team", "in": ["userinfo"]}, **MAPPED}
    made(world, "/clients", client_id="app", redirect_uris=["https://a.example/cb"], claim_mappings=MAPPED)

    def patched(patch: Any) -> Any:
        answer = world.call("PATCH", "/clients/app", json={"claim_mappings": patch})
        assert answer.status_code == 200, answer.text
        return answer.json()["claim_mappings"]

    assert patched({"team": {"source": "attributes.team", "in": ["userinfo", "userinfo"]}}) == both
    moved = patched({"roles": {"in": ["id_token"]}})
    assert moved["roles"] == {"source": "roles", "in": ["id_token"]}
    assert patched({"roles": None}) == {"team": both["team"]}
    assert world.call("PATCH", "/clients/app", json={"claim_mappings": {"team": {"source": None}}}).status_code == 400
    assert patched(None) == {}
    assert world.services.client_service.get("app", scope=DEPLOYMENT).claim_mappings is None


def test_assignments_are_deleted_with_the_user(world: World) -> None:
    """No other item has to be found."""
    made(world, "/roles", name="a")
    user = made(world, "/users", email="ada@example.com", roles=["a"], attributes={"x": 1})
    assert world.call("DELETE", f"/users/{user['id']}").status_code == 204
    assert world.call("DELETE", "/roles/a").status_code == 204
    assert made(world, "/users", email="ada@example.com")["roles"] == []


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["reader", "staff", "roles", "access_token", "attributes.x"]),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.sampled_from(["source", "in", "a", "x", "roles", "sub"]) | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
            children,
            max_size=4,
        )
    ),
    max_leaves=8,
)
MEMBERS = st.sampled_from(["name", "permissions", "description", "roles", "groups", "attributes", "claim_mappings"])


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(
        [
            ("POST", "/roles"),
            ("PATCH", "/roles/reader"),
            ("POST", "/groups"),
            ("PATCH", "/groups/staff"),
            ("PATCH", "/users/{}"),
            ("PATCH", "/clients/{}"),
        ]
    ),
    st.dictionaries(MEMBERS, JSON | st.just(["reader"]) | st.just(["staff"]), min_size=1, max_size=3),
)
def test_no_json_value_makes_a_server_error(fuzzed: World, place: tuple[str, str], body: dict[str, Any]) -> None:
    """It is accepted or refused. After an accepted one everything can be read, and tokens can be issued."""
    services = fuzzed.services
    (user, *_), _ = services.users.listing()
    method, path = place
    answer = fuzzed.call(method, path.format(user.id if "users" in path else "fuzzed-app"), json=body)
    assert answer.status_code in {200, 201, 400, 409}, (place, body, answer.text)
    kept, model = services.user_service.get(user.id, scope=DEPLOYMENT), services.role_service.model(scope=DEPLOYMENT)
    assert not model.unreadable_roles | model.unreadable_groups
    assert set(model.effective(kept.roles, kept.groups)) <= set(model.roles)
    assert method == "POST" or fuzzed.call("GET", path.format(user.id if "users" in path else "fuzzed-app")).status_code == 200


@pytest.fixture(scope="module")
def fuzzed(make_world: Any, quick_endpoint: str) -> World:
    """A provider with a role, a group, a user and an app for random input."""
    world: World = make_world(quick_endpoint)
    made(world, "/roles", name="reader", permissions=["a"])
    made(world, "/groups", name="staff", roles=["reader"])
    made(world, "/users", email="fuzzed@example.com")
    made(world, "/clients", client_id="fuzzed-app", redirect_uris=["https://a.example/cb"])
    return world


# --- at once -----------------------------------------------------------------------------------------------------------------


def test_one_of_two_changes_to_one_version_wins(racing: World) -> None:
    """On a real engine. Without a version both take effect, one after the other, or one gets 409."""
    made(racing, "/roles", name="a")
    token = racing.service_token(racing.root)

    def change(number: int) -> int:
        body, match = {"permissions": [f"p{number}"]}, {"If-Match": '"1"'}
        return racing.call("PATCH", "/roles/a", token=token, json=body, headers=match).status_code

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(change, range(8)))
    assert told.count(200) == 1
    assert set(told) <= {200, 412, 409, 503}
    assert racing.call("GET", "/roles/a").json()["permissions"] == [f"p{told.index(200)}"]


def test_a_role_deleted_while_it_is_assigned_gives_nothing(racing: World) -> None:
    """On a real engine: the old assignment gives nothing, even if a new role of the name exists."""
    token = racing.service_token(racing.root)
    user = racing.user()

    def assign_or_delete(number: int) -> int:
        if number % 2:
            return racing.call("DELETE", "/roles/a", token=token).status_code
        return racing.call("PATCH", f"/users/{user.id}", token=token, json={"roles": ["a"]}).status_code

    for _ in range(5):
        made(racing, "/roles", name="a", permissions=["old"])
        with ThreadPoolExecutor(6) as pool:
            told = list(pool.map(assign_or_delete, range(6)))
        assert 204 in told
        assert set(told) <= {200, 204, 400, 404, 409, 503}
        made(racing, "/roles", name="a", permissions=["new"])
        assert racing.call("GET", f"/users/{user.id}").json()["roles"] == []
        model = racing.services.role_service.model(scope=DEPLOYMENT)
        assert model.effective(racing.services.user_service.get(user.id, scope=DEPLOYMENT).roles) == ()
        assert racing.call("DELETE", "/roles/a").status_code == 204
