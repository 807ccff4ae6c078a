"""Merging two accounts in the console: the preview, what the admin chose, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import IssuerLink
from idp.store import organisation_keys
from idp.store.organisation_items import OrganisationItem
from idp.store.organisations import Organisations
from tests.integration.admin.isolation.tenants import member
from tests.integration.console.admins import Admin, sign_in, stored
from tests.integration.console.organisations import company

if TYPE_CHECKING:
    from tests.support.people import Person
    from tests.support.world import World


def linked(world: World, person: Person) -> str:
    """The id of a link of a connection."""
    user = stored(world, person)
    link = IssuerLink(user.id, "https://corp.example", "", user.id, world.clock(), "corp", "<b>x</b>@corp.example", "sign_in")
    assert world.services.issuer_links.create(link, user)
    return link.id


def test_an_admin_sees_what_can_move_and_merges(admin: Admin, ada: Person, world: World) -> None:
    """A link is not chosen until the admin chooses it; hostile texts are escaped."""
    other = world.person(claims={"name": "<script>Ada</script>"})
    link = linked(world, other)
    page = admin.of(ada, f"/merge?other={other.email}")
    assert page.status == 200
    assert "<script>Ada" not in page.text
    assert "<b>x</b>" not in page.text
    assert "checked" not in page.text
    page = admin.press(page, "/merge", {f"link.{link}": "1"})
    assert "The accounts were merged" in page.text
    assert world.services.users.get(other.user.id) is None
    assert world.services.issuer_links.user_of(link) == ada.user.id
    [event] = world.audited("user.merged", ada)
    assert event.actor == admin.person.user.id


def test_an_organisation_that_is_being_deleted_is_not_offered(admin: Admin, ada: Person, world: World) -> None:
    """The page is shown, and the merge leaves the membership: it ends with the organisation."""
    other = world.person()
    stays, goes, gone = company(world), company(world), company(world)
    for each in (stays, goes, gone):
        member(world, each.id, stored(world, other))
    store = Organisations(world.services.database)
    profile = store.get(goes.id)
    assert profile
    assert store.begin_deletion(profile, by="root", now=world.clock())
    world.services.database.batch_write(deletes=[(OrganisationItem, organisation_keys.organisation(gone.id))])
    page = admin.of(ada, f"/merge?other={other.email}")
    assert page.status == 200
    assert f"organization.{stays.id}" in page.text
    assert f"organization.{goes.id}" not in page.text
    assert f"organization.{gone.id}" not in page.text
    assert "The accounts were merged" in admin.press(page, "/merge").text


def test_a_merge_asks_again_after_a_while(admin: Admin, ada: Person, world: World) -> None:
    other = world.person()
    page = admin.of(ada, f"/merge?other={other.user.id}")
    admin.later()
    page = admin.press(page, "/merge")
    assert world.services.users.get(other.user.id)
    assert "The accounts were merged" in admin.confirm(page).text
    assert world.services.users.get(other.user.id) is None


def test_an_account_that_changed_meanwhile_is_shown_again(admin: Admin, ada: Person, world: World) -> None:
    other = world.person()
    page = admin.of(ada, f"/merge?other={other.user.id}")
    world.services.user_service.patch(other.user.id, {"claims": {"name": "New"}}, scope=DEPLOYMENT)
    page = admin.press(page, "/merge")
    assert (page.status, "has changed since you read it" in page.text, "New" in page.text) == (412, True, True)
    assert world.services.users.get(other.user.id)


def test_what_cannot_be_merged_is_said(admin: Admin, ada: Person, world: World) -> None:
    """Nothing of these is an error of the server, and each page asks for the other account again."""
    for other, status in (
        ("nothing@example.com", 404), ("usr_nothing", 400), (ada.user.id, 400), ("a@@b", 400), (admin.person.user.id, 403), ("%00", 400),
    ):  # fmt: skip
        page = admin.of(ada, f"/merge?other={other}")
        assert (page.status, 'name="other"' in page.text) == (status, True), other
    assert admin.of(admin.person, f"/merge?other={ada.user.id}").status == 403


def test_a_limited_admin_merges_no_administrator(world: World, ada: Person) -> None:
    limited = sign_in(world, admin_scopes=frozenset({"users:read", "users:write"}))
    boss = world.person(admin=True)
    assert limited.of(ada, f"/merge?other={boss.user.id}").status == 403
    assert limited.of(boss, f"/merge?other={ada.user.id}").status == 403


def test_a_refused_merge_tells_nothing_to_an_admin_without_users_read(world: World, ada: Person) -> None:
    """The page that refuses a merge would show whose account the other one is, and its links."""
    limited, other = sign_in(world, admin_scopes=frozenset({"users:write", "roles:read", "roles:write"})), world.person()
    link = linked(world, other)
    page = limited.open("/console/roles/_new")
    versions, headers = {"version": "1", "other_version": "1"}, {"Origin": world.settings.issuer}
    sent = {"csrf": page.forms[0].fields["csrf"], "once": world.services.new_id(), "other": other.user.id, **versions}
    answer = limited.browser.http.post(f"/console/people/{ada.user.id}/merge", data=sent, headers=headers)
    assert (answer.status_code, link in answer.text, other.email in answer.text) == (403, False, False)
