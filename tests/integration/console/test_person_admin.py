"""Who administers the deployment and with which rights, in the console (threats J-05, Q-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access import admin_scopes
from tests.integration.console.admins import Admin, sign_in, stored
from tests.support.pages import ISSUER, hidden

if TYPE_CHECKING:
    from tests.support.people import Person
    from tests.support.world import World


def test_an_admin_is_made_limited_and_unmade(admin: Admin, ada: Person, world: World) -> None:
    world.user(admin=True)  # the last one of the list of admins would have to stay
    page = admin.press(admin.of(ada, "/admin"), "/admin", {"level": "all"})
    assert "The account is an administrator now." in page.text
    assert (stored(world, ada).admin, stored(world, ada).admin_scopes) == (True, None)
    page = admin.press(page, "/admin", {"level": "some", "users:read": "1", "audit:read": "1"})
    assert stored(world, ada).admin_scopes == frozenset({"users:read", "audit:read"})
    form = next(form for form in page.forms if form.action.endswith("/admin"))
    assert {name for name, value in form.fields.items() if value and name in admin_scopes.ALL} == {"users:read", "audit:read"}
    assert form.fields["level"] == "some"
    admin.press(page, "/admin", {"level": "none"})
    assert (stored(world, ada).admin, stored(world, ada).admin_scopes) == (False, None)
    changed = world.audited("user.updated", ada)
    assert {event.actor for event in changed} == {admin.person.user.id}
    assert len(changed) == 3


@pytest.mark.parametrize("sent", [{}, {"level": "some"}, {"level": "most"}, {"level": "some", "keys:own": "1"}])
def test_a_form_that_says_nothing_clear_changes_nothing(admin: Admin, ada: Person, world: World, sent: dict[str, str]) -> None:
    page = admin.of(ada, "/admin")
    data = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version"), **sent}
    answer = admin.browser.http.post(f"/console/people/{ada.user.id}/admin", data=data, headers={"Origin": ISSUER})
    assert answer.status_code == 422
    assert "Choose none, all, or at least one of the rights." in answer.text
    assert not stored(world, ada).admin


def test_an_admin_with_some_rights_makes_no_other(world: World, ada: Person) -> None:
    """Neither with more rights than theirs nor with fewer: only an admin with all rights says what admins may do."""
    limited = sign_in(world, admin_scopes=frozenset({"users:read", "users:write"}))
    assert "Only an administrator with all rights" in limited.of(ada, "/admin").text
    token = hidden(limited.open("/console/people/new"), "csrf")
    version = str(stored(world, ada).version)
    for sent in ({"level": "all"}, {"level": "some", "users:read": "1"}):
        answer = limited.browser.http.post(
            f"/console/people/{ada.user.id}/admin", data={"csrf": token, "version": version, **sent}, headers={"Origin": ISSUER}
        )
        assert answer.status_code == 403
    assert not stored(world, ada).admin


def test_rights_are_given_after_a_confirmation_only(admin: Admin, ada: Person, world: World) -> None:
    """Q-10: what was ticked is kept while the page asks."""
    page = admin.of(ada, "/admin")
    admin.later()
    asked = admin.press(page, "/admin", {"level": "some", "users:read": "1"})
    assert "Confirm that it is you" in asked.text
    assert not stored(world, ada).admin
    assert admin.confirm(asked, password="not the password").status == 422
    admin.confirm(asked)
    assert stored(world, ada).admin_scopes == frozenset({"users:read"})


def test_two_admins_at_once_see_both_values(admin: Admin, ada: Person, world: World) -> None:
    page, other = admin.of(ada, "/admin"), sign_in(world)
    other.press(other.of(ada, "/admin"), "/admin", {"level": "all"})
    conflict = admin.press(page, "/admin", {"level": "some", "keys:read": "1"})
    assert conflict.status == 412
    assert "Saved meanwhile" in conflict.text
    assert stored(world, ada).admin_scopes is None
    admin.press(conflict, "/admin")
    assert stored(world, ada).admin_scopes == frozenset({"keys:read"})


def test_the_own_rights_are_not_changed(admin: Admin, world: World) -> None:
    assert "This is you." in admin.of(admin.person, "/admin").text
    sent = {"csrf": hidden(admin.open("/console/people/new"), "csrf"), "version": str(stored(world, admin.person).version)}
    for more in ({"level": "none"}, {"level": "some", "users:read": "1"}):
        answer = admin.browser.http.post(f"/console/people/{admin.person.user.id}/admin", data={**sent, **more}, headers={"Origin": ISSUER})
        assert answer.status_code == 403
    after = stored(world, admin.person)
    assert (after.admin, after.admin_scopes) == (True, None)
