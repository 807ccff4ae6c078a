"""The SCIM client of an organisation: it reaches the people whom it made, as members of this organisation, and nothing else (Q-03)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.account_merge import MergeChoice
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.organisations.domain_claim import LOST, PENDING
from idp.store.memberships import Memberships
from idp.store.organisations import Organisations
from tests.integration.admin.isolation.tenants import Tenant, member, tenant
from tests.integration.scim.provisioning import USER, Directory, Provisioning
from tests.integration.scim.provisioning import directory_of as directory

if TYPE_CHECKING:
    from idp.domain.organisations.membership import Membership
    from idp.domain.people.user import User

ON_PEOPLE: list[tuple[str, Any]] = [
    ("GET", None), ("PUT", {"schemas": [USER], "userName": "taken@acme.example"}), ("DELETE", None),
    ("PATCH", {"Operations": [{"op": "replace", "value": {"active": False}}]}),
]  # fmt: skip
OFF, ON = ({"op": "replace", "path": "active", "value": value} for value in (False, True))


@pytest.fixture
def acme(scim: Provisioning) -> Tenant:
    """An organisation with a proven domain."""
    made = tenant(scim, "acme")
    made.prove()
    return made


@pytest.fixture
def other(scim: Provisioning) -> Tenant:
    made = tenant(scim, "other")
    made.prove()
    return made


@pytest.fixture
def okta(acme: Tenant) -> Directory:
    return directory(acme)


def user_of(scim: Provisioning, user_id: str) -> User:
    found = scim.services.users.get(user_id)
    assert found
    return found


def membership(it: Tenant, user_id: str) -> Membership | None:
    return Memberships(it.world.services.database).get(user_id, it.id)


def everything(scim: Provisioning) -> list[str]:
    """All of `directory`, except by which token and when a SCIM client called."""
    items = [{name: value for name, value in raw.items() if name != "used"} for raw in scim.services.database.scan("directory")]
    return sorted(json.dumps(item, sort_keys=True, default=repr) for item in items)


def test_a_person_is_made_as_a_member_whom_the_organisation_owns(scim: Provisioning, acme: Tenant, okta: Directory) -> None:
    made = okta.person("new@acme.example", displayName="New")
    user, found = user_of(scim, made["id"]), membership(acme, made["id"])
    assert found
    assert (found.source, found.owned, found.admin, dict(found.roles)) == ("scim", True, False, {})
    assert (user.email, user.email_verified, user.memberships, user.admin) == ("new@acme.example", True, 1, False)
    assert okta.ok("GET", "/Users")["totalResults"] == 1
    events = [each for each in acme.call("GET", "/audit").json()["items"] if each["subject"] == user.id]
    assert [(each["type"], each["actor"]) for each in events] == [("user.created", f"scim:{okta.id}")]


@pytest.mark.parametrize("state", [{"state": PENDING, "proven_at": 0}, {"state": LOST, "lost_since": 1}], ids=["pending", "lost"])
def test_an_address_has_to_be_in_a_domain_that_is_proven_now(scim: Provisioning, state: dict[str, Any]) -> None:
    it, rival = tenant(scim, "acme"), tenant(scim, "other")
    rival.prove()
    it.prove(**state)
    okta = directory(it)
    for address in ("a@acme.example", "a@other.example", "a@sub.acme.example", "a@xacme.example", "a@gmail.com", "no-address"):
        before = everything(scim)
        refused = okta.call("POST", "/Users", {"schemas": [USER], "userName": address})
        assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue"), address
        assert everything(scim) == before
    it.prove()
    made = okta.person("a@acme.example")
    for address in ("a@other.example", "a@sub.acme.example", "no-address"):
        assert okta.call("PUT", f"/Users/{made['id']}", {"schemas": [USER], "userName": address}).status_code == 400, address
    assert user_of(scim, made["id"]).email == "a@acme.example"


def test_a_person_who_is_there_already_is_not_taken_over(scim: Provisioning, acme: Tenant, other: Tenant, okta: Directory) -> None:
    """Whoever they are: one answer, and nothing is written."""
    theirs = member(scim, other.id, scim.user(email="theirs@acme.example"))
    alone = scim.user(email="alone@acme.example")
    answers = []
    for address in (theirs.email, alone.email, acme.owned.email, acme.boss.email):
        before = everything(scim)
        answers.append(okta.call("POST", "/Users", {"schemas": [USER], "userName": address}))
        assert everything(scim) == before
    assert {(each.status_code, each.json()["scimType"]) for each in answers} == {(409, "uniqueness")}
    assert len({each.text for each in answers}) == 1
    made = okta.person("new@acme.example")
    assert okta.call("PUT", f"/Users/{made['id']}", {"schemas": [USER], "userName": alone.email}).status_code == 409


def test_others_do_not_exist_for_it(scim: Provisioning, acme: Tenant, other: Tenant, okta: Directory) -> None:
    """Members whom it did not make, people of another organisation and of its directory under the same name, admins."""
    theirs = directory(other).person("made@other.example")
    whole = scim.directory(domains=["corp.example"]).person("made@corp.example")
    sibling = directory(acme, "entra").person("sibling@acme.example")
    boss = okta.person("boss-of-all@acme.example")
    scim.services.user_service.patch(boss["id"], {"admin": True}, scope=DEPLOYMENT)
    ids = [
        acme.owned.id,
        acme.guest.id,
        acme.boss.id,
        other.owned.id,
        scim.admin.id,
        *(each["id"] for each in (theirs, whole, sibling, boss)),
    ]
    before = everything(scim)
    for id_ in ids:
        for method, body in ON_PEOPLE:
            assert okta.call(method, f"/Users/{id_}", body).status_code == 404, (method, id_)
        assert okta.ok("GET", "/Users", params={"filter": f'id eq "{id_}"'})["totalResults"] == 0
    assert okta.ok("GET", "/Users")["Resources"] == okta.ok("POST", "/.search", {})["Resources"] == []
    assert everything(scim) == before


def test_a_person_who_left_is_gone_for_it(scim: Provisioning, acme: Tenant, okta: Directory) -> None:
    """The account stays, and nothing of it can be changed. Lists and numbers agree."""
    made, stays = okta.person("leaver@acme.example", externalId="e1"), okta.person("stays@acme.example")
    scim.services.member_service.remove(acme.id, made["id"], scope=DEPLOYMENT, by=scim.by)
    before = user_of(scim, made["id"])
    for method, body in ON_PEOPLE:
        assert okta.call(method, f"/Users/{made['id']}", body).status_code == 404
    page = okta.ok("GET", "/Users")
    assert (page["totalResults"], [each["id"] for each in page["Resources"]]) == (1, [stays["id"]])
    assert okta.call("POST", "/Users", {"schemas": [USER], "userName": "leaver@acme.example"}).status_code == 409
    member(scim, acme.id, before)
    assert okta.call("GET", f"/Users/{made['id']}").status_code == 404, "another membership is not the directory's"
    assert okta.ok("GET", "/Users", params={"filter": 'externalId eq "e1"'})["totalResults"] == 0
    assert user_of(scim, made["id"]).disabled is False


def test_a_membership_that_an_earlier_release_ended_is_not_found_again(
    scim: Provisioning, acme: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a release leaves what the directory said. Neither without a membership nor with another one the person is there."""
    made = okta.person("leaver@acme.example")
    with monkeypatch.context() as earlier:
        earlier.setattr(Memberships, "_scim_parts", lambda *_: [])
        scim.services.member_service.remove(acme.id, made["id"], scope=DEPLOYMENT, by=scim.by)
    for again in (False, True):
        if again:
            member(scim, acme.id, user_of(scim, made["id"]))
        before = user_of(scim, made["id"])
        assert [okta.call(method, f"/Users/{made['id']}", body).status_code for method, body in ON_PEOPLE] == [404] * 4
        assert okta.ok("GET", "/Users")["Resources"] == []
        assert user_of(scim, made["id"]) == before


