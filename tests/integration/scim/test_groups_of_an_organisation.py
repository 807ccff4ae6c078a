"""The groups of an organisation's directory: roles of the organisation that it made, and nothing else (P-05, P-14, Q-02, J-05)."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import scim2_models

from idp.domain.access.roles import MOST_ASSIGNED, Role
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.organisations.roles import MOST
from idp.services.scim import group_roles, groups
from idp.store.memberships import Memberships
from idp.store.organisation_roles import OrganisationRoles
from tests.integration.admin.isolation.tenants import Tenant, member, tenant
from tests.integration.scim.provisioning import GROUP, Directory, Provisioning, directory_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.domain.organisations.membership import Membership

_numbers = count(1)


def new_tenant(world: Provisioning, name: str) -> Tenant:
    """An organisation with a proven domain and a slug that no other test of the module has."""
    made = tenant(world, f"{name}{next(_numbers)}")
    made.prove()
    return made


@pytest.fixture
def acme(shared: Provisioning) -> Tenant:
    return new_tenant(shared, "acme")


@pytest.fixture
def okta(acme: Tenant) -> Directory:
    return directory_of(acme)


def person(okta: Directory, it: Tenant) -> str:
    return str(okta.person(f"p{next(_numbers)}@{it.profile.slug}.example")["id"])


def membership(it: Tenant, user_id: str) -> Membership:
    found = Memberships(it.world.services.database).get(user_id, it.id)
    assert found
    return found


def roles(it: Tenant) -> Mapping[str, Role]:
    return OrganisationRoles(it.world.services.database).model(it.id).roles


def held(it: Tenant, user_id: str) -> list[str]:
    """The roles that the admin API tells of the member: those that exist."""
    told: list[str] = it.call("GET", f"/organizations/{it.id}/members/{user_id}").json()["roles"]
    return told


def members(okta: Directory, group_id: str) -> set[str]:
    return {each["value"] for each in okta.ok("GET", f"/Groups/{group_id}").get("members", [])}


def everything(world: Provisioning) -> list[str]:
    """All of `directory`, except when a SCIM client called."""
    items = [{name: value for name, value in raw.items() if name != "used"} for raw in world.services.database.scan("directory")]
    return sorted(json.dumps(item, sort_keys=True, default=repr) for item in items)


def listed(*ids: str) -> list[dict[str, str]]:
    return [{"value": each} for each in ids]


def test_a_group_is_a_role_without_permissions_that_its_members_have(acme: Tenant, okta: Directory) -> None:
    ada, ben = person(okta, acme), person(okta, acme)
    made = okta.ok("POST", "/Groups", {"schemas": [GROUP], "displayName": "Store Managers", "externalId": "g1", "members": listed(ada)})
    judged = scim2_models.Group.model_validate(made)
    assert [each.value for each in judged.members or []] == [ada]
    role = roles(acme)["okta:store-managers"]
    assert (role.id, role.permissions, role.description) == (made["id"], (), "Store Managers")
    assert (held(acme, ada), held(acme, ben)) == ([role.name], [])
    changed = acme.call("PATCH", f"/organizations/{acme.id}/roles/{role.name}", json={"permissions": ["stores:open"]})
    assert (changed.status_code, roles(acme)[role.name].id) == (200, made["id"])
    at = f"/Groups/{made['id']}"
    tag = okta.call("GET", at).headers["etag"]
    assert okta.call("GET", at, headers={"If-None-Match": tag}).status_code == 304
    assert okta.patch(at, {"op": "add", "path": "members", "value": listed(ben)}, headers={"If-Match": tag}).status_code == 200
    assert (held(acme, ben), members(okta, made["id"])) == ([role.name], {ada, ben})
    assert okta.call("GET", at).headers["etag"] != tag
    for where in ('displayName eq "store managers"', 'externalId eq "g1"', f'id eq "{made["id"]}"', f'members eq "{ada}"'):
        page = okta.ok("GET", "/Groups", params={"filter": where})
        assert [each["id"] for each in page["Resources"]] == [made["id"]], where
    assert okta.ok("GET", f"/Users/{ada}?attributes=groups")["groups"][0]["value"] == made["id"]
    events = [
        (each["type"], each["actor"], each["details"]) for each in acme.call("GET", "/audit").json()["items"] if each["subject"] == ben
    ]
    assert events[0] == ("membership.changed", f"scim:{okta.id}", {"roles_added": role.name})


ADD: dict[str, Any] = {
    "okta": lambda one: [{"op": "add", "path": "members", "value": [{"value": one, "display": "x"}]}],
    "entra": lambda one: [{"op": "Add", "path": "members", "value": [{"$ref": None, "value": one}]}],
    "without a path": lambda one: [{"op": "add", "value": {"members": [{"value": one}]}}],
    "all of them": lambda one: [{"op": "replace", "path": "members", "value": [{"value": one}]}],
}
REMOVE: dict[str, Any] = {
    "okta": lambda one: [{"op": "remove", "path": f'members[value eq "{one}"]'}],
    "entra": lambda one: [{"op": "Remove", "path": "members", "value": [{"$ref": None, "value": one}]}],
    "all of them": lambda _: [{"op": "remove", "path": "members"}],
    "replace": lambda _: [{"op": "replace", "path": "members", "value": []}],
}


def test_members_come_and_go_in_each_dialect(acme: Tenant, okta: Directory) -> None:
    """Repeated too: the same answer, and no second event. Other roles of the member stay."""
    one = person(okta, acme)
    acme.world.services.member_service.patch(acme.id, one, {"roles": [acme.role.name]}, scope=DEPLOYMENT)
    made = okta.group("Staff")
    for add, remove in zip(ADD.values(), REMOVE.values(), strict=True):
        for operations, wanted in ((add(one), {one}), (remove(one), set())):
            assert okta.patch(f"/Groups/{made['id']}", *operations).status_code == 200, operations
            now = membership(acme, one)
            assert members(okta, made["id"]) == wanted, operations
            assert set(now.roles) == {acme.role.name} | ({"okta:staff"} if wanted else set()), operations
            assert okta.patch(f"/Groups/{made['id']}", *operations).status_code == 200
            assert membership(acme, one).version == now.version, operations
    put = {"schemas": [GROUP], "displayName": "All staff"}
    assert okta.ok("PUT", f"/Groups/{made['id']}", {**put, "members": listed(one)})["displayName"] == "All staff"
    assert set(membership(acme, one).roles) == {acme.role.name, "okta:staff"}, "the name of a role stays"
    assert okta.ok("PUT", f"/Groups/{made['id']}", put)["members"][0]["value"] == one
    assert "members" not in okta.ok("PUT", f"/Groups/{made['id']}", {**put, "members": []})
    assert set(membership(acme, one).roles) == {acme.role.name}


def left_and_invited(world: Provisioning, acme: Tenant, okta: Directory) -> str:
    """A person of the directory who left the organisation and was then invited by an admin."""
    user_id = person(okta, acme)
    world.services.member_service.remove(acme.id, user_id, scope=DEPLOYMENT, by=world.by)
    found = world.services.users.get(user_id)
    assert found
    member(world, acme.id, found)
    return user_id


def strangers(world: Provisioning, acme: Tenant, okta: Directory) -> Iterator[tuple[str, str]]:
    """People whom the directory may not name, each with why."""
    other = new_tenant(world, "other")
    yield "of another organisation's directory", person(directory_of(other), other)
    yield "of another directory of the organisation", person(directory_of(acme, "entra"), acme)
    yield (
        "of a directory of the deployment",
        world.directory(domains=[f"c{next(_numbers)}.example"]).ok("POST", "/Users", {"userName": f"x@c{next(_numbers) - 1}.example"})[
            "id"
        ],
    )
    yield "a member whom it did not make", acme.guest.id
    yield "an admin whom it did not make", acme.boss.id
    yield "a member of another organisation", other.owned.id
    yield "an admin of the deployment", world.admin.id
    yield "not there", "usr_nobody"
    left = person(okta, acme)
    world.services.member_service.remove(acme.id, left, scope=DEPLOYMENT, by=world.by)
    yield "one who left", left
    yield "one who left and was invited", left_and_invited(world, acme, okta)
    with pytest.MonkeyPatch.context() as release:  # one that leaves what the directory said
        release.setattr(Memberships, "_scim_parts", lambda *_: [])
        earlier = left_and_invited(world, acme, okta)
    yield "one whom an earlier release let leave, and who was invited", earlier
    risen = person(okta, acme)
    world.services.user_service.patch(risen, {"admin": True}, scope=DEPLOYMENT)
    yield "one who became an admin of the deployment", risen


def test_strangers_are_refused_as_members(shared: Provisioning, acme: Tenant, okta: Directory) -> None:
    """One answer for each of them, and nothing is written: not even the others of the request."""
    mine = person(okta, acme)
    made, cases = okta.group("Staff"), list(strangers(shared, acme, okta))
    before, answers = everything(shared), {}
    for why, id_ in cases:
        at, both = f"/Groups/{made['id']}", listed(mine, id_)
        for answer in (
            okta.call("POST", "/Groups", {"schemas": [GROUP], "displayName": "New", "members": both}),
            okta.call("PUT", at, {"schemas": [GROUP], "displayName": "Staff", "members": both}),
            okta.patch(at, {"op": "add", "path": "members", "value": both}),
        ):
            assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue"), why
            answers[answer.text] = why
        assert okta.patch(at, {"op": "remove", "path": "members", "value": listed(id_)}).status_code == 200
        assert okta.ok("GET", "/Groups", params={"filter": f'members eq "{id_}"'})["totalResults"] == 0, why
    assert len(answers) == 1
    assert everything(shared) == before


def test_other_groups_and_roles_do_not_exist_for_it(shared: Provisioning, acme: Tenant, okta: Directory) -> None:
    """Groups of another organisation, of another directory of its own, and of the deployment; roles that an admin made."""
    other = new_tenant(shared, "other")
    theirs, sibling = directory_of(other).group("Staff"), directory_of(acme, "entra").group("Staff")
    whole = shared.directory().group("Staff")
    shared.services.group_service.create(f"staff{next(_numbers)}", scope=DEPLOYMENT, by=shared.by)
    mine, before = person(okta, acme), everything(shared)
    bodies: list[tuple[str, Any]] = [
        ("GET", None), ("DELETE", None), ("PUT", {"schemas": [GROUP], "displayName": "Mine", "members": listed(mine)}),
        ("PATCH", {"Operations": [{"op": "add", "path": "members", "value": listed(mine)}]}),
    ]  # fmt: skip
    for id_ in (theirs["id"], sibling["id"], whole["id"], acme.role.name, acme.role.id, other.role.name, "grp_nobody", "x" * 500):
        for method, body in bodies:
            assert okta.call(method, f"/Groups/{id_}", body).status_code == 404, (method, id_)
        assert okta.ok("GET", "/Groups", params={"filter": f'id eq "{id_}"'})["totalResults"] == 0
    for where in ('displayName eq "Staff"', f'displayName eq "{acme.role.name}"', 'displayName co "s"', f'members eq "{acme.owned.id}"'):
        assert okta.ok("GET", "/Groups", params={"filter": where})["Resources"] == [], where
    assert okta.ok("GET", "/Groups")["totalResults"] == 0
    assert everything(shared) == before


def test_a_cursor_of_another_directory_is_refused(shared: Provisioning, acme: Tenant, okta: Directory) -> None:
    other = directory_of(new_tenant(shared, "other"))
    for one in (okta, other):
        one.group("A")
        one.group("B")
    page = other.ok("GET", "/Groups?cursor=&count=1")
    refused = okta.call("GET", "/Groups", params={"cursor": page["nextCursor"], "count": "1"})
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidCursor")
    assert len(other.ok("GET", "/Groups", params={"cursor": page["nextCursor"], "count": "1"})["Resources"]) == 1


def test_a_name_gives_no_role_that_is_there(acme: Tenant, okta: Directory) -> None:
    """Neither one of an admin, nor one of this name that the directory's prefix was given to by hand."""
    service, mine = acme.world.services.organisation_role_service, person(okta, acme)
    service.create(acme.id, "okta:taken", permissions=["all"], scope=DEPLOYMENT)
    for name in (acme.role.name, "taken"):
        okta.group(name, mine)
    given = membership(acme, mine).roles
    assert acme.role.name not in given
    assert "okta:taken" not in given
    assert len(given) == 2
    assert {roles(acme)[name].permissions for name in given} == {()}
    assert held(acme, acme.owned.id) == [acme.role.name]
    assert okta.call("POST", "/Groups", {"schemas": [GROUP], "displayName": "TAKEN"}).status_code == 409
    for hostile in ("admin", "管理者", "a\n" * 9, "<script>", "x" * 900):
        made = okta.group(hostile)
        assert roles(acme)[next(name for name, each in roles(acme).items() if each.id == made["id"])].permissions == ()


