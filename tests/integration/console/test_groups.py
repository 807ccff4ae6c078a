"""Groups in the console: members, roles, and what is refused."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.console.admins import stored
from tests.integration.console.markup import HOSTILE, check

if TYPE_CHECKING:
    from idp.domain.access.roles import Group, Role
    from tests.integration.console.admins import Admin
    from tests.support.people import Person
    from tests.support.world import World


@pytest.fixture
def ada(world: World) -> Person:
    """A person whose address is before those of other tests: without search rows a list of members looks at 500 people at once."""
    return world.person(f"0-{token_hex(6)}@example.com", claims={"name": "Ada Lovelace", "given_name": "Ada"}, email_verified=True)


@pytest.fixture
def role(world: World) -> Role:
    """A role that no group has."""
    return world.services.role_service.create(f"editor-{token_hex(6)}", permissions=["orders:read"], scope=DEPLOYMENT)


@pytest.fixture
def group(world: World) -> Group:
    """A group without members and roles."""
    return world.services.group_service.create(f"staff-{token_hex(6)}", description="The office", scope=DEPLOYMENT)


def read(world: World, group: Group) -> Group:
    """The group as stored now."""
    return world.services.group_service.get(group.name, scope=DEPLOYMENT)


def test_a_group_is_created_once_with_a_role(admin: Admin, role: Role, world: World) -> None:
    page, name = admin.open("/console/groups/_new"), f"night-{token_hex(4)}"
    values = {"name": name, "description": "At night", "role": role.name}
    first = admin.press(page, "/_new", values)
    assert "The group was created." in first.text
    assert str(admin.press(page, "/_new", values).response.url) == str(first.response.url)
    assert dict(world.services.group_service.get(name, scope=DEPLOYMENT).roles) == {role.name: role.id}


@pytest.mark.parametrize(
    ("values", "status"), [({"name": ""}, 422), ({"name": "Ä"}, 422), ({"role": "nothing"}, 422), ({"name": "taken"}, 409)]
)
def test_a_group_that_cannot_be_is_kept_in_the_form(admin: Admin, group: Group, values: dict[str, str], status: int) -> None:
    typed = {"name": f"ok-{token_hex(4)}", "description": "Kept words", **values}
    typed |= {"name": group.name} if typed["name"] == "taken" else {}
    page = admin.press(admin.open("/console/groups/_new"), "/_new", typed)
    assert page.status == status
    assert "Kept words" in page.text


def test_a_member_is_added_and_removed(admin: Admin, group: Group, ada: Person, world: World) -> None:
    page = admin.press(admin.open(f"/console/groups/{group.name}"), "/people", {"who": ada.email})
    assert "The person is in the group now." in page.text
    assert set(stored(world, ada).groups) == {group.name}
    (event,) = world.audited("user.updated", ada)
    assert (event.actor, event.details["groups_added"]) == (admin.person.user.id, group.name)
    assert "Ada Lovelace" in page.text
    assert "The person was removed from the group." in admin.press(page, "/people/remove").text
    assert dict(stored(world, ada).groups) == {}


def test_an_unknown_person_becomes_no_member(admin: Admin, group: Group) -> None:
    page = admin.press(admin.open(f"/console/groups/{group.name}"), "/people", {"who": "nobody@example.com"})
    assert page.status == 422
    assert 'value="nobody@example.com"' in page.text


def test_roles_of_a_group_are_given_and_taken(admin: Admin, group: Group, role: Role, world: World) -> None:
    page = admin.press(admin.open(f"/console/groups/{group.name}"), "/roles", {"role": role.name})
    assert "The changes were saved." in page.text
    assert dict(read(world, group).roles) == {role.name: role.id}
    assert group.name in admin.open(f"/console/roles/{role.name}").text
    admin.press(page, "/roles/remove")
    assert dict(read(world, group).roles) == {}


def test_two_admins_at_once_change_no_roles_unseen(admin: Admin, group: Group, role: Role, world: World) -> None:
    """The second sees what the first did, and the reason, and can do it again."""
    page = admin.open(f"/console/groups/{group.name}")
    world.services.group_service.patch(group.name, {"description": "Another"}, by=world.by, scope=DEPLOYMENT)
    answer = admin.press(page, "/roles", {"role": role.name})
    assert answer.status == 412
    assert "Another" in answer.text
    assert dict(read(world, group).roles) == {}
    assert "saved" in str(admin.press(answer, "/roles", {"role": role.name}).response.url)


def test_a_description_saved_meanwhile_is_shown(admin: Admin, group: Group, world: World) -> None:
    page = admin.open(f"/console/groups/{group.name}/edit")
    world.services.group_service.patch(group.name, {"description": "Theirs"}, by=world.by, scope=DEPLOYMENT)
    answer = admin.press(page, "/edit", {"description": "Mine"})
    assert answer.status == 412
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    assert "saved" in str(admin.press(answer, "/edit").response.url)
    assert read(world, group).description == "Mine"


def test_a_member_gives_their_own_group_no_more(admin: Admin, group: Group, role: Role, world: World) -> None:
    """J-05."""
    world.services.user_service.patch(admin.person.user.id, {"groups": [group.name]}, scope=DEPLOYMENT)
    assert admin.press(admin.open(f"/console/groups/{group.name}"), "/roles", {"role": role.name}).status == 403
    assert dict(read(world, group).roles) == {}


@pytest.mark.parametrize("role_name", ["", "nothing", "x" * 500])
def test_a_group_gets_no_unknown_role(admin: Admin, group: Group, role: Role, world: World, role_name: str) -> None:
    assert role.name in admin.open(f"/console/groups/{group.name}").text
    assert admin.press(admin.open(f"/console/groups/{group.name}"), "/roles", {"role": role_name}).status == 422
    assert read(world, group) == group


@pytest.mark.parametrize(("tab", "action"), [("", "/people"), ("", "/roles"), ("/delete", "/delete")])
def test_a_dangerous_act_asks_again_after_a_while(
    admin: Admin, group: Group, role: Role, ada: Person, world: World, tab: str, action: str
) -> None:
    """Q-10."""
    page = admin.open(f"/console/groups/{group.name}{tab}")
    admin.later()
    asked = admin.press(page, action, {"who": ada.email, "role": role.name})
    assert "Confirm that it is you" in asked.text
    assert (read(world, group), dict(stored(world, ada).groups)) == (group, {})
    assert "?done=" in str(admin.confirm(asked).response.url)


def test_hostile_texts_are_text(admin: Admin, world: World) -> None:
    name = f"hostile-{token_hex(4)}"
    world.services.group_service.create(name, description=HOSTILE, scope=DEPLOYMENT)
    for path in ("", f"/{name}", f"/{name}/edit", f"/{name}/delete"):
        check(admin.open(f"/console/groups{path}").text)
    check(admin.press(admin.open(f"/console/groups/{name}"), "/people", {"who": HOSTILE}).text)
