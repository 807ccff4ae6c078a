"""Roles in the console: each form, its event, and what is refused."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import NotFound
from idp.http.console import gate
from idp.http.console.authority import Authority
from tests.integration.console.admins import sign_in, stored
from tests.integration.console.markup import HOSTILE, check

if TYPE_CHECKING:
    from idp.domain.access.roles import Role
    from tests.integration.console.admins import Admin
    from tests.support.people import Person
    from tests.support.world import World


@pytest.fixture
def ada(world: World) -> Person:
    """A person whose address is before those of other tests: without search rows a list of members looks at 500 people at once."""
    return world.person(f"0-{token_hex(6)}@example.com", claims={"name": "Ada Lovelace", "given_name": "Ada"}, email_verified=True)


@pytest.fixture
def role(world: World) -> Role:
    """A role without holders."""
    name, given = f"editor-{token_hex(6)}", ["orders:read", "orders:write"]
    return world.services.role_service.create(name, permissions=given, description="Edits orders", scope=DEPLOYMENT)


def read(world: World, role: Role) -> Role:
    """The role as stored now."""
    return world.services.role_service.get(role.name, scope=DEPLOYMENT)


def events(world: World, type_: str, target: str) -> list[Any]:
    """The audit events of this type about this role."""
    return [event for event in world.audited(type_) if event.target == target]


def test_a_role_is_created_once_and_shown(admin: Admin, world: World) -> None:
    page, name = admin.open("/console/roles/_new"), f"auditor-{token_hex(4)}"
    values = {"name": name, "description": "Reads all", "permissions": "orders:read\r\n  reports:read \r\n"}
    first = admin.press(page, "/_new", values)
    assert "The role was created." in first.text
    assert str(admin.press(page, "/_new", values).response.url) == str(first.response.url)
    made = world.services.role_service.get(name, scope=DEPLOYMENT)
    assert (made.permissions, made.description) == (("orders:read", "reports:read"), "Reads all")
    (event,) = events(world, "role.created", name)
    assert event.actor == admin.person.user.id
    assert 'href="/console/groups">Groups</a></div>' in first.text


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"name": "_new"}, 422, "name"),
        ({"name": ""}, 422, "name"),
        ({"name": "Upper"}, 422, "name"),
        ({"permissions": "a*b"}, 422, "permissions"),
        ({"permissions": " ".join(f"p{number}" for number in range(101))}, 422, "permissions"),
        ({"description": "x" * 501}, 422, "description"),
        ({"name": "taken"}, 409, "name"),
    ],
)
def test_a_role_that_cannot_be_is_named_at_its_field_and_kept(
    admin: Admin, role: Role, values: dict[str, str], status: int, field: str
) -> None:
    typed = {"name": f"ok-{token_hex(4)}", "description": "Kept words", **values}
    typed |= {"name": role.name} if typed["name"] == "taken" else {}
    page = admin.press(admin.open("/console/roles/_new"), "/_new", typed)
    assert page.status == status
    assert f'id="{field}"' in page.text.partition("aria-invalid")[0].rpartition("<")[2]
    assert typed["description"] in page.text


def test_the_role_named_new_is_none_of_the_consoles_addresses(admin: Admin, world: World) -> None:
    """A role may have the name of an address elsewhere: it is shown, changed and deleted as every other."""
    for name in ("new", "edit", "delete"):
        try:
            world.services.role_service.create(name, scope=DEPLOYMENT)
        finally:
            assert f">{name}</h1>" in admin.open(f"/console/roles/{name}").text
        deleted = admin.press(admin.open(f"/console/roles/{name}/delete"), "/delete")
        assert "The role was deleted." in deleted.text


def test_a_role_is_changed_with_its_event(admin: Admin, role: Role, world: World) -> None:
    page = admin.press(admin.open(f"/console/roles/{role.name}/edit"), "/edit", {"permissions": "orders:read\norders:approve"})
    assert "The changes were saved." in page.text
    (event,) = events(world, "role.updated", role.name)
    assert event.details == {"permissions_added": "orders:approve", "permissions_removed": "orders:write"}


def test_saving_without_a_change_writes_nothing(admin: Admin, role: Role, world: World) -> None:
    assert "Nothing was changed." in admin.press(admin.open(f"/console/roles/{role.name}/edit"), "/edit").text
    assert events(world, "role.updated", role.name) == []


def test_two_admins_see_each_others_values_and_lose_none(admin: Admin, role: Role, world: World) -> None:
    mine = admin.open(f"/console/roles/{role.name}/edit")
    world.services.role_service.patch(role.name, {"permissions": ["orders:void"]}, by=world.by, scope=DEPLOYMENT)
    page = admin.press(mine, "/edit", {"permissions": "orders:approve"})
    assert page.status == 412
    assert "orders:void" in page.text.partition("permissions-theirs")[2]
    assert "orders:approve" in page.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert read(world, role).permissions == ("orders:void",)
    assert "saved" in str(admin.press(page, "/edit").response.url)
    assert read(world, role).permissions == ("orders:approve",)


@pytest.mark.parametrize("tab", ["/edit", "/delete"])
def test_a_form_without_its_version_does_nothing(admin: Admin, role: Role, world: World, tab: str) -> None:
    page = admin.press(admin.open(f"/console/roles/{role.name}{tab}"), tab, {"version": "", "permissions": ""})
    assert page.status in {400, 422}
    assert read(world, role) == role


def test_a_deletion_of_an_older_version_does_nothing(admin: Admin, role: Role, world: World) -> None:
    page = admin.open(f"/console/roles/{role.name}/delete")
    changed = world.services.role_service.patch(role.name, {"description": "Other"}, by=world.by, scope=DEPLOYMENT)
    assert admin.press(page, "/delete").status == 412
    assert read(world, role) == changed


def test_a_role_is_given_and_taken_on_its_page(admin: Admin, role: Role, ada: Person, world: World) -> None:
    page = admin.press(admin.open(f"/console/roles/{role.name}"), "/people", {"who": ada.email})
    assert "The person has the role now." in page.text
    assert "Ada Lovelace" in page.text
    assert set(stored(world, ada).roles) == {role.name}
    (event,) = world.audited("user.updated", ada)
    assert event.details["roles_added"] == role.name
    page = admin.press(page, "/people/remove")
    assert "The role was taken from the person." in page.text
    assert dict(stored(world, ada).roles) == {}


@pytest.mark.parametrize("who", ["", "nobody@example.com", "usr_nobody", "no address", "x" * 3000, "\x00"])
def test_a_role_is_given_to_no_unknown_person(admin: Admin, role: Role, who: str) -> None:
    page = admin.press(admin.open(f"/console/roles/{role.name}"), "/people", {"who": who})
    assert page.status == 422
    assert "There is no account with this address or id." in page.text


def test_a_removal_from_an_old_page_does_nothing(admin: Admin, role: Role, ada: Person, world: World) -> None:
    page = admin.press(admin.open(f"/console/roles/{role.name}"), "/people", {"who": ada.user.id})
    world.services.user_service.patch(ada.user.id, {"claims": {"nickname": "Countess"}}, scope=DEPLOYMENT)
    assert admin.press(page, "/people/remove").status == 412
    assert set(stored(world, ada).roles) == {role.name}


def test_an_admin_gives_themselves_nothing(admin: Admin, role: Role, world: World) -> None:
    page = admin.press(admin.open(f"/console/roles/{role.name}"), "/people", {"who": admin.person.email})
    assert page.status == 403
    assert dict(stored(world, admin.person).roles) == {}


def test_a_holder_gives_their_own_role_no_more(admin: Admin, role: Role, world: World) -> None:
    """J-05: refused, and what was typed stays in the form."""
    world.services.user_service.patch(admin.person.user.id, {"roles": [role.name]}, scope=DEPLOYMENT)
    page = admin.press(admin.open(f"/console/roles/{role.name}/edit"), "/edit", {"permissions": "orders:read orders:write everything"})
    assert page.status == 403
    assert "everything" in page.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert read(world, role).permissions == role.permissions


@pytest.mark.parametrize(("tab", "action"), [("", "/people"), ("/edit", "/edit"), ("/delete", "/delete")])
def test_a_dangerous_act_asks_again_after_a_while(admin: Admin, role: Role, ada: Person, world: World, tab: str, action: str) -> None:
    """Q-10: what gives or takes rights."""
    page = admin.open(f"/console/roles/{role.name}{tab}")
    admin.later()
    asked = admin.press(page, action, {"who": ada.email, "permissions": "orders:read"})
    assert "Confirm that it is you" in asked.text
    assert read(world, role) == role
    assert dict(stored(world, ada).roles) == {}
    assert "?done=" in str(admin.confirm(asked).response.url)


def test_holders_are_listed_in_pages_each_once(admin: Admin, role: Role, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.http.console.listing.ON_A_PAGE", 2)
    made = [world.person(roles={role.name: role.id}).user.id for _ in range(5)]
    seen: list[str] = []
    address = f"/console/roles/{role.name}"
    while address:
        page = admin.open(address)
        seen += [one for one in made if f'"/console/people/{one}"' in page.text]
        address = next((part.split('"')[0].replace("&amp;", "&") for part in page.text.split('rel="next" href="')[1:]), "")
    assert sorted(seen) == sorted(made)
    cursor = admin.open(f"/console/roles/{role.name}").text.split("cursor=")[1].split('"')[0]
    assert admin.open(f"/console/roles?cursor={cursor}").status == 400
    assert sign_in(world).open(f"/console/roles/{role.name}?cursor={cursor}").status == 400


def test_an_admin_who_may_not_read_people_sees_no_holder(admin: Admin, role: Role, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    held = world.person(roles={role.name: role.id})
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, frozenset({"roles:read"})))
    page = admin.open(f"/console/roles/{role.name}")
    assert page.status == 200
    assert held.email not in page.text
    assert [form for form in page.forms if form.method == "post"] == []


def test_hostile_texts_are_text(admin: Admin, world: World) -> None:
    name = f"hostile-{token_hex(4)}"
    world.services.role_service.create(name, description=HOSTILE, scope=DEPLOYMENT)
    for path in ("", f"/{name}", f"/{name}/edit", f"/{name}/delete"):
        page = admin.open(f"/console/roles{path}")
        assert page.status == 200
        check(page.text)
    check(admin.press(admin.open(f"/console/roles/{name}"), "/people", {"who": HOSTILE}).text)
    check(admin.press(admin.open("/console/roles/_new"), "/_new", dict.fromkeys(("name", "description", "permissions"), HOSTILE)).text)


@pytest.mark.parametrize("name", ["nothing", "%00", "%E4%B8%AD", "..", "A"])
def test_an_unknown_role_is_not_found(admin: Admin, name: str) -> None:
    for tab in ("", "/edit", "/delete"):
        assert admin.open(f"/console/roles/{name}{tab}").status in {200, 404}
    with pytest.raises(NotFound):
        admin.world.services.role_service.get("nothing", scope=DEPLOYMENT)
