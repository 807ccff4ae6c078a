"""What an organisation's admin does with people (threats Q-02, Q-03)."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.domain_claim import LOST, PENDING
from idp.store.memberships import Memberships
from tests.integration.admin.isolation.tenants import Tenant, member, tenant
from tests.support.people import PASSWORD
from tests.support.stored import change_user
from tests.support.world import World


def stored(tenant: Tenant, user_id: str) -> Any:
    return tenant.world.services.users.get(user_id)


def test_the_list_has_the_members_and_no_others(world: World, acme: Tenant, other: Tenant) -> None:
    """Page by page, with each size, and as often as one asks."""
    everybody = {acme.boss.id, acme.owned.id, acme.guest.id}
    for limit in ("1", "2", "3", "100"):
        found, cursor = list[str](), dict[str, str]()
        while True:
            page = acme.call("GET", "/users", params={"limit": limit, **cursor}).json()
            assert len(page["items"]) <= int(limit)
            found += [each["id"] for each in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert sorted(found) == sorted(everybody)


def test_a_person_has_less_than_for_the_deployment(acme: Tenant, other: Tenant) -> None:
    """Neither factors nor other memberships nor what the deployment gave them."""
    world = acme.world
    world.services.role_service.create("deployment-role", scope=DEPLOYMENT)
    world.services.user_service.patch(acme.owned.id, {"roles": ["deployment-role"], "attributes": {"cost": 7}}, scope=DEPLOYMENT)
    member(world, other.id, stored(acme, acme.guest.id))
    owned, guest = (acme.call("GET", f"/users/{each.id}").json() for each in (acme.owned, acme.guest))
    names = {"id", "email", "email_verified", "claims", "roles", "disabled", "organization_admin", "owned", "joined_at"}
    assert set(owned) == set(guest) == names
    assert (owned["roles"], owned["owned"], owned["organization_admin"]) == (["acme-editor"], True, False)
    assert owned["claims"]["phone_number"] == "+14255551212"
    assert (guest["roles"], guest["owned"], guest["claims"]) == ([], False, {"name": "Guest Of Acme", "locale": "en"})
    assert "deployment-role" not in str(owned)
    assert other.id not in str(guest)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"email": "own"}, ["owned"]), ({"email": "OWNED@acme"}, ["owned"]), ({"search": "boss acme"}, ["boss"]), ({"search": "other"}, []),
        ({"role": "acme-editor"}, ["owned"]), ({"role": "other-editor"}, []), ({"role": "deployment-role"}, []),
        ({"email": "guest@other"}, []),
    ],
)  # fmt: skip
def test_people_are_found_among_the_members(acme: Tenant, other: Tenant, filters: dict[str, str], names: list[str]) -> None:
    found = acme.call("GET", "/users", params=filters).json()
    assert [each["email"].partition("@")[0] for each in found["items"]] == names


def test_groups_belong_to_the_deployment(acme: Tenant) -> None:
    assert acme.call("GET", "/users", params={"group": "staff"}).status_code == 403


def test_a_new_person_is_an_owned_member(acme: Tenant) -> None:
    acme.prove()
    made = acme.call("POST", "/users", json={"email": "new@acme.example", "claims": {"name": "New"}})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    person = made.json()
    assert (person["owned"], person["email_verified"], person["roles"], person["organization_admin"]) == (True, False, [], False)
    assert made.headers["location"] == f"/admin/v1/users/{person['id']}"
    user = stored(acme, person["id"])
    assert (user.memberships, user.admin, user.password_hash) == (1, False, None)
    assert acme.call("GET", f"/users/{user.id}").json() == person
    (event,) = [each for each in acme.call("GET", "/audit").json()["items"] if each["type"] == "user.created"]
    assert (event["subject"], event["actor"], event["address"]) == (user.id, acme.boss.id, "")


@pytest.mark.parametrize(
    "given",
    [
        {"password": PASSWORD}, {"email_verified": True}, {"admin": True}, {"mfa_required": True}, {"roles": ["acme-editor"]},
        {"groups": ["staff"]}, {"attributes": {"a": 1}}, {"admin": True, "admin_scopes": ["users:read"]}, {"admin_scopes": ["users:read"]},
        {"claims": {"phone_number": "+14255551212", "phone_number_verified": True}},
    ],
    ids=str,
)  # fmt: skip
def test_a_new_person_gets_nothing_of_the_deployment(acme: Tenant, given: dict[str, Any]) -> None:
    """Neither rights nor a verified address nor a password that another person knows."""
    acme.prove()
    refused = acme.call("POST", "/users", json={"email": "new@acme.example", **given})
    assert refused.status_code == 403
    assert acme.world.services.users.id_of("new@acme.example") is None


def test_an_address_that_is_taken_is_refused_without_a_word_about_whose_it_is(acme: Tenant, other: Tenant) -> None:
    acme.prove()
    theirs = member(acme.world, other.id, acme.world.user(email="theirs@acme.example"))
    nobodys = acme.world.user(email="nobodys@acme.example")
    answers = [acme.call("POST", "/users", json={"email": each.email}) for each in (theirs, acme.guest, nobodys)]
    assert {each.status_code for each in answers} == {409}
    assert len({each.json()["detail"] for each in answers}) == 1


@pytest.mark.parametrize(
    "state", [None, {"state": PENDING, "proven_at": 0}, {"state": LOST, "lost_since": 1}], ids=["claimed", "pending", "lost"]
)
def test_an_account_is_made_in_a_proven_domain_only(acme: Tenant, other: Tenant, state: dict[str, Any] | None) -> None:
    """Or an organisation could own an account with the address of anybody, who then finds it taken. It does not learn who has one."""
    other.prove()
    if state:
        acme.prove(**state)
    for address in ("new@acme.example", "new@other.example", other.owned.email, "new@sub.acme.example", "new@example.com"):
        refused = acme.call("POST", "/users", json={"email": address})
        assert (refused.status_code, refused.json()["detail"].rpartition(". ")[2]) == (403, "Invite the person instead."), address
    assert acme.world.services.users.id_of("new@acme.example") is None
    acme.prove()
    for address in ("new@sub.acme.example", "new@acme.example.other.example", "new@xacme.example"):
        assert acme.call("POST", "/users", json={"email": address}).status_code == 403
    assert acme.call("POST", "/users", json={"email": "New@ACME.example"}).status_code == 201


def test_an_owned_person_is_disabled_and_enabled(acme: Tenant) -> None:
    world = acme.world
    token = world.token(acme.owned, world.console)
    done = acme.call("PATCH", f"/users/{acme.owned.id}", json={"disabled": True})
    assert (done.status_code, done.json()["disabled"]) == (200, True)
    assert world.call("GET", "/users", token=token).status_code == 401  # the access of apps has ended
    assert acme.call("PATCH", f"/users/{acme.owned.id}", json={"disabled": True}).headers["etag"] == done.headers["etag"]
    assert acme.call("PATCH", f"/users/{acme.owned.id}", json={"disabled": False}).json()["disabled"] is False


def test_a_person_whom_the_deployment_disabled_stays_so(acme: Tenant) -> None:
    """Also if the organisation's admin disables them once more."""
    acme.world.services.user_service.patch(acme.owned.id, {"disabled": True}, scope=DEPLOYMENT)
    assert acme.call("PATCH", f"/users/{acme.owned.id}", json={"disabled": True}).status_code == 200
    assert acme.call("PATCH", f"/users/{acme.owned.id}", json={"disabled": False}).status_code == 403
    assert stored(acme, acme.owned.id).disabled