def test_an_admin_of_the_organisation_gets_no_role_by_a_group(acme: Tenant, okta: Directory) -> None:
    """J-05: who has rights gets no more by the directory, and keeps those that they have. What the directory gave before it can take."""
    service, chief, mine = acme.world.services.member_service, person(okta, acme), person(okta, acme)
    early = okta.group("Early", chief)
    service.patch(acme.id, chief, {"admin": True}, scope=DEPLOYMENT)
    late = okta.group("Late", chief, mine)
    assert (members(okta, late["id"]), held(acme, chief), held(acme, mine)) == ({chief, mine}, ["okta:early"], ["okta:late"])
    for each in (early, late):
        assert okta.patch(f"/Groups/{each['id']}", {"op": "remove", "path": "members", "value": listed(chief)}).status_code == 200
    now = membership(acme, chief)
    assert (now.admin, now.admin_scopes, dict(now.roles)) == (True, None, {})
    assert not membership(acme, mine).admin


def test_a_role_that_an_admin_deleted_is_given_no_more(acme: Tenant, okta: Directory) -> None:
    """Nor a new one of its name; the group stays. A role that the admin took from one member stays taken."""
    service, ada, ben = acme.world.services.organisation_role_service, person(okta, acme), person(okta, acme)
    made = okta.group("Staff", ada)
    acme.world.services.member_service.patch(acme.id, ada, {"roles": []}, scope=DEPLOYMENT)
    okta.patch(f"/Groups/{made['id']}", {"op": "add", "path": "members", "value": listed(ada)})
    assert held(acme, ada) == []
    service.delete(acme.id, "okta:staff", scope=DEPLOYMENT)
    service.create(acme.id, "okta:staff", permissions=["all"], scope=DEPLOYMENT)
    acme.world.services.member_service.patch(acme.id, ada, {"roles": ["okta:staff"]}, scope=DEPLOYMENT)
    assert okta.patch(f"/Groups/{made['id']}", {"op": "add", "path": "members", "value": listed(ben)}).status_code == 200
    assert okta.patch(f"/Groups/{made['id']}", {"op": "remove", "path": "members", "value": listed(ada)}).status_code == 200
    assert (held(acme, ada), held(acme, ben), members(okta, made["id"])) == (["okta:staff"], [], {ben})
    assert okta.call("DELETE", f"/Groups/{made['id']}").status_code == 204
    assert roles(acme)["okta:staff"].permissions == ("all",)


