"""The tasks of an admin in the console, in Chromium: with JavaScript and without, on a phone, with two admins at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.screenshots_of_console import count_sign_ins, open_console
from tests.journeys.steps import give_code, give_password, heading, open_account, press
from tests.support.served_provider import ServedProvider, served_provider
from tests.support.stored import change_user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person

MARKUP = "<img src=x onerror=document.title='taken' hx-get=/console hx-trigger=load>"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console, where people can be invited."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, console="on", sign_up="invited") as running:
        yield running


@pytest.fixture
def admin(idp: ServedProvider) -> Person:
    """An admin with an authenticator."""
    return idp.person("Dorothy Vaughan", totp=True, admin=True)


def find(page: Page, idp: ServedProvider, person: Person) -> None:
    """Find a person by the address, and open their page."""
    page.goto(f"{idp.issuer}/console/people")
    page.get_by_role("searchbox").first.fill(person.email)
    press(page, "Find")
    page.get_by_role("link", name=str(person.user.claims["name"])).first.click()
    expect(page.get_by_role("navigation", name="About this person")).to_be_visible()


def told(page: Page, words: str) -> None:
    """Wait for the notice of the page."""
    expect(page.get_by_role("status")).to_have_text(words)


def test_a_locked_out_person_is_found_and_let_in(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    """With JavaScript and without: the page says why, and the button opens the account."""
    page, ada = any_page, idp.person("Ada Lovelace")
    for _ in range(7):
        page.goto(f"{idp.issuer}/account")
        give_password(page, ada, "wrong and wrong again")
    page.context.clear_cookies()
    open_console(page, idp, admin)
    heading(page, "Overview")
    find(page, idp, ada)
    expect(page.locator("#story")).to_contain_text("Too many wrong passwords: the account is locked for a while.")
    press(page, "Remove the locks")
    told(page, "The locks were removed.")
    expect(page.locator("#story")).to_contain_text("Nothing keeps this person from signing in.")
    page.context.clear_cookies()
    open_account(page, idp.issuer, ada)


def test_an_account_is_created_changed_disabled_and_deleted(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    page, email = any_page, f"mary.{admin.user.id[4:10].lower()}@example.com"
    open_console(page, idp, admin, "/console/people/new")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Name", exact=True).fill("Mary Somerville")
    press(page, "Create the account")
    told(page, "The account was created, and a mail for a password was sent.")
    assert idp.mail_to(email).subject == "Set a new password"
    page.get_by_role("link", name="Edit profile").click()
    page.get_by_label("Nickname").fill("Queen of science")
    press(page, "Save")
    told(page, "The changes were saved.")
    press(page, "Disable the account")
    told(page, "The account was disabled. All its sessions have ended.")
    press(page, "Enable the account")
    told(page, "The account was enabled.")
    page.get_by_role("link", name="Delete the account").click()
    heading(page, "Delete Mary Somerville")
    press(page, "Delete the account")
    told(page, "The account was deleted.")


def test_sessions_are_seen_and_ended(page: Page, browse: Browse, idp: ServedProvider, admin: Person) -> None:
    grace, theirs = idp.person("Grace Hopper", totp=True), browse()
    open_account(theirs, idp.issuer, grace)
    open_console(page, idp, admin)
    find(page, idp, grace)
    page.get_by_role("link", name="Sessions and apps").click()
    expect(page.get_by_text("Two factors")).to_be_visible()
    press(page, "Sign out everywhere")
    told(page, "All sessions and the access of all apps have ended.")
    theirs.reload()
    heading(theirs, "Sign in")


def test_a_lost_phone_is_replaced_by_a_code_in_a_mail(page: Page, idp: ServedProvider, admin: Person) -> None:
    """A dangerous act: the admin signed in a while ago, so the page asks again."""
    grace = idp.person("Grace Hopper", totp=True)
    open_console(page, idp, admin)
    find(page, idp, grace)
    idp.clock.advance(600)
    press(page, "Mail a one-time code")
    heading(page, "Confirm that it is you")
    page.get_by_label("Password", exact=True).fill(admin.password)
    page.get_by_label("Code from your authenticator app").fill(admin.codes.code())
    press(page, "Continue")
    told(page, "The code was mailed. It takes the place of the second step once.")
    assert "code" in idp.mail_to(grace.email).subject.lower()


def test_an_invitation_is_sent_and_withdrawn(page: Page, idp: ServedProvider, admin: Person) -> None:
    email = f"hedy.{admin.user.id[4:10].lower()}@example.com"
    open_console(page, idp, admin, "/console/people/invitations")
    page.get_by_label("Email").fill(email)
    press(page, "Send the invitation")
    told(page, "The invitation was sent.")
    assert "/link/" in idp.mail_to(email).text
    with page.expect_navigation():
        page.get_by_role("button", name=f"Withdraw {email}").click()
    told(page, "The invitation was withdrawn.")


def test_two_admins_at_once_lose_nothing(page: Page, browse: Browse, idp: ServedProvider, admin: Person) -> None:
    ada, other, second = idp.person("Ada Lovelace"), browse(), idp.person("Katherine Johnson", totp=True, admin=True)
    for each, who in ((page, admin), (other, second)):
        open_console(each, idp, who, f"/console/people/{ada.user.id}/edit")
        heading(each, "Ada Lovelace")
    other.get_by_label("Nickname").fill("Countess")
    press(other, "Save")
    page.get_by_label("Nickname").fill("Enchantress")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Nickname")).to_have_value("Enchantress")
    expect(page.locator("#nickname-theirs")).to_contain_text("Countess")
    press(page, "Save mine")
    told(page, "The changes were saved.")
    assert idp.stored(ada).claims["nickname"] == "Enchantress"


def test_an_admin_without_the_role_in_between_is_refused(page: Page, idp: ServedProvider, admin: Person) -> None:
    ada = idp.person("Ada Lovelace")
    open_console(page, idp, admin, f"/console/people/{ada.user.id}")
    change_user(idp.services.users, admin.user.id, admin=False)
    press(page, "Disable the account")
    heading(page, "You may not do this")
    assert not idp.stored(ada).disabled


def test_a_session_that_ends_in_a_form_loses_no_word(page: Page, idp: ServedProvider, admin: Person) -> None:
    """The sign-in is in another tab, which the page opens; then the form is sent from the first."""
    ada = idp.person("Ada Lovelace")
    open_console(page, idp, admin, f"/console/people/{ada.user.id}/edit")
    page.get_by_label("Nickname").fill("Enchantress of numbers")
    page.context.clear_cookies(name="idp_session")
    press(page, "Save")
    heading(page, "Nothing was changed yet")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    give_password(opened.value, admin)
    give_code(opened.value, admin.codes.code())
    heading(opened.value, "You are signed in again")
    press(page, "Send it")
    press(page, "Send it")
    told(page, "The changes were saved.")
    assert idp.stored(ada).claims["nickname"] == "Enchantress of numbers"


def test_the_keyboard_is_enough(page: Page, idp: ServedProvider, admin: Person) -> None:
    """The palette opens by Ctrl+K, finds views and people, and closes by Escape; without it the first Tab leads past the navigation."""
    ada = idp.person("Ada Lovelace")
    open_console(page, idp, admin)
    heading(page, "Overview")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("peop")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading(page, "People")
    page.keyboard.press("Control+k")
    page.keyboard.type(ada.email)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


def test_a_stored_name_is_text_on_every_page(page: Page, idp: ServedProvider, admin: Person) -> None:
    mallory = idp.person(f"Mallory {MARKUP}")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    open_console(page, idp, admin)
    for path in (
        "/console/people",
        f"/console/people?q={mallory.email}",
        *(f"/console/people/{mallory.user.id}{tab}" for tab in ("", "/edit", "/delete")),
    ):
        page.goto(idp.issuer + path)
        expect(page.get_by_text("<img src=x").first).to_be_visible()
        assert "taken" not in page.title() or "onerror" in page.title()
        assert page.locator("img").count() == 0
    assert not [url for url in sent if url.endswith("/x")]


def test_a_script_of_the_page_can_make_no_markup(browse: Browse, idp: ServedProvider, admin: Person) -> None:
    """Trusted Types: even a script of our own could not turn a stored name into markup."""
    page = browse(policy_may_refuse=True)
    open_console(page, idp, admin)
    heading(page, "Overview")
    made = page.evaluate(
        "() => { try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); return 'made'; } catch (error) { return error.name; } }"
    )
    assert made == "TypeError"


def test_another_site_cannot_frame_it(page: Page, idp: ServedProvider, admin: Person) -> None:
    open_console(page, idp, admin)
    answer = page.request.get(f"{idp.issuer}/console/people")
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_pages_are_accessible_and_fit_a_phone(page: Page, idp: ServedProvider, admin: Person, gallery: Gallery) -> None:
    ada = idp.person("Ada Lovelace", totp=True)
    count_sign_ins(idp)
    open_console(page, idp, admin)
    heading(page, "Overview")
    for name, path in (
        ("overview", ""), ("people", "/people"), ("new", "/people/new"), ("invitations", "/people/invitations"),
        ("attempts", f"/people/attempts?email={ada.email}"), ("person", f"/people/{ada.user.id}"),
        ("access", f"/people/{ada.user.id}/access"), ("roles", f"/people/{ada.user.id}/roles"), ("events", f"/people/{ada.user.id}/events"),
        ("edit", f"/people/{ada.user.id}/edit"), ("imports", "/people/imports"), ("export", "/people/export"),
        ("delete", f"/people/{ada.user.id}/delete"), ("returned", "/returned"), ("nothing", "/nothing"), ("apps", "/apps"),
        ("role-list", "/roles"), ("new-role", "/roles/_new"), ("groups", "/groups"),
        ("policies", "/policies"), ("policy-editor", "/policies/new?example=factor"),
        ("connections", "/connections"), ("connection-kinds", "/connections/_new"), ("new-connection", "/connections/_new?kind=keycloak"),
    ):  # fmt: skip
        page.goto(f"{idp.issuer}/console{path}")
        gallery.show(page, f"console-{name}")
    idp.clock.advance(600)
    page.goto(f"{idp.issuer}/console/people/{ada.user.id}")
    press(page, "Disable the account")
    heading(page, "Confirm that it is you")
    gallery.show(page, "console-confirm")


def test_the_first_view_is_small(page: Page, idp: ServedProvider, admin: Person) -> None:
    """At most 100 KB with style sheets and scripts, before any compression."""
    for number in range(50):
        idp.person(f"Zoe Person{number}")
    sizes: list[int] = []
    open_console(page, idp, admin)
    page.on(
        "response", lambda response: sizes.append(len(response.body())) if "/console" in response.url or "/static" in response.url else None
    )
    page.goto(f"{idp.issuer}/console/people")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= 100_000