ON_ACCOUNTS = [
    ("PATCH", "", {"disabled": True}), ("PATCH", "", {"claims": {"name": "X"}}), ("DELETE", "/factors", None),
    ("POST", "/password-reset", None), ("DELETE", "/sessions", None),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), ON_ACCOUNTS)
def test_an_account_is_changed_only_if_the_organisation_owns_it_alone(acme: Tenant, method: str, path: str, body: Any) -> None:
    """A guest, the admin themselves if not owned, one who joined another organisation, one who administers the deployment."""
    world = acme.world
    both = member(world, acme.id, world.user(email="both@acme.example"), owned=True)
    rival = tenant(world, "rival")
    member(world, rival.id, both)
    ruler = member(world, acme.id, world.user(email="ruler@acme.example", admin=True), owned=True)
    for person in (acme.guest, acme.boss, both, ruler):
        before = stored(acme, person.id)
        refused = acme.call(method, f"/users/{person.id}{path}", json=body)
        assert (refused.status_code, refused.json()["detail"].split(".")[0]) == (
            403, "The account does not belong to your organisation alone",
        )  # fmt: skip
        assert stored(acme, person.id) == before
    assert acme.call(method, f"/users/{acme.owned.id}{path}", json=body).status_code in {200, 202, 204}


@pytest.mark.parametrize(("method", "path", "body"), ON_ACCOUNTS)
def test_an_admin_is_reached_by_one_with_all_of_their_rights_only(acme: Tenant, method: str, path: str, body: Any) -> None:
    """J-05: who could disable another admin, or reset their factors, could do what only that admin may."""
    world = acme.world
    chief = member(world, acme.id, world.user(email="chief@acme.example"), owned=True, admin=True)
    some = frozenset({"users:read", "users:write", "sessions:write"})
    clerk = member(world, acme.id, world.user(email="clerk@acme.example"), owned=True, admin=True, admin_scopes=some)
    before = stored(acme, chief.id)
    little = acme.token(who=clerk)
    refused = acme.call(method, f"/users/{chief.id}{path}", token=little, json=body)
    assert (refused.status_code, refused.json()["detail"].split(" with ")[0]) == (403, "This person administers an organisation")
    assert stored(acme, chief.id) == before
    assert acme.call(method, f"/users/{acme.owned.id}{path}", token=little, json=body).status_code in {200, 202, 204}
    assert acme.call(method, f"/users/{clerk.id}{path}", json=body).status_code in {200, 202, 204}
    assert acme.call(method, f"/users/{chief.id}{path}", json=body).status_code in {200, 202, 204}


