"""`idp roles import`: what is missing is made without permissions, what exists stays, and no person gets another role (threats R-10)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import CommandLine

ROLES = [
    {"name": "Editor", "description": "Edits"}, {"name": "Chief Editor", "composites": {"realm": ["Editor"]}},
    {"name": "admin", "description": "${role_admin}"}, {"name": "Both"}, {"name": "both"}, {"name": "Ärzte"}, {"name": "offline_access"},
]  # fmt: skip
GROUPS = [
    {
        "name": "Staff",
        "realmRoles": ["admin", "Both"],
        "clientRoles": {"app": ["x"]},
        "subGroups": [{"name": "Night", "realmRoles": ["Chief Editor"]}],
    }
]
USERS = [
    {"id": "1", "username": "ada", "email": "ada@example.com", "realmRoles": ["Chief Editor"], "groups": ["/Staff/Night"]},
    {"id": "2", "username": "eve", "email": "eve@example.com", "realmRoles": ["Both"]},
]


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment with a role that has a permission."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    made.done("roles", "create", "admin", "--permission", "all:write")
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A realm export."""
    made = tmp_path / "realm.json"
    made.write_text(
        json.dumps({"realm": "acme", "roles": {"realm": ROLES, "client": {"app": [{"name": "x"}]}}, "groups": GROUPS, "users": USERS})
    )
    return made


def test_roles_and_groups_are_made_and_people_get_them(idp: CommandLine, file: Path) -> None:
    """Of two names that would be one none is made, and who has one of them is refused."""
    answer = idp("roles", "import", str(file), "--from", "keycloak")
    assert answer.status == 1
    assert answer.out.endswith("4 made\n1 there before\n3 refused\n")
    assert "group Staff/Night -> staff.night" in answer.out
    assert "Both" in answer.err
    assert "Roles of clients" in answer.out
    model = idp.services().roles.model()
    assert {name: role.permissions for name, role in model.roles.items()} == {"admin": ("all:write",), "editor": (), "chief-editor": ()}
    assert model.roles["editor"].description == "Edits"
    assert {name: set(group.roles) for name, group in model.groups.items()} == {
        "staff": {"admin"}, "staff.night": {"admin", "chief-editor", "editor"},
    }  # fmt: skip
    people = idp("users", "import", str(file), "--from", "keycloak", "--with-roles")
    assert people.out.startswith("1 imported\n")
    services = idp.services()
    ada = services.users.get(services.users.id_of("ada@example.com") or "")
    assert ada
    assert (set(ada.roles), set(ada.groups), ada.admin) == ({"editor", "chief-editor"}, {"staff.night"}, False)
    assert services.users.id_of("eve@example.com") is None


def test_a_dry_run_writes_nothing(idp: CommandLine, file: Path) -> None:
    before = list(idp.services().database.scan("directory"))
    answer = idp("roles", "import", str(file), "--from", "keycloak", "--dry-run")
    assert answer.out.endswith("4 would be made\n1 there before\n3 refused\n")
    assert list(idp.services().database.scan("directory")) == before


def test_a_second_import_changes_nothing(idp: CommandLine, file: Path) -> None:
    """Also not what an admin changed meanwhile."""
    idp("roles", "import", str(file), "--from", "keycloak")
    before = list(idp.services().database.scan("directory"))
    assert idp("roles", "import", str(file), "--from", "keycloak").out.endswith("0 made\n5 there before\n3 refused\n")
    assert list(idp.services().database.scan("directory")) == before


def test_a_file_of_another_kind_is_refused(idp: CommandLine, tmp_path: Path) -> None:
    for content in ("", "[]", "{}", '{"roles": 1}'):
        (tmp_path / "other.json").write_text(content)
        answer = idp("roles", "import", str(tmp_path / "other.json"), "--from", "keycloak")
        assert answer.status == 2
        assert answer.err