def test_a_deleted_group_gives_nothing_and_another_one_of_its_name_neither(acme: Tenant, okta: Directory) -> None:
    mine = person(okta, acme)
    made = okta.group("Staff", mine)
    stale = okta.call("GET", f"/Groups/{made['id']}").headers["etag"]
    okta.patch(f"/Groups/{made['id']}", {"op": "replace", "value": {"displayName": "Staff "}})
    before = everything(okta.world)
    for method, body in (("DELETE", None), ("PUT", {"schemas": [GROUP], "displayName": "X", "members": []})):
        assert okta.call(method, f"/Groups/{made['id']}", body, headers={"If-Match": stale}).status_code == 412, method
    assert everything(okta.world) == before
    assert okta.call("DELETE", f"/Groups/{made['id']}").status_code == 204
    assert (held(acme, mine), "okta:staff" in roles(acme)) == ([], False)
    assert okta.call("GET", f"/Groups/{made['id']}").status_code == 404
    again = okta.group("Staff")
    assert (held(acme, mine), members(okta, again["id"])) == ([], set())


@pytest.mark.parametrize("right", ["none", "read"])
def test_an_admin_decides_whether_it_has_groups(acme: Tenant, okta: Directory, right: str) -> None:
    made = okta.group("Staff")
    changed = acme.call("PATCH", f"/organizations/{acme.id}/scim-clients/okta", json={"groups": right})
    assert (changed.status_code, changed.json()["groups"]) == (200, right)
    before = everything(okta.world)
    assert (
        okta.call("GET", f"/Groups/{made['id']}").status_code
        == okta.call("GET", "/Groups").status_code
        == (200 if right == "read" else 403)
    )
    for method, at, body in (
        ("POST", "/Groups", {"displayName": "X"}), ("PUT", f"/Groups/{made['id']}", {"displayName": "X"}),
        ("PATCH", f"/Groups/{made['id']}", {"Operations": [{"op": "remove", "path": "members"}]}),
        ("DELETE", f"/Groups/{made['id']}", None),
    ):  # fmt: skip
        assert okta.call(method, at, body).status_code == 403, method
    assert everything(okta.world) == before