@pytest.mark.parametrize(
    "changes",
    [
        {"email_verified": True}, {"admin": True}, {"admin_scopes": ["users:read"]}, {"roles": []}, {"groups": []}, {"attributes": {}},
        {"mfa_required": True}, {"email": "boss2@acme.example"}, {"claims": {"name": "X"}, "admin": False},
        {"claims": {"phone_number_verified": True}},
    ],
    ids=str,
)  # fmt: skip
def test_members_of_the_deployment_are_not_changed(acme: Tenant, changes: dict[str, Any]) -> None:
    """Whether they would change or not, and also of an owned person. Nothing of the request is done."""
    before = stored(acme, acme.owned.id)
    assert acme.call("PATCH", f"/users/{acme.owned.id}", json=changes).status_code == 403
    assert stored(acme, acme.owned.id) == before


def test_a_person_who_left_is_gone_at_once(acme: Tenant) -> None:
    Memberships(acme.world.services.database).leave(acme.owned.id, acme.id)
    for method, path, body in (("GET", "", None), *ON_ACCOUNTS):
        assert acme.call(method, f"/users/{acme.owned.id}{path}", json=body).status_code == 404


def test_factors_of_an_owned_person_are_reset_unseen(acme: Tenant) -> None:
    change_user(acme.world.services.users, acme.owned.id, totp_enabled=True)
    assert "totp" not in acme.call("GET", f"/users/{acme.owned.id}").text
    assert acme.call("DELETE", f"/users/{acme.owned.id}/factors").status_code == 204
    assert not stored(acme, acme.owned.id).has_second_factor


def test_the_trail_has_the_events_of_the_organisation_only(acme: Tenant, other: Tenant) -> None:
    """With each filter. What the deployment did elsewhere is not in it."""
    for who in (acme, other):
        assert who.call("PATCH", f"/users/{who.owned.id}", json={"claims": {"name": "New name"}}).status_code == 200
    acme.world.services.user_service.patch(acme.owned.id, {"mfa_required": True}, scope=DEPLOYMENT)
    events = acme.call("GET", "/audit", params={"type": "user"}).json()["items"]
    assert [(each["type"], each["actor"], each["subject"]) for each in events] == [("user.updated", acme.boss.id, acme.owned.id)]
    assert acme.call("GET", "/audit", params={"user_id": acme.owned.id}).json()["items"] == events
    for filters in ({"user_id": other.owned.id}, {"client_id": other.boss.id}, {"user_id": acme.world.admin.id}):
        assert acme.call("GET", "/audit", params=filters).json()["items"] == []
    for filters in ({"email": other.owned.email}, {"address": "198.51.100.7"}, {"email": acme.owned.email}):
        assert acme.call("GET", "/audit", params=filters).status_code == 403
    assert len(acme.world.events(type="user.updated")) == 3  # the deployment has each once
