"""What Okta sends: its suite for SCIM 2.0 apps in nine steps, and the updates of its two kinds of apps. Bodies are recorded shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.integration.scim.provisioning import ENTERPRISE, ERROR, GROUP, PATCH, USER

if TYPE_CHECKING:
    from tests.integration.scim.provisioning import Provisioning

PERSON = {
    "schemas": [USER], "userName": "ada@acme.example", "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "emails": [{"primary": True, "value": "ada@acme.example", "type": "work"}], "displayName": "Ada Lovelace", "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7", "groups": [], "active": True,
}  # fmt: skip


def test_its_suite_of_nine_steps_passes(scim: Provisioning) -> None:
    """In the order of the suite. Each status and member is what it checks."""
    okta = scim.directory(domains=["acme.example"])
    first = okta.ok("POST", "/Users", {**PERSON, "userName": "first@acme.example", "emails": [], "externalId": "00u1"})
    page = okta.ok("GET", "/Users?count=1&startIndex=1")  # 1: users endpoint
    assert (page["schemas"], page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (
        ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], 1, 1, 1,
    )  # fmt: skip
    assert {"id", "name", "userName", "active", "emails", "meta"} - set(page["Resources"][0]) <= {"emails"}
    assert okta.ok("GET", f"/Users/{first['id']}")["userName"] == "first@acme.example"  # 2
    nobody = okta.ok("GET", '/Users?filter=userName eq "nobody@acme.example"')  # 3
    assert (nobody["totalResults"], nobody["Resources"]) == (0, [])
    missing = okta.call("GET", "/Users/010101001010101011001010101011")  # 4
    assert (missing.status_code, missing.json()["schemas"], bool(missing.json()["detail"])) == (404, [ERROR], True)
    made = okta.call("POST", "/Users", PERSON)  # 5
    told = made.json()
    assert (made.status_code, told["active"], told["userName"], told["name"]) == (201, True, PERSON["userName"], PERSON["name"])
    assert (told["externalId"], made.headers["content-type"]) == (PERSON["externalId"], "application/scim+json")
    assert okta.ok("GET", f"/Users/{told['id']}") == told  # 6
    again = okta.call("POST", "/Users", PERSON)  # 7
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
    groups = okta.ok("GET", "/Groups?count=100&startIndex=1")  # 8
    assert (groups["totalResults"], groups["Resources"], groups["startIndex"]) == (0, [], 1)
    off = okta.patch(f"/Users/{told['id']}", {"op": "replace", "value": {"active": False}})  # 9
    assert (off.status_code, off.json()["active"], off.json()["userName"]) == (200, False, PERSON["userName"])
    user = scim.services.users.get(told["id"])
    assert user
    assert (user.disabled, user.security_stamp, user.email_verified) == (True, 1, True)


def test_an_update_of_the_whole_person_without_active_changes_no_status(scim: Provisioning) -> None:
    """AIW apps update by PUT. What the body leaves out of `active` stays, and everything else is replaced."""
    okta = scim.directory()
    made = okta.person("ada@acme.example", nickName="ada", displayName="Ada")
    for active in (True, False):
        okta.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"active": active}})
        body = {"schemas": [USER], "userName": "ada@acme.example", "displayName": f"Ada {active}"}
        told = okta.ok("PUT", f"/Users/{made['id']}", body)
        assert (told["active"], told["displayName"], "nickName" in told) == (active, f"Ada {active}", False)


def test_a_group_is_pushed_renamed_and_filled_in_batches(scim: Provisioning) -> None:
    """Okta sends the id back in a replace without a path, and all members in a full push."""
    okta = scim.directory()
    ids = [okta.person()["id"] for _ in range(4)]
    made = okta.ok("POST", "/Groups", {"schemas": [GROUP], "displayName": "Staff", "members": []})
    at = f"/Groups/{made['id']}"
    okta.patch(at, {"op": "add", "path": "members", "value": [{"value": ids[0], "display": "a"}, {"value": ids[1], "display": "b"}]})
    told = okta.patch(at, {"op": "replace", "value": {"id": made["id"], "displayName": "All staff"}}).json()
    assert (told["id"], told["displayName"]) == (made["id"], "All staff")
    assert {each["value"] for each in told["members"]} == set(ids[:2])
    told = okta.patch(at, {"op": "replace", "path": "members", "value": [{"value": each} for each in ids[1:]]}).json()
    assert {each["value"] for each in told["members"]} == set(ids[1:])
    told = okta.patch(at, {"op": "remove", "path": f'members[value eq "{ids[1]}"]'}).json()
    assert {each["value"] for each in told["members"]} == set(ids[2:])
    assert okta.ok("PUT", at, {"schemas": [GROUP], "displayName": "All staff"})["members"] == told["members"]
    assert "members" not in okta.ok("PUT", at, {"schemas": [GROUP], "displayName": "All staff", "members": []})


def test_a_password_counts_only_if_an_admin_allows_it(scim: Provisioning) -> None:
    """Okta sends one with each new person, so it is ignored, as every attribute that no schema has. No answer and no item has it."""
    plain, trusted = scim.directory(), scim.directory(sets_passwords=True)
    secret = "correct horse battery staple 27"
    ignored = scim.services.users.get(plain.ok("POST", "/Users", {**PERSON, "password": secret})["id"])
    assert ignored
    assert ignored.password_hash is None
    strict = scim.directory(reject_unknown=True)
    assert strict.call("POST", "/Users", {"userName": "eve@acme.example", "password": secret}).status_code == 400
    made = trusted.call("POST", "/Users", {**PERSON, "userName": "bob@acme.example", "emails": [], "password": secret})
    assert made.status_code == 201
    assert secret not in made.text
    user = scim.services.users.get(made.json()["id"])
    assert user
    assert user.password_hash
    assert scim.services.passwords.verify(user.password_hash, secret)
    assert secret not in json.dumps(list(scim.services.database.scan("directory")))


def test_extension_attributes_come_back_as_they_were_sent(scim: Provisioning) -> None:
    okta = scim.directory()
    extension: dict[str, Any] = {ENTERPRISE: {"employeeNumber": "0701984", "manager": {"value": "26118915", "displayName": "x"}}}
    told = okta.person(**extension)
    assert told[ENTERPRISE] == {"employeeNumber": "0701984", "manager": {"value": "26118915"}}
    assert told["schemas"] == [USER, ENTERPRISE]
    assert PATCH not in told["schemas"]