def in_two(scim: Provisioning, okta: Directory, other: Tenant) -> User:
    """A person of the directory who joined another organisation, too."""
    return member(scim, other.id, user_of(scim, okta.person("both@acme.example")["id"]))


@pytest.mark.parametrize("by", ["delete", "patch", "put", "patch a disabled one"])
def test_of_a_person_with_another_organisation_only_the_membership_ends(
    scim: Provisioning, acme: Tenant, other: Tenant, okta: Directory, by: str
) -> None:
    both = in_two(scim, okta, other)
    if by == "patch a disabled one":
        both = scim.services.user_service.patch(both.id, {"disabled": True}, scope=DEPLOYMENT)
    at = f"/Users/{both.id}"
    if by == "delete":
        assert okta.call("DELETE", at).status_code == 204
    elif by == "put":
        assert okta.ok("PUT", at, {"schemas": [USER], "userName": both.email, "active": False})["active"] is False
    else:
        assert okta.patch(at, OFF).json()["active"] is False
    after = user_of(scim, both.id)
    assert replace(after, version=0, memberships=0) == replace(both, version=0, memberships=0)
    assert (membership(acme, both.id), after.memberships) == (None, 1)
    assert membership(other, both.id)
    assert okta.call("GET", at).status_code == 404
    assert okta.ok("GET", "/Users")["totalResults"] == 0
    events = [each["type"] for each in acme.call("GET", "/audit").json()["items"] if each["subject"] == both.id]
    assert events[0] == "membership.removed"


