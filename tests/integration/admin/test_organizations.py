"""Organisations in the admin API, for callers of the whole deployment and for an admin of one organisation (threats Q-02, Q-03, J-05)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from idp.domain.access import admin_scopes
from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Forbidden, NotFound
from idp.domain.organisations.profile import OrganisationPolicy
from idp.services.audit.recorder import Actor
from tests.support.organising import admin_of
from tests.support.world import World

LONG = "x" * 5000


def made(world: World, path: str, **members: Any) -> Any:
    answer = world.call("POST", path, json=members)
    assert answer.status_code == 201, answer.text
    return answer.json()


def acme(world: World, **members: Any) -> str:
    org_id: str = made(world, "/organizations", **{"slug": "acme", "name": "Acme", **members})["id"]
    return org_id


# --- the profile -------------------------------------------------------------------------------------------------------------


def test_an_organisation_is_created_read_listed_changed_and_deleted(world: World) -> None:
    answer = world.call(
        "POST", "/organizations", json={"slug": "acme", "name": "Acme", "policy": {"session_hours": 8}, "metadata": {"plan": "a"}}
    )
    assert answer.status_code == 201
    told = answer.json()
    assert answer.headers["location"] == f"/admin/v1/organizations/{told['id']}"
    assert told["policy"] == {"mfa_required": False, "session_hours": 8, "connections_only": False, "joins_by_connection": False}
    read = world.call("GET", f"/organizations/{told['id']}")
    assert read.json() == told
    assert world.call("GET", "/organizations").json() == {"items": [told], "next_cursor": None}
    changed = world.call(
        "PATCH",
        f"/organizations/{told['id']}",
        headers={"If-Match": read.headers["etag"]},
        json={
            "slug": "acme-2",
            "policy": {"mfa_required": True, "session_hours": None},
            "metadata": {"plan": None, "seats": 3},
            "disabled": True,
        },
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["policy"] == {
        "mfa_required": True, "session_hours": None, "connections_only": False, "joins_by_connection": False,
    }  # fmt: skip
    assert (changed.json()["slug"], changed.json()["metadata"], changed.json()["disabled"]) == ("acme-2", {"seats": 3}, True)
    assert (
        world.call("PATCH", f"/organizations/{told['id']}", headers={"If-Match": read.headers["etag"]}, json={"name": "B"}).status_code
        == 412
    )
    assert world.call("DELETE", f"/organizations/{told['id']}", headers={"If-Match": '"1"'}).status_code == 412
    assert world.call("DELETE", f"/organizations/{told['id']}").status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert world.call(method, f"/organizations/{told['id']}", json={} if method == "PATCH" else None).status_code == 404
    types = [event["type"] for event in reversed(world.events()) if event["target"] == told["id"]]
    assert types == ["organization.created", "organization.disabled", "organization.deleted"]


def test_a_slug_is_unique_and_a_former_one_is_free(world: World) -> None:
    org_id = acme(world)
    assert world.call("POST", "/organizations", json={"slug": "acme", "name": "Other"}).status_code == 409
    other = made(world, "/organizations", slug="other", name="Other")["id"]
    assert world.call("PATCH", f"/organizations/{other}", json={"slug": "acme"}).status_code == 409
    assert world.call("PATCH", f"/organizations/{org_id}", json={"slug": "new"}).status_code == 200
    assert world.call("PATCH", f"/organizations/{other}", json={"slug": "acme"}).status_code == 200
    assert world.services.organisation_service.find("acme", scope=DEPLOYMENT).id == other


@pytest.mark.parametrize(
    "body",
    [
        {"slug": ""},
        {"slug": "A"},
        {"slug": "-a"},
        {"slug": "a-"},
        {"slug": "a_b"},
        {"slug": "org_a"},
        {"slug": "a" * 64},
        {"slug": "é"},
        {"slug": "a/b"},
        {"slug": "a\n"},
        {"slug": 5},
        {"slug": None},
        {"name": ""},
        {"name": " "},
        {"name": "x" * 121},
        {"name": "a\u202eb"},
        {"name": 5},
        {"name": None},
        {"policy": []},
        {"policy": {"mfa": True}},
        {"policy": {"mfa_required": "yes"}},
        {"policy": {"joins_by_connection": 1}},
        {"policy": {"session_hours": 0}},
        {"policy": {"session_hours": -1}},
        {"policy": {"session_hours": 8761}},
        {"policy": {"session_hours": True}},
        {"policy": {"session_hours": 1.5}},
        {"branding": {"css": "x"}},
        {"branding": []},
        {"branding": {"colours": {"light": {"accent": "red"}}}},
        {"metadata": []},
        {"metadata": {"a": LONG}},
        {"metadata": "x"},
        {"id": "org_x"},
        {"members": 5},
        {"admins": 5},
        {"version": 5},
        {"disabled": "yes"},
        {"pk": "x"},
    ],
    ids=lambda body: str(body)[:40],
)
def test_an_invalid_profile_is_refused_and_not_stored(shared: World, body: dict[str, Any]) -> None:
    assert shared.call("POST", "/organizations", json={"slug": "acme", "name": "Acme", **body}).status_code == 400
    assert shared.call("GET", "/organizations").json()["items"] == []


def test_an_id_of_another_form_is_refused(shared: World) -> None:
    for odd in ("acme", "org_", "org_a%23b", "ORG_a", "usr_a", "org_" + "a" * 61):
        assert shared.call("GET", f"/organizations/{odd}").status_code in {400, 404}
    assert shared.call("GET", "/organizations/org_nobody").status_code == 404


def test_pages_list_each_organisation_once_by_slug(world: World) -> None:
    for slug in ("b", "a1", "a2", "a3"):
        made(world, "/organizations", slug=slug, name=slug)
    first = world.call("GET", "/organizations", params={"limit": "2", "slug": "a"}).json()
    second = world.call("GET", "/organizations", params={"limit": "2", "slug": "a", "cursor": first["next_cursor"]}).json()
    assert [each["slug"] for each in first["items"] + second["items"]] == ["a1", "a2", "a3"]
    assert world.call("GET", "/organizations", params={"limit": "2", "slug": "b", "cursor": first["next_cursor"]}).status_code == 400


def test_no_event_repeats_a_value(world: World) -> None:
    org_id = acme(world, metadata={"note": "Enchantress"})
    world.call("PATCH", f"/organizations/{org_id}", json={"name": "Enchantress Ltd."})
    assert "Enchantress" not in str(world.events())


# --- members -----------------------------------------------------------------------------------------------------------------


def test_a_member_is_added_read_listed_changed_and_removed(world: World) -> None:
    org_id, user = acme(world), world.user(email="ada@example.com", claims={"name": "Ada"})
    made(world, f"/organizations/{org_id}/roles", name="buyer", permissions=["orders:write"])
    path = f"/organizations/{org_id}/members"
    answer = world.call("POST", path, json={"user_id": user.id, "roles": ["buyer"], "admin": True, "admin_scopes": ["users:read"]})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert answer.headers["location"] == f"/admin/v1{path}/{user.id}"
    assert (told["email"], told["name"], told["roles"], told["admin"], told["owned"]) == ("ada@example.com", "Ada", ["buyer"], True, False)
    read = world.call("GET", f"{path}/{user.id}")
    assert read.json() == told
    assert world.call("GET", path).json() == {"items": [told], "next_cursor": None}
    assert world.call("GET", f"/users/{user.id}/organizations").json()["items"][0]["organization"] == org_id
    counted = world.call("GET", f"/organizations/{org_id}").json()
    assert (counted["members"], counted["admins"]) == (1, 1)
    changed = world.call("PATCH", f"{path}/{user.id}", json={"roles": None, "admin": False}, headers={"If-Match": read.headers["etag"]})
    assert (changed.json()["roles"], changed.json()["admin"], changed.json()["admin_scopes"]) == ([], False, None)
    assert world.call("PATCH", f"{path}/{user.id}", json={"owned": True}, headers={"If-Match": read.headers["etag"]}).status_code == 412
    assert world.call("DELETE", f"{path}/{user.id}", headers={"If-Match": read.headers["etag"]}).status_code == 412
    assert world.call("DELETE", f"{path}/{user.id}").status_code == 204
    assert world.call("GET", f"{path}/{user.id}").status_code == 404
    counted = world.call("GET", f"/organizations/{org_id}").json()
    assert (counted["members"], counted["admins"]) == (0, 0)
    told_events = [event["type"] for event in reversed(world.events(user_id=user.id)) if event["type"].startswith("membership.")]
    assert told_events == ["membership.added", "membership.changed", "membership.removed"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user_id": None},
        {"user_id": 5},
        {"roles": ["nobody"]},
        {"roles": "buyer"},
        {"admin": "yes"},
        {"admin_scopes": ["users:read"]},
        {"admin": True, "admin_scopes": []},
        {"admin": True, "admin_scopes": ["keys:write"]},
        {"admin": True, "admin_scopes": "users:read"},
        {"owned": "yes"},
        {"source": "scim"},
        {"joined_at": 0},
        {"org_id": "org_x"},
    ],
    ids=lambda body: str(body)[:40],
)
def test_an_invalid_member_is_refused_and_not_stored(world: World, body: dict[str, Any]) -> None:
    org_id, user = acme(world), world.user()
    wanted = body if body in ({}, {"user_id": None}, {"user_id": 5}) else {"user_id": user.id, **body}
    assert world.call("POST", f"/organizations/{org_id}/members", json=wanted).status_code == 400
    assert world.call("GET", f"/organizations/{org_id}/members").json()["items"] == []


def test_a_member_joins_once_and_only_an_account_joins_an_organisation(world: World) -> None:
    org_id, user = acme(world), world.user()
    assert world.call("POST", f"/organizations/{org_id}/members", json={"user_id": user.id}).status_code == 201
    assert world.call("POST", f"/organizations/{org_id}/members", json={"user_id": user.id}).status_code == 409
    assert world.call("POST", f"/organizations/{org_id}/members", json={"user_id": "usr_nobody"}).status_code == 404
    assert world.call("POST", "/organizations/org_nobody/members", json={"user_id": user.id}).status_code == 404
    assert world.call("GET", "/organizations/org_nobody/members").status_code == 404
    assert world.call("GET", "/organizations/org_nobody/roles").status_code == 404


def test_one_idempotency_key_adds_one_member(world: World) -> None:
    org_id, user = acme(world), world.user()
    answers = [
        world.call("POST", f"/organizations/{org_id}/members", json={"user_id": user.id}, headers={"Idempotency-Key": "k" * 20})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert world.call("GET", f"/organizations/{org_id}").json()["members"] == 1


def test_a_caller_makes_no_admin_with_scopes_that_it_lacks(world: World) -> None:
    """J-05: a caller that could make an organisation's admin of another person could use that person's token."""
    org_id, user, admin = acme(world), world.user(), world.user()
    made(world, f"/organizations/{org_id}/members", user_id=admin.id, admin=True)
    token = world.service_token(world.root, "organizations:write", "organizations:read")
    path = f"/organizations/{org_id}/members"
    for scopes in (None, ["users:write"]):
        body = {"user_id": user.id, "admin": True, "admin_scopes": scopes}
        assert world.call("POST", path, token=token, json=body).status_code == 403
    allowed = {"user_id": user.id, "admin": True, "admin_scopes": ["organizations:write"]}
    assert world.call("POST", path, token=token, json=allowed).status_code == 201
    assert world.call("PATCH", f"{path}/{user.id}", token=token, json={"admin_scopes": None}).status_code == 403
    assert world.call("PATCH", f"{path}/{admin.id}", token=token, json={"admin": False}).status_code == 403
    assert world.call("DELETE", f"{path}/{admin.id}", token=token).status_code == 403
    assert world.call("GET", f"/organizations/{org_id}").json()["admins"] == 2


def test_an_erased_user_is_in_no_organisation(world: World) -> None:
    org_id, user = acme(world), world.user()
    made(world, f"/organizations/{org_id}/members", user_id=user.id, admin=True)
    assert world.call("DELETE", f"/users/{user.id}").status_code == 204
    counted = world.call("GET", f"/organizations/{org_id}").json()
    assert (counted["members"], counted["admins"]) == (0, 0)
    assert world.call("GET", f"/organizations/{org_id}/members").json()["items"] == []
    copies = list(world.services.database.query_all("state", f"ORG#{org_id}", sk_begins="EVENT#"))
    assert [copy["type"]["S"] for copy in copies] == ["organization.created", "membership.added"]
    assert copies[1].get("details", {"S": "{}"})["S"] in {"{}", '{"admin":"true"}', '{"admin": "true"}'}


def test_the_export_of_a_person_has_the_organisations(world: World) -> None:
    org_id, user = acme(world), world.user()
    made(world, f"/organizations/{org_id}/roles", name="buyer")
    made(world, f"/organizations/{org_id}/members", user_id=user.id, roles=["buyer"])
    told = world.call("GET", f"/users/{user.id}/export").json()
    assert [(row["organization"], row["roles"], row["how"]) for row in told["organizations"]] == [(org_id, ["buyer"], "admin")]
    assert told["organization_names"] == {org_id: "Acme"}
    assert [event["organization"] for event in told["events"] if event["type"] == "membership.added"] == [org_id]


def test_a_deletion_removes_everything_of_the_organisation_in_steps(world: World) -> None:
    """The request removes a number of members, and the job the others. What others have stays."""
    org_id, other = acme(world), made(world, "/organizations", slug="other", name="Other")["id"]
    people = [world.user() for _ in range(5)]
    for user in people:
        made(world, f"/organizations/{org_id}/members", user_id=user.id)
        made(world, f"/organizations/{other}/members", user_id=user.id)
    made(world, f"/organizations/{org_id}/roles", name="buyer")
    made(world, f"/organizations/{org_id}/domains", domain="acme.example")
    made(world, f"/organizations/{org_id}/invitations", email="guest@example.com")
    service, ending = world.services.organisation_service, world.services.organisation_ending
    found = service.get(org_id, scope=DEPLOYMENT)
    assert world.services.organisations.begin_deletion(found, by="x", now=world.clock())
    assert not ending.clean_up(org_id, most=0, scope=DEPLOYMENT)
    assert ending.run(scope=DEPLOYMENT, has_time=lambda: False) == 0
    with pytest.raises(NotFound):
        service.get(org_id, scope=DEPLOYMENT)
    assert ending.run(scope=DEPLOYMENT) == 1
    assert ending.run(scope=DEPLOYMENT) == 0
    assert [one for user in people for one in world.services.memberships.of_user(user.id) if one.org_id == org_id] == []
    assert all((world.services.users.get(user.id) or user).memberships == 1 for user in people)
    assert list(world.services.database.query_all("directory", f"ORG#{org_id}")) == []
    left = list(world.services.database.query_all("state", f"ORG#{org_id}"))
    assert {item["kind"]["S"] for item in left} == {"organisation_event"}
    assert service.get(other, scope=DEPLOYMENT).members == 5


# --- an organisation's own admin ---------------------------------------------------------------------------------------------


def test_an_organisations_admin_changes_little_of_the_profile(world: World) -> None:
    org_id = acme(world, policy={"mfa_required": True, "session_hours": 8})
    scope, by = admin_of(org_id)
    service = world.services.organisation_service
    assert service.patch(org_id, {"name": "New", "policy": {"session_hours": 4}}, scope=scope, by=by).policy == OrganisationPolicy(
        mfa_required=True, session_hours=4
    )
    for weaker in ({"mfa_required": False}, {"session_hours": 5}, {"session_hours": None}, {"mfa_required": None}):
        with pytest.raises(Forbidden):
            service.patch(org_id, {"policy": weaker}, scope=scope, by=by)
    with pytest.raises(Forbidden):
        service.patch(org_id, {"policy": None}, scope=scope, by=by)
    beyond: tuple[dict[str, Any], ...] = ({"slug": "b"}, {"disabled": True}, {"metadata": {}})
    for members in beyond:
        with pytest.raises(Forbidden):
            service.patch(org_id, members, scope=scope, by=by)
    for verb in (lambda: service.create("b", "B", scope=scope, by=by), lambda: service.delete(org_id, scope=scope, by=by)):
        with pytest.raises(Forbidden):
            verb()
    assert [one.id for one in service.listing(scope=scope, limit=9)[0]] == [org_id]
    assert service.get(org_id, scope=DEPLOYMENT).slug == "acme"


def test_an_organisations_admin_does_not_see_another_organisation(world: World) -> None:
    """Q-02: not found and not mine are the same."""
    mine, other, user = acme(world), made(world, "/organizations", slug="other", name="Other")["id"], world.user()
    made(world, f"/organizations/{other}/members", user_id=user.id)
    scope, by = admin_of(mine)
    s = world.services
    verbs: list[Callable[[str], object]] = [
        lambda it: s.organisation_service.get(it, scope=scope),
        lambda it: s.organisation_service.patch(it, {"name": "x"}, scope=scope, by=by),
        lambda it: s.member_service.listing(it, scope=scope, limit=9),
        lambda it: s.member_service.get(it, user.id, scope=scope),
        lambda it: s.member_service.patch(it, user.id, {"admin": True}, scope=scope, by=by),
        lambda it: s.member_service.remove(it, user.id, scope=scope, by=by),
        lambda it: s.organisation_role_service.listing(it, scope=scope, limit=9),
        lambda it: s.domain_service.listing(it, scope=scope),
        lambda it: s.organisation_invitations.listing(it, scope=scope, limit=9),
        lambda it: s.organisation_invitations.create(it, "a@example.com", scope=scope, by=by),
    ]
    for verb in verbs:
        told = []
        for it in (other, "org_nobody"):
            with pytest.raises(NotFound) as refusal:
                verb(it)
            told.append(refusal.value.message)
        assert told[0] == told[1]
    assert s.memberships.get(user.id, other) is not None


def test_an_organisations_admin_adds_no_member_takes_no_account_and_keeps_an_admin(world: World) -> None:
    org_id, user, admin = acme(world), world.user(), world.user()
    made(world, f"/organizations/{org_id}/members", user_id=admin.id, admin=True)
    made(world, f"/organizations/{org_id}/members", user_id=user.id)
    scope, by = admin_of(org_id, admin.id)
    service = world.services.member_service
    with pytest.raises(Forbidden):
        service.add(org_id, world.user().id, scope=scope, by=by)
    with pytest.raises(Forbidden):
        service.patch(org_id, user.id, {"owned": True}, scope=scope, by=by)
    with pytest.raises(Forbidden):  # their own rights
        service.patch(org_id, admin.id, {"roles": []}, scope=scope, by=by)
    with pytest.raises(Conflict):
        service.remove(org_id, admin.id, scope=scope, by=by)
    little = Actor(user.id, by.origin, frozenset({"organizations:read", "organizations:write"}))
    with pytest.raises(Forbidden):  # an admin with fewer scopes
        service.remove(org_id, admin.id, scope=scope, by=little)
    assert service.patch(org_id, user.id, {"admin": True}, scope=scope, by=by).admin
    service.remove(org_id, admin.id, scope=scope, by=by)
    assert world.services.organisations.get(org_id).admins == 1  # type: ignore[union-attr]  # it exists


def test_roles_of_an_organisation_are_no_roles_of_the_deployment_and_a_holder_does_not_widen_them(world: World) -> None:
    org_id, user = acme(world), world.user()
    role = made(world, f"/organizations/{org_id}/roles", name="buyer", permissions=["a"])
    assert world.call("GET", f"/organizations/{org_id}/roles/buyer").json() == role
    assert world.call("GET", "/roles").json()["items"] == []
    assert world.call("PATCH", f"/users/{user.id}", json={"roles": ["buyer"]}).status_code == 400
    made(world, f"/organizations/{org_id}/members", user_id=user.id, roles=["buyer"])
    scope, by = admin_of(org_id, user.id)
    service = world.services.organisation_role_service
    with pytest.raises(Forbidden):
        service.patch(org_id, "buyer", {"permissions": ["a", "b"]}, scope=scope, by=by)
    assert service.patch(org_id, "buyer", {"permissions": []}, scope=scope, by=by).permissions == ()
    service.delete(org_id, "buyer", scope=scope, by=by)
    made(world, f"/organizations/{org_id}/roles", name="buyer", permissions=["all"])
    assert world.call("GET", f"/organizations/{org_id}/members/{user.id}").json()["roles"] == []


def test_a_machine_client_does_not_widen_its_own_role(world: World) -> None:
    """It cannot change which roles it has, so it cannot change what they give. A role of the same name elsewhere is another one."""
    org_id, other = acme(world), made(world, "/organizations", slug="other", name="Other")["id"]
    for each in (org_id, other):
        made(world, f"/organizations/{each}/roles", name="buyer", permissions=["a"])
    client = world.service_client("organizations:write", org_id=org_id, roles=["buyer"])
    service, wider = world.services.organisation_role_service, {"permissions": ["a", "b"]}
    scope, by = admin_of(org_id, client.id)
    with pytest.raises(Forbidden):
        service.patch(org_id, "buyer", wider, scope=scope, by=by)
    assert service.patch(org_id, "buyer", {"permissions": []}, scope=scope, by=by).permissions == ()
    assert service.patch(other, "buyer", wider, scope=DEPLOYMENT, by=by).permissions == ("a", "b")
    another = world.service_client("organizations:write", org_id=org_id)
    assert service.patch(org_id, "buyer", wider, scope=scope, by=admin_of(org_id, another.id)[1]).permissions == ("a", "b")


def test_each_act_of_an_organisations_admin_is_in_its_partition(world: World) -> None:
    org_id = acme(world)
    scope, by = admin_of(org_id)
    world.services.organisation_service.patch(org_id, {"name": "New"}, scope=scope, by=by)
    copies = list(world.services.database.query_all("state", f"ORG#{org_id}", sk_begins="EVENT#"))
    assert [(copy["type"]["S"], copy["actor"]["S"]) for copy in copies] == [
        ("organization.created", "root-service"),
        ("organization.updated", "usr_admin"),
    ]
    listed = [event for event in world.events() if event["target"] == org_id]
    assert len(listed) == 2, "a copy is in no index, so each event is listed once"


def test_the_scopes_of_an_organisations_admin_are_scopes_of_the_admin_api() -> None:
    assert ORGANISATION_SCOPES < admin_scopes.ALL
    assert {"organizations:read", "organizations:write"} <= ORGANISATION_SCOPES
