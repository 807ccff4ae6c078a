"""Roles and groups that Keycloak exported: made here by `idp roles import`, and given to its people (threats R-10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import CommandLine
from tests.support.keycloak import Keycloak, Realm

pytestmark = pytest.mark.slow


def role(realm: Realm, name: str) -> dict[str, Any]:
    """A role of the realm, as Keycloak tells it."""
    made: dict[str, Any] = realm.call("GET", f"roles/{name}").json()
    return made


def test_people_have_here_what_they_had_there(keycloak: Keycloak, quick_endpoint: str, table_prefix: str, tmp_path: Path) -> None:
    """A composite role with what it contains, and a group in a group. Names with capitals and spaces included."""
    realm = keycloak.realm()
    for name in ("Editor", "viewer", "Chief Editor"):
        realm.make("roles", name=name)
    realm.call("POST", "roles/Chief%20Editor/composites", json=[role(realm, "Editor")])
    staff = realm.make("groups", name="Staff")
    night = realm.make(f"groups/{staff}/children", name="Night Shift")
    realm.call("POST", f"groups/{staff}/role-mappings/realm", json=[role(realm, "viewer")])
    ada, bob = realm.user("ada"), realm.user("bob")
    realm.call("POST", f"users/{ada}/role-mappings/realm", json=[role(realm, "Chief%20Editor")])
    realm.call("PUT", f"users/{bob}/groups/{night}")
    file = realm.export(tmp_path)
    idp = CommandLine(quick_endpoint, table_prefix, tmp_path)
    idp.done("bootstrap", "--json")
    made = idp.done("roles", "import", str(file), "--from", "keycloak")
    assert made.out.endswith("5 made\n0 there before\n0 refused\n"), made.out
    idp.done("users", "import", str(file), "--from", "keycloak", "--with-roles", "--keep-ids")
    services = idp.services()
    model = services.roles.model()
    assert {name: set(group.roles) for name, group in model.groups.items()} == {"staff": {"viewer"}, "staff.night-shift": {"viewer"}}
    people = {name: services.users.get(user_id) for name, user_id in (("ada", ada), ("bob", bob))}
    assert {name: (set(user.roles), set(user.groups)) for name, user in people.items() if user} == {
        "ada": ({"chief-editor", "editor"}, set()), "bob": (set(), {"staff.night-shift"}),
    }  # fmt: skip
