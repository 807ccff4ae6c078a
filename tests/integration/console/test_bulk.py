"""One act upon many people in the console: they see whom they chose, each account is changed by itself, and who was refused is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.console.admins import Admin, sign_in, stored
from tests.support.forms import Page

if TYPE_CHECKING:
    from tests.support.people import Person
    from tests.support.world import World

BULK = "/console/people/bulk"


def chosen(admin: Admin, *names: str) -> Page:
    """The preview of these ids and addresses."""
    return admin.press(admin.open(BULK), "/bulk", {"names": "\n".join(names)})


def begin(admin: Admin, page: Page, act: str, **more: str) -> Page:
    """The answer to the first form of a run."""
    return admin.press(page, "/bulk/run", {"act": act, **more})


def test_those_of_a_list_are_shown_and_changed(admin: Admin, world: World) -> None:
    """By id and by address in any spelling, each once. Others stay as they are, and each account has its own event."""
    people = [world.person(claims={"name": f"<b>P{number}</b>"}) for number in range(3)]
    names = [people[0].user.id, people[1].email.upper(), people[1].email, "nothing@example.com", "<i>x</i>"]
    page = chosen(admin, *names)
    assert "2 people" in page.text
    assert "nothing@example.com" in page.text
    assert "<b>P" not in page.text
    assert "<i>x</i>" not in page.text
    page = begin(admin, page, "disable")
    assert "Done" in page.text
    assert [stored(world, each).disabled for each in people] == [True, True, False]
    assert [event.actor for event in world.audited("user.disabled", people[0])] == [admin.person.user.id]
    begin(admin, chosen(admin, people[0].user.id), "disable")
    assert len(world.audited("user.disabled", people[0])) == 1


def test_those_of_a_search_are_the_people_of_the_preview(admin: Admin, world: World) -> None:
    """Who fits only after the preview is not touched."""
    first = world.person(claims={"name": "Zelda Bulkington"})
    page = admin.press(admin.open(BULK), "/bulk", {"q": "bulkington"})
    later = world.person(claims={"name": "Zoe Bulkington"})
    begin(admin, page, "disable")
    assert (stored(world, first).disabled, stored(world, later).disabled) == (True, False)


def test_a_run_goes_on_in_batches_and_can_be_repeated(admin: Admin, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that is sent twice has its effect once; who stops leaves the others as they are."""
    monkeypatch.setattr("idp.http.console.bulk.BATCH", 2)
    people = [world.person() for _ in range(5)]
    page = begin(admin, chosen(admin, *(each.user.id for each in people)), "sign-out")
    assert "2 of 5" in page.text
    assert [len(world.audited("user.signed_out_everywhere", each)) for each in people] == [1, 1, 0, 0, 0]
    again = admin.press(page, "/bulk/run")
    page = admin.press(page, "/bulk/run")
    assert "4 of 5" in again.text
    assert "4 of 5" in page.text
    assert "Done" in admin.press(page, "/bulk/run").text
    assert [len(world.audited("user.signed_out_everywhere", each)) for each in people] == [1] * 5


def test_an_old_page_of_a_run_changes_nothing(admin: Admin, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its form acted once. Sent again, it gets the same answer, also if its people were changed since; so does one of an older preview."""
    monkeypatch.setattr("idp.http.console.bulk.BATCH", 2)
    people = [world.person() for _ in range(4)]
    preview = chosen(admin, *(each.user.id for each in people))
    old = begin(admin, preview, "disable")
    assert "Done" in admin.press(old, "/bulk/run").text
    for each in people:
        world.services.user_service.patch(each.user.id, {"disabled": False}, scope=DEPLOYMENT)
    assert "Done" in admin.press(old, "/bulk/run").text
    assert "2 of 4" in begin(admin, preview, "disable").text
    for run in (f"{world.clock() - 86400}.0123456789", f"{world.clock() + 1}.0123456789", "0123456789"):
        assert begin(admin, preview, "disable", run=run).status == 422
    assert [stored(world, each).disabled for each in people] == [False] * 4
    assert "2 of 4" in begin(admin, preview, "sign-out").text  # another act of the same preview is another run


def test_people_that_may_not_be_changed_are_named(world: World, ada: Person) -> None:
    """An admin with more rights, the admin themselves, and an account that is gone. The rest is done."""
    limited = sign_in(world, admin_scopes=frozenset({"users:read", "users:write"}))
    boss, gone = world.person(admin=True), world.person()
    page = chosen(limited, limited.person.user.id, boss.user.id, gone.user.id, ada.user.id)
    world.services.user_service.delete(gone.user.id, scope=DEPLOYMENT)
    page = begin(limited, page, "disable")
    assert (stored(world, boss).disabled, stored(world, limited.person).disabled, stored(world, ada).disabled) == (False, False, True)
    for email in (boss.email, limited.person.email, gone.user.id):
        assert email in page.text


def test_an_act_needs_its_rights(world: World, ada: Person) -> None:
    """Neither offered nor done."""
    limited = sign_in(world, admin_scopes=frozenset({"users:read", "users:write"}))
    page = chosen(limited, ada.user.id)
    assert 'value="sign-out"' not in page.text
    for act in ("sign-out", "add-role"):
        assert begin(limited, page, act, role="editor").status == 403


def test_roles_are_given_and_taken(admin: Admin, ada: Person, world: World) -> None:
    if not world.services.roles.role("bulk-editor"):
        world.services.role_service.create("bulk-editor", scope=DEPLOYMENT)
    begin(admin, chosen(admin, ada.user.id), "add-role", role="bulk-editor")
    assert list(stored(world, ada).roles) == ["bulk-editor"]
    begin(admin, chosen(admin, ada.user.id), "remove-role", role="bulk-editor")
    assert list(stored(world, ada).roles) == []
    assert begin(admin, chosen(admin, ada.user.id), "add-role", role="nothing").status == 422


def test_a_deletion_needs_the_number_and_a_fresh_sign_in(admin: Admin, world: World) -> None:
    people = [world.person() for _ in range(2)]
    page = chosen(admin, *(each.user.id for each in people))
    for number in ("", "1", "3", "x"):
        assert begin(admin, page, "delete", number=number).status == 422
    admin.later()
    page = begin(admin, page, "delete", number="2")
    assert all(world.services.users.get(each.user.id) for each in people)
    assert "Done" in admin.confirm(page).text
    assert not any(world.services.users.get(each.user.id) for each in people)


def test_wrong_forms_are_answered(admin: Admin, ada: Person) -> None:
    """No people, too many, ids that are none, an unknown act: nothing is an error of the server."""
    assert admin.press(admin.open(BULK), "/bulk", {"names": "", "q": ""}).status == 422
    assert chosen(admin, "usr_nothing").status == 422
    assert chosen(admin, *(f"usr_{number}" for number in range(501))).status == 422
    page = chosen(admin, ada.user.id)
    assert begin(admin, page, "explode").status == 422
    assert begin(admin, page, "disable", ids="").status == 400
    assert begin(admin, page, "disable", ids="../x").status == 400
    assert begin(admin, page, "disable", run="").status == 422