def test_there_are_bounds(shared: Provisioning, acme: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles of an organisation, roles of a member, and members of a request. At each bound nothing is written."""
    store, mine = OrganisationRoles(shared.services.database), person(okta, acme)
    made, ids = okta.group("Staff"), [person(okta, acme) for _ in range(3)]
    others = {f"r{number}": f"id-{number}" for number in range(MOST - len(roles(acme)))}
    for name, id_ in others.items():
        assert store.create(acme.id, Role(name, id_))
    shared.services.member_service.patch(acme.id, mine, {"roles": list(others)[:MOST_ASSIGNED]}, scope=DEPLOYMENT)
    before = everything(shared)
    at = f"/Groups/{made['id']}"
    refused = [
        okta.call("POST", "/Groups", {"schemas": [GROUP], "displayName": "One more"}),
        okta.patch(at, {"op": "add", "path": "members", "value": listed(ids[0], mine)}),
    ]
    monkeypatch.setattr(groups, "MOST_AT_ONCE", 2)
    refused.append(okta.patch(at, {"op": "add", "path": "members", "value": listed(*ids)}))
    assert [(each.status_code, each.json()["scimType"]) for each in refused] == [(400, "tooMany"), (400, "tooMany"), (413, "tooMany")]
    assert everything(shared) == before
    gone = next(iter(others))
    shared.services.organisation_role_service.delete(acme.id, gone, scope=DEPLOYMENT)
    assert okta.patch(at, {"op": "add", "path": "members", "value": listed(ids[0], mine)}).status_code == 200
    assert (len(membership(acme, mine).roles), "okta:staff" in membership(acme, mine).roles) == (MOST_ASSIGNED, True)


@pytest.mark.parametrize("by", ["an admin", "the directory", "erasure"])
def test_a_person_that_left_is_in_no_group(shared: Provisioning, acme: Tenant, okta: Directory, by: str) -> None:
    """Nor again when they are invited. Nothing of the person is in the groups, and a directory that has the ETag of before is told."""
    mine, stays = person(okta, acme), person(okta, acme)
    made = okta.group("Staff", mine, stays)
    tag = okta.call("GET", f"/Groups/{made['id']}").headers["etag"]
    if by == "an admin":
        shared.services.member_service.remove(acme.id, mine, scope=DEPLOYMENT, by=shared.by)
    elif by == "the directory":
        user = shared.services.users.get(mine)
        assert user
        member(shared, new_tenant(shared, "other").id, user)
        assert okta.call("DELETE", f"/Users/{mine}").status_code == 204
    else:
        shared.services.user_service.delete(mine, scope=DEPLOYMENT, by=shared.by)
    assert members(okta, made["id"]) == {stays}
    assert okta.call("GET", f"/Groups/{made['id']}", headers={"If-None-Match": tag}).status_code == 200
    assert shared.services.scim_groups_store.read(okta.id, [made["id"]])[0].members == 1
    assert [each for each in everything(shared) if mine in each and "SCIM_GROUP#" in each] == []
    if user := shared.services.users.get(mine):
        member(shared, acme.id, user)
        assert (held(acme, mine), members(okta, made["id"])) == ([], {stays})


def test_nothing_is_left_when_the_organisation_ends(shared: Provisioning, acme: Tenant, okta: Directory) -> None:
    """Also of a directory that was deleted before, whose groups and roles stay until then."""
    mine, entra = person(okta, acme), directory_of(acme, "entra")
    okta.group("Staff", mine)
    entra.group("Staff", person(entra, acme))
    shared.services.organisation_scim_clients.delete(acme.id, "entra", scope=DEPLOYMENT, by=shared.by)
    assert {"okta:staff", "entra:staff"} <= set(roles(acme))
    shared.services.organisation_service.delete(acme.id, scope=DEPLOYMENT, by=shared.by)
    assert okta.call("GET", "/Groups").status_code == 401
    assert [each for each in everything(shared) if acme.id in each] == []


def test_nothing_is_left_of_a_deleted_directory_whose_roles_were_deleted(shared: Provisioning, acme: Tenant, okta: Directory) -> None:
    """Nor of one that had people and no group. Neither has a role that names it."""
    entra = directory_of(acme, "entra")
    okta.group("Staff", person(okta, acme))
    person(entra, acme)
    for name in ("okta", "entra"):
        shared.services.organisation_scim_clients.delete(acme.id, name, scope=DEPLOYMENT, by=shared.by)
    shared.services.organisation_role_service.delete(acme.id, "okta:staff", scope=DEPLOYMENT)
    assert [each for each in everything(shared) if acme.id in each and "GROUP#" in each], "the group is there until the end"
    shared.services.organisation_service.delete(acme.id, scope=DEPLOYMENT, by=shared.by)
    assert [each for each in everything(shared) if acme.id in each] == []


def test_a_lost_race_for_the_deletion_of_a_directory_leaves_no_mark(shared: Provisioning, acme: Tenant, okta: Directory) -> None:
    """Who deletes a version that was read before a change is refused, and nothing is written."""
    clients = shared.services.scim_clients
    read = clients.get(okta.id)
    assert read
    clients.replace(read)
    assert clients.delete(read) is False
    assert clients.former_of_organisation(acme.id) == []


@pytest.mark.parametrize("always", [False, True], ids=["once", "always"])
@pytest.mark.parametrize("op", ["add", "remove"])
def test_a_membership_that_changes_meanwhile_loses_nothing(
    acme: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch, op: str, *, always: bool
) -> None:
    """The admin's change stays, and the group and the role agree. If it never ends, the answer is 409, and a repetition does it."""
    mine, service, turns = person(okta, acme), acme.world.services.member_service, count()
    made = okta.group("Staff", *([mine] if op == "remove" else []))
    replace = Memberships.replace

    def meanwhile(self: Memberships, *args: Any, **kwargs: Any) -> Any:
        if (turn := next(turns)) == 0 or always:
            with monkeypatch.context() as plain:
                plain.setattr(Memberships, "replace", replace)
                service.patch(acme.id, mine, {"owned": bool(turn % 2)}, scope=DEPLOYMENT)
        return replace(self, *args, **kwargs)

    with monkeypatch.context() as racing:
        racing.setattr(Memberships, "replace", meanwhile)
        answer = okta.patch(f"/Groups/{made['id']}", {"op": op, "path": "members", "value": listed(mine)})
    assert answer.status_code == (409 if always else 200), answer.text
    assert (mine in members(okta, made["id"])) is ("okta:staff" in membership(acme, mine).roles) is ((op == "add") is not always)
    again = okta.patch(f"/Groups/{made['id']}", {"op": op, "path": "members", "value": listed(mine)})
    assert (again.status_code, mine in members(okta, made["id"]), "okta:staff" in held(acme, mine)) == (200, op == "add", op == "add")


@pytest.mark.parametrize(("op", "change", "has"), [("add", {"admin": False}, True), ("remove", {"roles": ["okta:staff"]}, False)])
def test_that_a_member_gets_or_loses_no_role_is_decided_by_the_membership_as_it_is(
    acme: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch, op: str, change: dict[str, Any], *, has: bool
) -> None:
    """An admin gets no role, and a member without it loses none. Neither holds any more when it is written: group and role agree."""
    mine, service, turns = person(okta, acme), acme.world.services.member_service, count()
    made = okta.group("Staff", *([mine] if op == "remove" else []))
    service.patch(acme.id, mine, {"roles": []} if op == "remove" else {"admin": True}, scope=DEPLOYMENT)
    beside = Memberships.beside

    def meanwhile(self: Memberships, *args: Any) -> bool:
        if next(turns) == 0:
            service.patch(acme.id, mine, change, scope=DEPLOYMENT)
        return beside(self, *args)

    monkeypatch.setattr(Memberships, "beside", meanwhile)
    assert okta.patch(f"/Groups/{made['id']}", {"op": op, "path": "members", "value": listed(mine)}).status_code == 200
    assert (members(okta, made["id"]), held(acme, mine)) == (({mine}, ["okta:staff"]) if has else (set(), []))
    assert next(turns) == 1


def test_a_member_that_leaves_during_the_request_gets_nothing(acme: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, made, world = person(okta, acme), okta.group("Staff"), acme.world
    give = group_roles.GroupRoles.give

    def leaving(self: group_roles.GroupRoles, *args: Any) -> None:
        world.services.member_service.remove(acme.id, mine, scope=DEPLOYMENT, by=world.by)
        give(self, *args)

    monkeypatch.setattr(group_roles.GroupRoles, "give", leaving)
    assert okta.patch(f"/Groups/{made['id']}", {"op": "add", "path": "members", "value": listed(mine)}).status_code == 200
    assert members(okta, made["id"]) == set()
    assert Memberships(world.services.database).get(mine, acme.id) is None


def test_a_name_that_is_taken_meanwhile_makes_another_role(acme: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role of the admin is neither given nor changed."""
    mine, model, turns = person(okta, acme), OrganisationRoles.model, count()

    def late(self: OrganisationRoles, org_id: str) -> Any:
        found = model(self, org_id)
        if next(turns) == 0:
            acme.world.services.organisation_role_service.create(acme.id, "okta:staff", permissions=["all"], scope=DEPLOYMENT)
        return found

    monkeypatch.setattr(OrganisationRoles, "model", late)
    made = okta.group("Staff", mine)
    given = membership(acme, mine).roles
    assert list(given.values()) == [made["id"]]
    assert "okta:staff" not in given
    assert roles(acme)["okta:staff"].permissions == ("all",)
