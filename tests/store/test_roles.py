"""Roles and groups: read together, changed only from the newest version, and never confused with an earlier one of the same name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.access.roles import Group, Role
from idp.domain.errors import Unavailable
from idp.store import access_keys
from idp.store.database import Database
from idp.store.roles import Roles, group_item, role_item
from tests.store.examples import NOW, group, new_id, role
from tests.store.race import crowd

AT_ONCE = 20


def test_what_is_written_is_read(database: Database) -> None:
    """Alone, and in the model with all others."""
    roles, one = Roles(database), role(description="Reads", permissions=("b:x", "a:y"))
    team = group(roles={one.name: one.id}, description="They")
    assert roles.create(one)
    assert roles.create(team)
    as_read = replace(one, permissions=("a:y", "b:x"))
    assert roles.role(one.name) == as_read
    assert roles.group(team.name) == team
    model = roles.model()
    assert model.roles[one.name] == as_read
    assert model.groups[team.name] == team
    assert roles.create(empty := role(permissions=()))
    assert roles.role(empty.name) == empty


def test_a_role_and_a_group_may_have_the_same_name(database: Database) -> None:
    """A role is not found as a group, and a group not as a role."""
    roles, one = Roles(database), role()
    assert roles.create(one)
    assert roles.group(one.name) is None
    assert roles.create(group(name=one.name))
    assert roles.role(one.name) == one


def test_a_taken_name_is_refused(database: Database) -> None:
    """The second one is refused and changes nothing."""
    roles, one = Roles(database), role()
    assert roles.create(one)
    assert not roles.create(replace(one, id=new_id(), permissions=()))
    assert roles.role(one.name) == one


def test_a_change_from_an_old_version_is_refused(database: Database) -> None:
    """A change needs the stored version."""
    roles, one, team = Roles(database), role(), group()
    roles.create(one)
    roles.create(team)
    assert roles.replace(replace(one, description="A")) == replace(one, description="A", version=2)
    assert roles.replace(replace(one, description="B")) is None
    assert roles.replace(replace(team, description="A")) == replace(team, description="A", version=2)
    assert roles.replace(replace(team, description="B")) is None
    assert not roles.delete(one)
    assert not roles.delete(team)


def test_a_deleted_role_cannot_be_changed(database: Database) -> None:
    """The change does not create it again."""
    roles, one = Roles(database), role()
    roles.create(one)
    assert roles.delete(one)
    assert not roles.delete(one)
    assert roles.replace(replace(one, description="A")) is None
    assert roles.role(one.name) is None


def test_a_role_created_again_is_another_role(database: Database) -> None:
    """Deleted and created again, it has the same version and another id. A change of the old one would restore its assignments."""
    roles, old, team = Roles(database), role(), group()
    roles.create(old)
    roles.create(team)
    roles.delete(old)
    roles.delete(team)
    new, new_team = replace(old, id=new_id()), replace(team, id=new_id())
    assert roles.create(new)
    assert roles.create(new_team)
    assert roles.replace(replace(old, permissions=("all",))) is None
    assert not roles.delete(old)
    assert roles.replace(replace(team, roles={"x": "y"})) is None
    assert not roles.delete(team)
    assert roles.role(old.name) == new
    assert roles.group(team.name) == new_team
    model = roles.model()
    assert model.effective({old.name: old.id}) == ()
    assert model.effective({new.name: new.id}) == (new.name,)


def test_users_with_a_damaged_role_are_refused(fresh: Database) -> None:
    """Users with that role, directly or by a group, are refused, because their permissions are unknown. Others are not (FI-17)."""
    roles, fine, broken = Roles(fresh), role(name="fine"), role(name="broken")
    staff, team = group(name="staff", roles={"broken": broken.id}), group(name="team")
    for each in (fine, staff):
        roles.create(each)
    fresh.write_raw("directory", [role_item(broken).raw() | {"version": {"S": "x"}}, group_item(team).raw() | {"roles": {"S": "x"}}])
    model = roles.model()
    assert model.effective({"fine": fine.id}) == ("fine",)
    assert model.live_groups({"staff": staff.id}) == ("staff",)
    for assigned, groups in (({"fine": fine.id, "broken": broken.id}, {}), ({}, {"staff": staff.id}), ({}, {"team": team.id})):
        with pytest.raises(Unavailable):
            model.effective(assigned, groups)
    assert [one.name for one in roles.roles()[0]] == ["fine"]
    with pytest.raises(Unavailable):
        roles.role("broken")


def test_a_list_continues_at_the_key_of_the_next_page(fresh: Database) -> None:
    """Roles and groups in separate lists, by name."""
    roles = Roles(fresh)
    for number in range(5):
        roles.create(role(name=f"r{number}"))
        roles.create(group(name=f"g{number}"))
    first, more = roles.roles(limit=3)
    rest, end = roles.roles(limit=3, start=more)
    assert [one.name for one in first + rest] == ["r0", "r1", "r2", "r3", "r4"]
    assert end is None
    assert [one.name for one in roles.groups()[0]] == ["g0", "g1", "g2", "g3", "g4"]
    assert set(roles.model().roles) == {"r0", "r1", "r2", "r3", "r4"}


def test_items_have_the_documented_shape(fresh: Database) -> None:
    """As docs/data-model.md describes it for readers without this store: one partition, sets and maps of text."""
    roles = Roles(fresh)
    roles.create(Role("editor", "id1", ("orders:read", "orders:write"), "Edits", NOW, NOW))
    roles.create(Group("staff", "id2", {"editor": "id1"}, "", NOW, NOW))
    role_raw, group_raw = sorted(fresh.query_all("directory", access_keys.ROLES), key=lambda raw: str(raw["kind"]["S"]), reverse=True)
    assert role_raw["sk"] == {"S": "ROLE#editor"}
    assert sorted(role_raw["permissions"]["SS"]) == ["orders:read", "orders:write"]
    assert (role_raw["name"], role_raw["role_id"]) == ({"S": "editor"}, {"S": "id1"})
    assert group_raw["sk"] == {"S": "GROUP#staff"}
    assert group_raw["roles"] == {"M": {"editor": {"S": "id1"}}}
    assert (group_raw["name"], group_raw["group_id"]) == ({"S": "staff"}, {"S": "id2"})


@pytest.mark.engines
def test_one_of_concurrent_changes_of_a_role_succeeds(real: Database) -> None:
    """The others are refused, so no permission is added or removed by accident."""
    roles = Roles(real)

    def race(one: Role) -> list[Role | None]:
        return crowd(AT_ONCE, lambda n: roles.replace(replace(one, permissions=(f"p{n}",))))

    for _ in range(10):
        one = role()
        roles.create(one)
        won = [each for each in race(one) if each]
        assert len(won) == 1
        assert roles.role(one.name) == won[0]


@pytest.mark.engines
def test_one_of_concurrent_roles_gets_the_name(real: Database) -> None:
    """Of concurrent creations one succeeds; the others store no role."""
    roles = Roles(real)

    def race(name: str) -> list[bool]:
        return crowd(AT_ONCE, lambda n: roles.create(role(name=name, id=f"{name}-{n}")))

    for _ in range(10):
        name = role().name
        answers = race(name)
        assert answers.count(True) == 1
        found = roles.role(name)
        assert found
        assert found.id == f"{name}-{answers.index(True)}"


@pytest.mark.engines
def test_a_role_deleted_while_it_is_changed_does_not_come_back(real: Database) -> None:
    """Either the change or the deletion succeeds. A deleted role never comes back with its permissions."""
    roles = Roles(real)

    def race(one: Role) -> list[bool]:
        return crowd(2, lambda n: roles.delete(one) if n else roles.replace(replace(one, description="A")) is not None)

    for _ in range(30):
        one = role()
        roles.create(one)
        changed, deleted = race(one)
        assert changed != deleted
        assert (roles.role(one.name) is None) == deleted
