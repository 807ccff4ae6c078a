"""Roles and groups as they are stored: read together, changed by whoever read them last, never taken for an earlier one of their name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.access.roles import Group, Role
from idp.domain.errors import Unavailable
from idp.store import keys
from idp.store.database import Database
from idp.store.roles import Roles, group_item, role_item
from tests.store.examples import NOW, group, new_id, role
from tests.store.race import crowd

AT_ONCE = 20


def test_what_is_written_is_read(database: Database) -> None:
    """Alone, and with all others in one model."""
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


def test_a_role_and_a_group_of_one_name_are_two(database: Database) -> None:
    """Neither is found as the other."""
    roles, one = Roles(database), role()
    assert roles.create(one)
    assert roles.group(one.name) is None
    assert roles.create(group(name=one.name))
    assert roles.role(one.name) == one


def test_a_name_is_taken_once(database: Database) -> None:
    """The second is refused, and changes nothing."""
    roles, one = Roles(database), role()
    assert roles.create(one)
    assert not roles.create(replace(one, id=new_id(), permissions=()))
    assert roles.role(one.name) == one


def test_a_change_of_what_was_read_before_is_refused(database: Database) -> None:
    """By version."""
    roles, one, team = Roles(database), role(), group()
    roles.create(one)
    roles.create(team)
    assert roles.replace(replace(one, description="A")) == replace(one, description="A", version=2)
    assert roles.replace(replace(one, description="B")) is None
    assert roles.replace(replace(team, description="A")) == replace(team, description="A", version=2)
    assert roles.replace(replace(team, description="B")) is None
    assert not roles.delete(one)
    assert not roles.delete(team)


def test_nobody_changes_what_is_gone(database: Database) -> None:
    """A deleted role is not made again by a change of it."""
    roles, one = Roles(database), role()
    roles.create(one)
    assert roles.delete(one)
    assert not roles.delete(one)
    assert roles.replace(replace(one, description="A")) is None
    assert roles.role(one.name) is None


def test_a_new_one_of_the_name_is_another(database: Database) -> None:
    """Deleted and made anew, it has the same version and another id: a change of the old one would bring its assignments back."""
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


def test_what_cannot_be_read_is_not_guessed(fresh: Database) -> None:
    """Whoever has it, by themselves or by a group, is refused: what they may do is not known by the rest. Nobody else is (FI-17)."""
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


def test_a_list_goes_on_where_it_stopped(fresh: Database) -> None:
    """Roles apart from groups, by name."""
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


def test_the_shape_that_others_read(fresh: Database) -> None:
    """As docs/data-model.md tells those who read it without this store: one partition, sets and maps of text."""
    roles = Roles(fresh)
    roles.create(Role("editor", "id1", ("orders:read", "orders:write"), "Edits", NOW, NOW))
    roles.create(Group("staff", "id2", {"editor": "id1"}, "", NOW, NOW))
    role_raw, group_raw = sorted(fresh.query_all("directory", keys.ROLES), key=lambda raw: str(raw["kind"]["S"]), reverse=True)
    assert role_raw["sk"] == {"S": "ROLE#editor"}
    assert sorted(role_raw["permissions"]["SS"]) == ["orders:read", "orders:write"]
    assert (role_raw["name"], role_raw["role_id"]) == ({"S": "editor"}, {"S": "id1"})
    assert group_raw["sk"] == {"S": "GROUP#staff"}
    assert group_raw["roles"] == {"M": {"editor": {"S": "id1"}}}
    assert (group_raw["name"], group_raw["group_id"]) == ({"S": "staff"}, {"S": "id2"})


@pytest.mark.engines
def test_of_two_admins_one_changes_a_role(real: Database) -> None:
    """The others are told: no permission is given or taken by accident."""
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
def test_a_name_is_taken_by_one(real: Database) -> None:
    """Of many at once; the others have no role."""
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
def test_a_role_that_is_deleted_while_it_is_changed(real: Database) -> None:
    """Either the change or the end of it wins; a deleted role never comes back with what it had."""
    roles = Roles(real)

    def race(one: Role) -> list[bool]:
        return crowd(2, lambda n: roles.delete(one) if n else roles.replace(replace(one, description="A")) is not None)

    for _ in range(30):
        one = role()
        roles.create(one)
        changed, deleted = race(one)
        assert changed != deleted
        assert (roles.role(one.name) is None) == deleted
