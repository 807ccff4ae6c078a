"""Roles and groups of a Keycloak realm export, and the names that they have here."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from idp.domain.moving.formats import keycloak
from idp.domain.moving.keycloak_roles import RealmRoles, read
from idp.domain.moving.person import BrokenFileError, ImportedPerson
from idp.domain.moving.role_names import Names, spelled

ROLES = [
    {"name": "Editor", "description": "Edits"},
    {"name": "Chief Editor", "composites": {"realm": ["Editor", "viewer"], "client": {"app": ["x"]}}},
    {"name": "viewer", "composites": {"realm": ["Chief Editor"]}},
    {"name": "default-roles-acme", "composites": {"realm": ["viewer", "offline_access"]}},
    {"name": "offline_access"},
]
GROUPS = [{"name": "Staff", "realmRoles": ["viewer"], "subGroups": [{"name": "Night", "realmRoles": ["Editor"], "subGroups": []}]}]


def realm(**members: Any) -> RealmRoles:
    """What a file says."""
    return read(io.BytesIO(json.dumps({"realm": "acme", "roles": {"realm": ROLES}, "groups": GROUPS, "users": [], **members}).encode()))


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("Editor", "editor"), ("staff/night", "staff.night"), ("/Staff/Night Shift", "staff.night-shift"), ("a_b:c-d.e", "a_b:c-d.e"),
        ("Ärzte", ""), ("\u212a", ""), ("", ""), ("/", ""), ("a" * 65, ""), ("-x", ""), ("a\nb", ""), ("a?", ""),
    ],
)  # fmt: skip
def test_a_name_becomes_one_that_is_allowed_here(name: str, here: str) -> None:
    """Letters that become ASCII in lower case, such as the sign for Kelvin, included: they are different names there."""
    assert spelled(name) == here


def test_names_that_would_be_one_stay_as_they_are() -> None:
    """A person with the one role would get the other one."""
    names = Names(["Editor", "editor", "viewer"])
    assert [names.of(each) for each in ("Editor", "editor", "viewer", "Other")] == ["Editor", "editor", "viewer", "other"]
    problem = names.problem("editor")
    assert problem
    assert problem.id == "moving.role_shared"


def test_composites_and_groups_are_resolved() -> None:
    """Also in a circle. Default roles are left out, and the roles in them are not."""
    found = realm()
    assert set(found.all_of(["default-roles-acme"])) == {"viewer", "Chief Editor", "Editor"}
    assert found.groups["Staff"].roles == ("viewer",)
    assert found.groups["Staff/Night"].roles == ("viewer", "Editor")
    assert found.roles["Chief Editor"].of_clients
    assert set(found.roles) == {"Editor", "Chief Editor", "viewer"}


@pytest.mark.parametrize(
    "members",
    [
        {"roles": 1}, {"roles": {"realm": 1}}, {"roles": {"realm": [1]}}, {"roles": {"realm": [{"name": 1}]}}, {"groups": {}},
        {"roles": {"realm": [{"name": "a", "composites": {"realm": [1]}}]}}, {"groups": [{"name": "a", "subGroups": [1]}]},
    ],
)  # fmt: skip
def test_a_malformed_section_is_refused(members: dict[str, Any]) -> None:
    """By the import of people, too: it would not know which names there would be one here."""
    content = json.dumps({"roles": {"realm": ROLES}, "groups": GROUPS, **members, "users": []}).encode()
    with pytest.raises(BrokenFileError):
        read(io.BytesIO(content))
    with pytest.raises(BrokenFileError):
        list(keycloak.read(io.BytesIO(content)))


def test_a_deep_group_is_refused() -> None:
    group: dict[str, Any] = {"name": "a"}
    for _ in range(60):
        group = {"name": "a", "subGroups": [group]}
    with pytest.raises(BrokenFileError):
        realm(groups=[group])


@pytest.mark.parametrize("content", [b"", b"[]", b'{"realm": "x"}', b"PK\x03\x04"])
def test_a_file_without_roles_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenFileError):
        read(io.BytesIO(content))


def test_a_person_gets_the_names_that_the_import_of_roles_makes() -> None:
    """With what their roles contain."""
    user = {"username": "ada", "email": "ada@example.com", "realmRoles": ["default-roles-acme", "Editor"], "groups": ["/Staff/Night"]}
    content = json.dumps({"roles": {"realm": ROLES}, "groups": GROUPS, "users": [user]}).encode()
    [person] = keycloak.read(io.BytesIO(content))
    assert isinstance(person, ImportedPerson)
    assert (set(person.roles), person.groups) == ({"editor", "viewer", "chief-editor"}, ("staff.night",))


def test_a_person_does_not_get_the_role_of_another_name() -> None:
    """Both roles exist there, and one here: only who has that one gets it."""
    both = [{"name": "Editor"}, {"name": "editor"}]
    users = [{"username": name, "email": f"{name}@example.com", "realmRoles": [role]} for name, role in (("a", "Editor"), ("b", "editor"))]
    people = list(keycloak.read(io.BytesIO(json.dumps({"roles": {"realm": both}, "users": users}).encode())))
    assert [each.roles for each in people if isinstance(each, ImportedPerson)] == [("Editor",), ("editor",)]
