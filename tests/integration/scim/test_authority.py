"""Who may do what: tokens (threats P-09), rights, and what a SCIM client sees of others (threats P-02, P-03, P-07)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.store.user_erasures import UserErasures
from tests.integration.admin.isolation.tenants import member, tenant
from tests.integration.scim.provisioning import ERROR, GROUP, USER
from tests.support.kept_ids import SHAPES, moved

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.integration.scim.provisioning import Directory, Provisioning

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def test_only_a_live_token_opens_anything(scim: Provisioning) -> None:
    """Each refusal looks the same, also at addresses that do not need a resource, and for a token in the query."""
    mine, other = scim.directory(), scim.directory()
    client, id_, secret = mine.token.split(".")
    wrong = [
        "", "x", f"{client}.{id_}", f"{client}.{id_}.", f"{client}.{id_}.{secret[:-1]}", f"{client}..{secret}", f"{client}.{id_}.{secret}x",
        f"{other.id}.{id_}.{secret}", f"nobody.{id_}.{secret}", f"{client}.{other.token.split('.')[1]}.{secret}", "é" * 200, "x" * 5000,
    ]  # fmt: skip
    for path in ("/Users", "/Groups", "/ServiceProviderConfig", "/Schemas", "/Me", "/Users/usr_x"):
        for token in wrong:
            sent = [(b"authorization", f"Bearer {token}".encode())] if token else []
            answer = scim.http.get(f"/scim/v2{path}", headers=sent)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="scim"'), token
            assert answer.json() == {"schemas": [ERROR], "status": "401", "detail": answer.json()["detail"]}
    assert scim.http.get(f"/scim/v2/Users?access_token={mine.token}").status_code == 401
    assert scim.http.get("/scim/v2/Users", headers={"Authorization": f"Basic {mine.token}"}).status_code == 401
    assert mine.call("GET", "/Users").status_code == 200


@pytest.mark.parametrize("shape", SHAPES)
def test_a_person_whom_an_import_made_is_not_there(scim: Provisioning, shape: str) -> None:
    """Whatever the form of the kept id: a directory sees only what it made. No request with such an id fails in another way."""
    directory, kept = scim.directory(), SHAPES[shape]()
    moved(scim, kept)
    at = f"/Users/{quote(kept, safe='')}"
    for method, body in (("GET", None), ("PUT", {"schemas": [USER], "userName": "a@b.example"}), ("DELETE", None)):
        assert directory.call(method, at, body).status_code == 404, method
    group = {"schemas": [GROUP], "displayName": "Staff", "members": [{"value": kept}]}
    assert directory.call("POST", "/Groups", group).status_code == 400
    assert scim.services.users.get(kept)


def test_two_tokens_work_during_a_rotation_and_none_after_its_end(scim: Provisioning) -> None:
    """The digest is all that is stored. A third token ends the first one."""
    directory, service = scim.directory(), scim.services.scim_client_service

    def rotate(*, overlap: int = 7 * 86400, lifetime: int = 86400 * 30) -> str:
        return service.rotate_token(directory.id, overlap=overlap, lifetime=lifetime, scope=DEPLOYMENT, by=scim.by)[1]

    def works(token: str) -> bool:
        return directory.call("GET", "/Users?count=0", token=token).status_code == 200

    first, second = directory.token, rotate(overlap=3600)
    assert works(first)
    assert works(second)
    scim.clock.now += 3600
    assert not works(first)
    assert works(second)
    third = rotate()
    fourth = rotate()
    assert [works(each) for each in (second, third, fourth)] == [False, True, True]
    last = rotate(overlap=0, lifetime=60)
    assert [works(each) for each in (fourth, last)] == [False, True]
    scim.clock.now += 60
    assert not works(last)
    stored = json.dumps([*scim.services.database.scan("directory"), *scim.services.database.scan("state")])
    assert not [each for each in (first, second, third, fourth, last) if each.split(".")[2] in stored]


def test_a_disabled_or_deleted_client_is_refused_at_once(scim: Provisioning) -> None:
    directory, service = scim.directory(), scim.services.scim_client_service
    service.patch(directory.id, {"enabled": False}, scope=DEPLOYMENT, by=scim.by)
    assert directory.call("GET", "/Users").status_code == 401
    service.patch(directory.id, {"enabled": True}, scope=DEPLOYMENT, by=scim.by)
    assert directory.call("GET", "/Users").status_code == 200
    service.delete(directory.id, scope=DEPLOYMENT, by=scim.by)
    assert directory.call("GET", "/Users").status_code == 401


def test_the_day_of_the_last_use_is_kept_and_written_once_a_day(scim: Provisioning) -> None:
    directory = scim.directory()
    for _ in range(3):
        directory.ok("GET", "/Users?count=0")
    client = scim.services.scim_clients.get(directory.id)
    assert client
    assert client.tokens[0].used_day == "2026-01-01" or len(client.tokens[0].used_day) == 10
    assert client.version == 1, "a use is no change by an admin"


@pytest.mark.parametrize(("right", "reads", "writes"), [("none", 403, 403), ("read", 200, 403), ("write", 200, 201)])
def test_rights_are_checked_at_each_address(scim: Provisioning, right: str, reads: int, writes: int) -> None:
    """Of people and of groups apart; in a bulk request for each operation; a search over all types leaves out the others."""
    directory = scim.directory(users=right, groups="none")
    body = {"schemas": [USER], "userName": "a@corp.example"}
    assert directory.call("GET", "/Users").status_code == reads
    assert directory.call("POST", "/Users", body).status_code == writes
    assert directory.call("POST", "/Users/.search", {}).status_code == reads
    assert directory.call("GET", "/Users/usr_x").status_code == (403 if reads == 403 else 404)
    bulk = {
        "schemas": [BULK],
        "Operations": [{"method": "POST", "path": "/Users", "bulkId": "1", "data": {**body, "userName": "b@corp.example"}}],
    }
    assert directory.ok("POST", "/Bulk", bulk)["Operations"][0]["status"] == str(writes)
    for method, path in (("GET", "/Groups"), ("POST", "/Groups"), ("GET", "/Groups/grp_x"), ("DELETE", "/Groups/grp_x")):
        assert directory.call(method, path, {"displayName": "x"} if method == "POST" else None).status_code == 403
    assert directory.ok("POST", "/.search", {})["totalResults"] == (2 if right == "write" else 0)


def everything(directory: Directory) -> str:
    """All that a client can read, as text."""
    answers = [
        directory.call("GET", path) for path in ("/Users?attributes=groups,userName,emails", "/Groups", "/Users?cursor", "/Groups?cursor")
    ]
    return " ".join(answer.text for answer in [*answers, directory.call("POST", "/.search", {"count": 200})])


def test_a_client_finds_nothing_of_another_one(scim: Provisioning) -> None:
    """By id, filter, search, member, bulk: as if it did not exist. What it tries changes nothing (threats P-02)."""
    a, b = scim.directory(), scim.directory()
    victim = b.person("victim@corp.example", externalId="ext-1", displayName="Victim")
    group, own = b.group("Secret group", victim["id"]), a.person("own@corp.example")
    mine = a.group("Mine", own["id"])
    before = everything(b)
    id_, gid = victim["id"], group["id"]
    change = {"schemas": [USER], "userName": "owned@corp.example"}
    operations: list[Any] = [{"op": "replace", "path": "active", "value": False}]
    for path, body in ((f"/Users/{id_}", change), (f"/Groups/{gid}", {"schemas": [GROUP], "displayName": "x", "members": []})):
        assert a.call("GET", path).status_code == 404
        assert a.call("PUT", path, body).status_code == 404
        assert a.patch(path, *operations).status_code == 404 or path.startswith("/Groups")
        assert a.patch(path, {"op": "add", "path": "members" if "Groups" in path else "title", "value": "x"}).status_code in {400, 404}
        assert a.call("DELETE", path).status_code == 404
    for text in (
        f'id eq "{id_}"', 'userName eq "victim@corp.example"', 'externalId eq "ext-1"', 'displayName co "ict"', 'userName sw "v"',
        "emails.value pr", 'not (userName eq "x") and displayName eq "Victim"',
    ):  # fmt: skip
        assert [each for each in a.ok("GET", "/Users", params={"filter": text})["Resources"] if each["id"] == id_] == [], text
    for text in (f'id eq "{gid}"', 'displayName eq "Secret group"', f'members eq "{id_}"', f'members[value eq "{id_}"]'):
        assert a.ok("GET", "/Groups", params={"filter": text})["totalResults"] == 0, text
    members: list[Any] = [[{"value": id_}], [{"$ref": f"https://idp.example/scim/v2/Users/{id_}"}], id_]
    for value in members:
        refused = a.patch(f"/Groups/{mine['id']}", {"op": "add", "path": "members", "value": value})
        assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    assert a.call("POST", "/Groups", {"displayName": "New", "members": [{"value": id_}]}).status_code == 400
    bulk = {"Operations": [
        {"method": "DELETE", "path": f"/Users/{id_}"}, {"method": "PATCH", "path": f"/Users/{id_}", "data": {"Operations": operations}},
        {"method": "PUT", "path": f"/Groups/{gid}", "data": {"displayName": "x"}}, {"method": "DELETE", "path": f"/Groups/{gid}"},
    ]}  # fmt: skip
    assert {each["status"] for each in a.ok("POST", "/Bulk", bulk)["Operations"]} == {"404"}
    assert id_ not in everything(a)
    assert gid not in everything(a)
    assert everything(b) == before


def test_a_cursor_of_one_client_is_nothing_for_another(scim: Provisioning) -> None:
    a, b = scim.directory(), scim.directory()
    for directory in (a, b):
        for _ in range(3):
            directory.person()
    cursor = b.ok("GET", "/Users?cursor&count=1")["nextCursor"]
    refused = a.call("GET", "/Users", params={"cursor": cursor, "count": "1"})
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidCursor")


def test_people_whom_it_did_not_make_and_admins_do_not_exist(scim: Provisioning) -> None:
    """An address of another account is a conflict, without a word about that account (threats P-03)."""
    directory = scim.directory(domains=["corp.example"])
    there = scim.user(email="there@corp.example", claims={"name": "Private Name"})
    refused = directory.call("POST", "/Users", {"userName": "there@corp.example"})
    assert (refused.status_code, refused.json()["scimType"]) == (409, "uniqueness")
    assert there.id not in refused.text
    assert "Private" not in refused.text
    made = directory.person("boss@corp.example")
    assert directory.call("PUT", f"/Users/{made['id']}", {"userName": "there@corp.example"}).status_code == 409
    for method, body in (("GET", None), ("PUT", {"userName": "x@corp.example"}), ("DELETE", None)):
        assert directory.call(method, f"/Users/{there.id}", body).status_code == 404
    user = scim.services.users.get(made["id"])
    assert user
    scim.services.user_service.patch(user.id, {"admin": True}, scope=DEPLOYMENT)
    for method, body in (("GET", None), ("PUT", {"userName": "x@corp.example"}), ("DELETE", None)):
        assert directory.call(method, f"/Users/{made['id']}", body).status_code == 404
    assert directory.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"active": False}}).status_code == 404
    assert directory.ok("GET", "/Users", params={"filter": 'userName eq "boss@corp.example"'})["Resources"] == []
    assert made["id"] not in everything(directory)
    now = scim.services.users.get(made["id"])
    assert now
    assert replace(now, version=0, updated_at=0) == replace(user, admin=True, version=0, updated_at=0)


def test_a_client_does_nothing_to_an_admin_of_an_organisation(scim: Provisioning) -> None:
    """J-05: a client that set the password or the address could do what the person may in the organisation."""
    scim.services.group_service.create("staff", scope=DEPLOYMENT, by=scim.by)
    directory = scim.directory(sets_passwords=True, fills_groups=["staff"])
    made = directory.person("boss@corp.example")
    organisation = tenant(scim, "acme")
    before = member(scim, organisation.id, stored(scim, made), admin=True)
    for method, body in (("PUT", {"userName": "other@corp.example"}), ("DELETE", None)):
        assert directory.call(method, f"/Users/{made['id']}", body).status_code == 403
    for value in ({"active": False}, {"password": "another long and quiet river"}, {"userName": "other@corp.example"}):
        assert directory.patch(f"/Users/{made['id']}", {"op": "replace", "value": value}).status_code == 403
    directory.group("staff", made["id"])
    assert stored(scim, made) == before
    guest = directory.person("guest@corp.example")
    member(scim, organisation.id, stored(scim, guest))
    assert directory.patch(f"/Users/{guest['id']}", {"op": "replace", "value": {"active": False}}).status_code == 200


def stored(scim: Provisioning, made: dict[str, Any]) -> User:
    """Return the user of a SCIM resource as stored now."""
    found = scim.services.users.get(made["id"])
    assert found
    return found


def test_an_admin_is_neither_listed_nor_counted_until_demoted(scim: Provisioning) -> None:
    """The number, the pages and the filters agree at each moment: also while the admin is disabled, and after the erasure."""
    directory = scim.directory(domains=["corp.example"])
    stays, boss = directory.person("stays@corp.example")["id"], directory.person("boss@corp.example", externalId="b")["id"]

    def listed() -> list[str]:
        page = directory.ok("GET", "/Users")
        found = [each["id"] for each in page["Resources"]]
        assert page["totalResults"] == len(found) == directory.ok("GET", "/Users?filter=userName pr")["totalResults"]
        assert [each["id"] for each in directory.ok("GET", "/Users?count=1")["Resources"]] == found[:1], "no page is empty before the end"
        return sorted(found)

    def patch(**changes: bool) -> None:
        scim.services.user_service.patch(boss, changes, scope=DEPLOYMENT)

    scim.services.user_service.create("root@example.com", admin=True, scope=DEPLOYMENT)
    both = sorted([stays, boss])
    assert listed() == both
    for changes, expected in (
        ({"admin": True}, [stays]), ({"disabled": True}, [stays]), ({"admin": False}, both), ({"admin": True}, [stays]),
        ({"disabled": False}, [stays]), ({"admin": False}, both), ({"admin": True}, [stays]),
    ):  # fmt: skip
        patch(**changes)
        assert listed() == expected, changes
    refused = directory.call("POST", "/Groups", {"displayName": "G", "members": [{"value": boss}]})
    assert refused.status_code == 400
    scim.services.user_service.delete(boss, scope=DEPLOYMENT)
    assert listed() == [stays]


def test_an_admin_who_erased_the_own_account_was_not_counted(scim: Provisioning) -> None:
    """Then the user is an admin until the erasure."""
    directory = scim.directory(domains=["corp.example"])
    directory.person("stays@corp.example")
    boss = directory.person("boss@corp.example")["id"]
    scim.services.user_service.patch(boss, {"admin": True}, scope=DEPLOYMENT)
    user = scim.services.users.get(boss)
    assert user
    assert UserErasures(scim.services.database).delete(user)
    assert directory.ok("GET", "/Users")["totalResults"] == len(directory.ok("GET", "/Users")["Resources"]) == 1


def test_inactive_ends_all_access_in_the_same_request(scim: Provisioning) -> None:
    """A session and a grant of before are over, and a new sign-in is refused; an active person starts anew (threats P-04)."""
    directory = scim.directory()
    made = directory.person("ada@corp.example")
    user = scim.services.users.get(made["id"])
    assert user
    grant = scim.granted(user, scim.console)
    directory.patch(f"/Users/{made['id']}", {"op": "Replace", "path": "active", "value": "False"})
    now = scim.services.users.get(made["id"])
    assert now
    assert not now.accepts(grant.security_stamp)
    assert scim.services.access.grants(now, scope=DEPLOYMENT) == []
    assert scim.services.access.sessions(now, scope=DEPLOYMENT) == []
    directory.patch(f"/Users/{made['id']}", {"op": "replace", "path": "active", "value": True})
    again = scim.services.users.get(made["id"])
    assert again
    assert (again.disabled, again.accepts(grant.security_stamp)) == (False, False)


def test_every_act_is_an_event_with_the_client_as_its_actor(scim: Provisioning) -> None:
    directory = scim.directory("acme")
    made = directory.person("ada@corp.example")
    group = directory.group("Staff", made["id"])
    directory.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"title": "Dr", "active": False}})
    directory.patch(f"/Groups/{group['id']}", {"op": "remove", "path": "members", "value": [{"value": made["id"]}]})
    directory.call("DELETE", f"/Groups/{group['id']}")
    directory.call("DELETE", f"/Users/{made['id']}")
    found = [(each["type"], each["actor"]) for each in scim.events() if each["actor"] == "scim:acme"]
    assert [type_ for type_, _ in reversed(found)] == [
        "user.created", "scim_group.created", "user.disabled", "scim_group.updated", "scim_group.deleted", "user.deleted",
    ]  # fmt: skip


def test_an_erased_person_leaves_nothing_in_groups_or_finders(scim: Provisioning) -> None:
    """By the directory or by an admin: no item has the id, except events."""
    directory = scim.directory()
    for by_admin in (True, False):
        made = directory.person(externalId="ext")
        directory.group("", made["id"])
        if by_admin:
            scim.services.user_service.delete(made["id"], scope=DEPLOYMENT)
        else:
            directory.ok("DELETE", f"/Users/{made['id']}")
        assert [raw for raw in scim.services.database.scan("directory") if made["id"] in json.dumps(raw)] == []
        assert directory.ok("GET", "/Users")["totalResults"] == 0
        assert directory.ok("GET", "/Users", params={"filter": 'externalId eq "ext"'})["totalResults"] == 0
