"""What Microsoft Entra sends, without and with its flag aadOptscim062020. Bodies are recorded shapes of its documentation and validator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.scim.provisioning import ENTERPRISE, USER

if TYPE_CHECKING:
    from tests.integration.scim.provisioning import Provisioning

PERSON = {
    "schemas": [USER, ENTERPRISE], "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "userName": "Test_User_ab6490ee@acme.example",
    "active": True, "displayName": "lennay", "emails": [{"primary": True, "type": "work", "value": "Test_User_fd0ea19b@acme.example"}],
    "meta": {"resourceType": "User"}, "name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
    "roles": [], "department": "unknown here",
}  # fmt: skip
WORK = 'emails[type eq "work"].value'


def test_its_validator_s_requests_on_people(scim: Provisioning) -> None:
    """Made with unknown attributes, found by each matching attribute, updated, disabled, removed."""
    entra = scim.directory(domains=["acme.example"])
    made = entra.ok("POST", "/Users", PERSON)
    for text in (
        f'userName eq "{PERSON["userName"]}"', f'userName eq "{str(PERSON["userName"]).upper()}"',
        f'externalId eq "{PERSON["externalId"]}"',
        f'{WORK} eq "Test_User_fd0ea19b@acme.example"', f'id eq "{made["id"]}"',
        f'externalId eq "{PERSON["externalId"]}" and active eq true',
    ):  # fmt: skip
        found = entra.ok("GET", "/Users", params={"filter": text})
        assert [each["id"] for each in found["Resources"]] == [made["id"]], text
    assert entra.ok("GET", "/Users", params={"filter": 'userName eq "7b1f0e2f"'})["totalResults"] == 0
    assert entra.ok("GET", f"/Users/{made['id']}")["userName"] == PERSON["userName"], "it is not reformatted"
    user = scim.services.users.get(made["id"])
    assert user
    assert (user.email, user.email_verified, user.claims["given_name"]) == ("test_user_fd0ea19b@acme.example", True, "givenName")


@pytest.mark.parametrize(
    ("operation", "path", "wanted"),
    [
        ({"op": "Replace", "path": "active", "value": "False"}, "active", False),
        ({"op": "replace", "path": "active", "value": "True"}, "active", True),
        ({"op": "Add", "path": "nickName", "value": "Babs"}, "nickName", "Babs"),
        ({"op": "Replace", "path": "name.givenName", "value": "Barbara"}, "name.givenName", "Barbara"),
        ({"op": "Replace", "path": WORK, "value": "new@acme.example"}, "emails.0.value", "new@acme.example"),
        ({"op": "Add", "path": 'emails[type eq "home"].value', "value": "h@x.example"}, "emails.1",
         {"type": "home", "value": "h@x.example"}),
        ({"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+1 555"}, "phoneNumbers.0",
         {"type": "mobile", "value": "+1 555"}),
        ({"op": "Replace", "path": f"{ENTERPRISE}:employeeNumber", "value": "42"}, f"{ENTERPRISE}.employeeNumber", "42"),
        ({"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "boss"}, f"{ENTERPRISE}.manager", {"value": "boss"}),
        ({"op": "Replace", "path": f"{USER.upper()}:title", "value": "Dr"}, "title", "Dr"),
        ({"op": "Remove", "path": "displayName"}, "displayName", None),
        ({"op": "Add", "path": "favouriteColour", "value": "blue"}, "favouriteColour", None),
    ],
)  # fmt: skip
def test_one_operation_for_each_attribute(scim: Provisioning, operation: dict[str, Any], path: str, wanted: object) -> None:
    """Without the flag: op in any case, booleans as text, one path each. The answer is 200 with the person."""
    entra = scim.directory()
    made = entra.ok("POST", "/Users", PERSON)
    answer = entra.patch(f"/Users/{made['id']}", operation)
    assert answer.status_code == 200
    found: Any = answer.json()
    for part in path.split(".") if ENTERPRISE not in path else [ENTERPRISE, path.rpartition(".")[2]]:
        found = found[int(part)] if part.isdigit() else found.get(part)
    assert found == wanted
    assert entra.ok("GET", f"/Users/{made['id']}") == answer.json()


def test_dotted_names_and_urns_without_a_path(scim: Provisioning) -> None:
    """With the flag: one replace without a path, dotted names and whole URNs as names."""
    entra = scim.directory()
    made = entra.ok("POST", "/Users", PERSON)
    value = {
        "displayName": "New", "name.familyName": "Family", "active": "False", f"{ENTERPRISE}:department": "Sales",
        f"{ENTERPRISE}:manager": {"value": "m"}, "nonsense": 1, "id": "other",
    }  # fmt: skip
    told = entra.patch(f"/Users/{made['id']}", {"op": "replace", "value": value}).json()
    assert (told["id"], told["displayName"], told["name"]["familyName"], told["active"]) == (made["id"], "New", "Family", False)
    assert told["name"]["givenName"] == "givenName"
    assert told[ENTERPRISE] == {"department": "Sales", "manager": {"value": "m"}}


@pytest.mark.parametrize("by_list", [True, False])
def test_only_the_named_members_are_removed(scim: Provisioning, by_list: bool) -> None:
    """By the letter of the RFC a remove with a value list would empty the group."""
    entra = scim.directory()
    ids = [entra.person()["id"] for _ in range(3)]
    group = entra.group("Sales", *ids)
    operation = (
        {"op": "Remove", "path": "members", "value": [{"value": ids[1]}]}
        if by_list
        else {"op": "remove", "path": f'members[value eq "{ids[1]}"]'}
    )
    told = entra.patch(f"/Groups/{group['id']}", operation).json()
    assert {each["value"] for each in told["members"]} == {ids[0], ids[2]}


def test_its_requests_on_groups(scim: Provisioning) -> None:
    """Found by displayName without members, whether somebody is a member, a duplicate name, a rename."""
    entra = scim.directory()
    one, other = entra.person()["id"], entra.person()["id"]
    group = entra.group("Group1 DisplayName", one)
    params = {"excludedAttributes": "members", "filter": 'displayName eq "GROUP1 displayname"'}
    assert [set(each) for each in entra.ok("GET", "/Groups", params=params)["Resources"]] == [{"schemas", "id", "displayName", "meta"}]
    assert "members" not in entra.ok("GET", f"/Groups/{group['id']}", params={"excludedAttributes": "members"})
    for person, number in ((one, 1), (other, 0)):
        for text in (f'id eq "{group["id"]}" and members eq "{person}"', f'members[value eq "{person}"]', f'members.value eq "{person}"'):
            assert entra.ok("GET", "/Groups", params={"filter": text})["totalResults"] == number, text
    again = entra.call("POST", "/Groups", {"displayName": "group1 DISPLAYNAME"})
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
    told = entra.patch(f"/Groups/{group['id']}", {"op": "Replace", "path": "displayName", "value": "Renamed"}).json()
    assert (told["displayName"], [each["value"] for each in told["members"]]) == ("Renamed", [one])


def test_a_disabled_person_is_still_returned_and_a_removed_one_is_not(scim: Provisioning) -> None:
    """Entra disables first, and deletes after thirty days."""
    entra = scim.directory()
    made = entra.ok("POST", "/Users", PERSON)
    at = f"/Users/{made['id']}"
    entra.patch(at, {"op": "Replace", "path": "active", "value": "False"})
    assert entra.ok("GET", "/Users", params={"filter": f'userName eq "{PERSON["userName"]}"'})["Resources"][0]["active"] is False
    assert entra.call("DELETE", at).status_code == 204
    assert [entra.call(method, at, body).status_code for method, body in (("GET", None), ("PUT", PERSON), ("DELETE", None))] == [404] * 3
    again = entra.ok("POST", "/Users", PERSON)
    assert again["id"] != made["id"], "an id is never used again (threats P-07)"


def test_a_strict_client_refuses_what_no_schema_has(scim: Provisioning) -> None:
    """The draft of an interoperability profile demands it, and Entra cannot live with it: so it is a setting of the client."""
    strict = scim.directory(reject_unknown=True)
    assert strict.call("POST", "/Users", PERSON).json()["scimType"] == "invalidSyntax"
    made = strict.person()
    for operation in ({"op": "add", "path": "nonsense", "value": 1}, {"op": "add", "value": {"nonsense": 1}}):
        assert strict.patch(f"/Users/{made['id']}", operation).status_code == 400