def test_the_account_of_a_person_with_another_organisation_is_not_changed(
    scim: Provisioning, acme: Tenant, other: Tenant, okta: Directory
) -> None:
    """What the directory says is kept for it; address, profile and state are the person's. So with one whom it does not own."""
    both = in_two(scim, okta, other)
    guest = user_of(scim, okta.person("not-owned@acme.example")["id"])
    scim.services.member_service.patch(acme.id, guest.id, {"owned": False}, scope=DEPLOYMENT)
    for before in (both, guest):
        sent = {
            "schemas": [USER],
            "userName": "new-" + before.email,
            "displayName": "Renamed",
            "password": "another long river",
            "active": True,
        }
        assert okta.ok("PUT", f"/Users/{before.id}", sent)["displayName"] == "Renamed"
        assert replace(user_of(scim, before.id), version=0) == replace(before, version=0)


def test_an_account_of_the_organisation_alone_is_disabled_and_erased(scim: Provisioning, acme: Tenant, okta: Directory) -> None:
    made = okta.person("mine@acme.example")
    at = f"/Users/{made['id']}"
    assert okta.patch(at, OFF).json()["active"] is False
    assert (user_of(scim, made["id"]).disabled, user_of(scim, made["id"]).deactivated_by) == (True, okta.id)
    assert membership(acme, made["id"])
    assert acme.call("PATCH", f"/users/{made['id']}", json={"disabled": False}).status_code == 200, "by the organisation's admin"
    okta.patch(at, OFF)
    assert okta.patch(at, ON).json()["active"] is True
    scim.services.user_service.patch(made["id"], {"disabled": True}, scope=DEPLOYMENT)
    assert okta.patch(at, ON).json()["active"] is False
    assert okta.call("DELETE", at).status_code == 204
    assert scim.services.users.get(made["id"]) is None
    assert [each for each in everything(scim) if made["id"] in each] == []
    assert okta.ok("GET", "/Users")["totalResults"] == 0


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_a_person_who_joins_another_organisation_meanwhile_keeps_the_account(
    scim: Provisioning, acme: Tenant, other: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Between the judgement and the write."""
    made, people = okta.person("late@acme.example"), scim.services.scim_people
    read, joined = people.get, list[str]()

    def get(client: Any, user_id: str) -> Any:
        found = read(client, user_id)
        if not joined:
            joined.append(member(scim, other.id, found.user).id)
        return found

    monkeypatch.setattr(people, "get", get)
    body = {"Operations": [OFF]} if method == "PATCH" else None
    assert okta.call(method, f"/Users/{made['id']}", body).is_success
    user = user_of(scim, made["id"])
    assert (user.disabled, user.memberships, membership(acme, user.id)) == (False, 1, None)
    assert membership(other, user.id)


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_a_person_who_becomes_an_admin_meanwhile_is_not_touched(
    scim: Provisioning, acme: Tenant, okta: Directory, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    made, people = okta.person("rising@acme.example"), scim.services.scim_people
    read, promoted = people.get, list[Any]()

    def get(client: Any, user_id: str) -> Any:
        found = read(client, user_id)
        if not promoted and method == "DELETE":
            promoted.append(scim.services.member_service.patch(acme.id, user_id, {"admin": True}, scope=DEPLOYMENT))
        return found

    def power(*args: Any, **kwargs: Any) -> None:
        checks(*args, **kwargs)
        if not promoted:
            promoted.append(scim.services.member_service.patch(acme.id, made["id"], {"admin": True}, scope=DEPLOYMENT))

    checks = scim.services.organisation_people.require_power_over
    monkeypatch.setattr(people, "get", get)
    monkeypatch.setattr(scim.services.organisation_people, "require_power_over", power if method == "PATCH" else checks)
    body = {"Operations": [OFF]} if method == "PATCH" else None
    assert okta.call(method, f"/Users/{made['id']}", body).status_code == 403
    assert (user_of(scim, made["id"]).disabled, user_of(scim, made["id"]).deleting_until, len(promoted)) == (False, 0, 1)


def test_an_admin_of_the_organisation_is_not_touched(scim: Provisioning, acme: Tenant, okta: Directory) -> None:
    """J-05. Neither the account nor the membership, whether the organisation owns the account or not."""
    made = okta.person("chief@acme.example")
    scim.services.member_service.patch(acme.id, made["id"], {"admin": True}, scope=DEPLOYMENT)
    for owned in (True, False):
        scim.services.member_service.patch(acme.id, made["id"], {"owned": owned}, scope=DEPLOYMENT)
        before = everything(scim)
        for method, body in ON_PEOPLE[1:] if owned else ON_PEOPLE[2:]:
            assert okta.call(method, f"/Users/{made['id']}", body).status_code == 403, method
        assert everything(scim) == before


def test_an_admin_of_another_organisation_is_not_touched_and_not_told_of(
    scim: Provisioning, acme: Tenant, other: Tenant, okta: Directory
) -> None:
    """Every answer is as for a person with another organisation who administers nothing."""
    made = okta.person("chief@acme.example")
    before = member(scim, other.id, user_of(scim, made["id"]), admin=True)
    at = f"/Users/{made['id']}"
    assert okta.call("PUT", at, {"schemas": [USER], "userName": "x@acme.example"}).status_code == 200
    assert okta.patch(at, OFF).status_code == 200
    assert replace(user_of(scim, made["id"]), version=0) == replace(before, version=0, memberships=1)
    there = membership(other, made["id"])
    assert there
    assert (there.admin, there.version, membership(acme, made["id"])) == (True, 1, None)


def test_a_merge_takes_no_membership_away_from_the_directory(scim: Provisioning, acme: Tenant, okta: Directory) -> None:
    """The account that stays would be a member whom no change at the directory removes."""
    made, kept = okta.person("work@acme.example"), scim.user(email="home@example.com")
    service = scim.services.account_merge
    assert service.plan(kept.id, made["id"], scope=DEPLOYMENT, by=scim.by).memberships == ()
    with pytest.raises(Invalid):
        service.merge(kept.id, made["id"], MergeChoice(organizations=frozenset({acme.id})), scope=DEPLOYMENT, by=scim.by)
    assert membership(acme, made["id"])
    service.merge(kept.id, made["id"], MergeChoice(), scope=DEPLOYMENT, by=scim.by)
    assert (membership(acme, kept.id), membership(acme, made["id"])) == (None, None)
    assert okta.ok("GET", "/Users")["totalResults"] == 0
    assert okta.person("work2@acme.example")["id"]


def test_it_sets_no_password_and_fills_no_group_of_the_deployment(scim: Provisioning, acme: Tenant, okta: Directory) -> None:
    scim.services.group_service.create("staff", scope=DEPLOYMENT, by=scim.by)
    made = okta.person("new@acme.example", password="another long and quiet river")
    okta.group("staff", made["id"])
    user = user_of(scim, made["id"])
    assert (user.password_hash, dict(user.groups), dict(user.roles)) == (None, {}, {})


def test_its_token_ends_with_the_organisation(scim: Provisioning, acme: Tenant, other: Tenant, okta: Directory) -> None:
    """Disabled: refused, and accepted again when it is enabled. Deleted: nothing of the directory is left."""
    theirs, made = directory(other), okta.person("new@acme.example")
    store = Organisations(scim.services.database)
    for disabled in (True, False):
        scim.services.organisation_service.patch(acme.id, {"disabled": disabled}, scope=DEPLOYMENT, by=scim.by)
        assert okta.call("GET", "/Users").status_code == (401 if disabled else 200)
    mixed = [okta.token.replace(acme.id, other.id), okta.token.partition(".")[2], theirs.token.replace(other.id, acme.id)]
    assert [okta.call("GET", "/Users", token=each).status_code for each in mixed] == [401] * 3
    scim.services.organisation_service.delete(acme.id, scope=DEPLOYMENT, by=scim.by)
    assert store.get(acme.id) is None
    assert okta.call("GET", "/Users").status_code == 401
    assert theirs.call("GET", "/Users").status_code == 200
    assert user_of(scim, made["id"]).memberships == 0
    assert [each for each in everything(scim) if acme.id in each] == []


def test_only_an_admin_with_power_over_people_gets_a_token(scim: Provisioning, acme: Tenant) -> None:
    """J-05: or one who can change the organisation only could change its people by the directory. Disabling and deleting need no more."""
    at = f"/organizations/{acme.id}/scim-clients"
    first = acme.call("POST", at, json={"id": "okta", "name": "Okta"})
    assert (first.status_code, first.headers["location"]) == (201, f"/admin/v1{at}/okta")
    clerk = member(
        scim,
        acme.id,
        scim.user(email="clerk@acme.example"),
        admin=True,
        admin_scopes=frozenset({"organizations:read", "organizations:write"}),
    )
    little = acme.token(who=clerk)
    for path, body in ((at, {"id": "entra", "name": "Entra"}), (f"{at}/okta/token", {})):
        refused = acme.call("POST", path, token=little, json=body)
        assert (refused.status_code, "users:write" in refused.json()["detail"]) == (403, True)
    for changes in ({"users": "write"}, {"enabled": True}, {"enabled": False, "users": "write"}):
        assert acme.call("PATCH", f"{at}/okta", token=little, json=changes).status_code == 403
    assert acme.call("PATCH", f"{at}/okta", token=little, json={"enabled": False}).status_code == 200
    assert acme.call("DELETE", f"{at}/okta", token=little).status_code == 204
    assert [each["id"] for each in acme.call("GET", at).json()["items"]] == [acme.scim_client_id]


def test_it_gets_nothing_of_the_deployment(scim: Provisioning, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither members of the deployment's clients nor more of them than the setting says; and the deployment's lists do not have it."""
    at, given = f"/organizations/{acme.id}/scim-clients", {"id": "okta", "name": "Okta"}
    for more in (
        {"domains": ["acme.example"]}, {"groups": "all"}, {"sets_passwords": True}, {"fills_groups": ["staff"]}, {"connection_id": "x"},
        {"id": "Okta"}, {"id": "a.b"}, {"id": ""}, {"name": ""}, {"users": "all"}, {"org_id": "org_other"},
    ):  # fmt: skip
        assert acme.call("POST", at, json={**given, **more}).status_code in {400, 422}, more
        if "id" not in more:
            assert acme.call("PATCH", f"{at}/{acme.scim_client_id}", json=more).status_code in {400, 422}, more
    service = scim.services.organisation_scim_clients
    for own in ({"domains": ["a.example"]}, {"fills_groups": ["staff"]}, {"sets_passwords": True}):
        with pytest.raises(Invalid):
            service.create(acme.id, "entra", {"name": "Entra", **own}, scope=DEPLOYMENT, by=scim.by)
    for most, status in ((1, 400), (0, 409)):
        monkeypatch.setattr(service, "_settings", replace(scim.services.settings, organization_scim_clients=most))
        assert acme.call("POST", at, json=given).status_code == status, most
    listed = scim.call("GET", "/scim-clients")
    assert (listed.status_code, listed.json()["items"]) == (200, [])
    assert scim.call("GET", f"/scim-clients/{acme.id}.{acme.scim_client_id}").status_code in {400, 404, 422}
