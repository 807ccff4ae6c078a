"""The account page: the password, the sessions of the person, and the apps that have access."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.steps import allow, give_code, give_password, heading, leave, open_account, press, refused, saved, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.people import Person
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

NEW = "eleven dry otters on a raft"


def change(page: Page, issuer: str, current: str, new: str) -> None:
    """Fill in the form for a new password."""
    page.goto(issuer + "/account/password")
    heading(page, "Change your password")
    page.get_by_label("Current password", exact=True).fill(current)
    page.get_by_label("New password", exact=True).fill(new)


def other_session(browse: Browse, idp: ServedProvider, person: Person) -> Page:
    """Open the account page as the same person in another browser."""
    page = browse()
    open_account(page, idp.issuer, person)
    return page


def test_a_new_password_ends_every_other_session(any_page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """This browser stays signed in. The other session ends, the app's refresh token and the old password are refused; a mail says so."""
    ada, shop = idp.person(), apps.register("Shop")
    other = browse()
    tokens = shop.redeem(sign_in(other, shop, ada, scope="openid offline_access"))
    open_account(any_page, idp.issuer, ada)
    change(any_page, idp.issuer, ada.password, NEW)
    press(any_page, "Change password")
    expect(any_page.get_by_role("status")).to_have_text("Your password is changed. Everywhere else you are signed out.")
    other.goto(idp.issuer + "/account")
    heading(other, "Sign in")
    assert shop.refresh(tokens).json()["error"] == "invalid_grant"
    give_password(other, ada)
    refused(other, "wrong")
    give_password(other, ada, NEW)
    heading(other, "Your account")
    assert idp.mails[0].to == ada.email
    assert "password" in idp.mails[0].subject.lower()


@pytest.mark.parametrize(
    ("current", "new", "sentence", "field"),
    [
        ("wrong and wrong again", NEW, "The password is wrong.", "Current password"),
        ("{}", "short", "at least 15", "New password"),
        ("{}", "123456789qwerty", "common", "New password"),
        ("{}", "{}", "Choose another", "New password"),
    ],
    ids=["wrong", "short", "common", "the same"],
)
def test_a_password_that_will_not_do(page: Page, idp: ServedProvider, current: str, new: str, sentence: str, field: str) -> None:
    """The page states the reason, even without the browser's own checks, and marks the wrong field. Nothing changes."""
    ada = idp.person()
    open_account(page, idp.issuer, ada)
    change(page, idp.issuer, current.format(ada.password), new.format(ada.password))
    page.locator("form[action='/account/password']").evaluate("form => { form.noValidate = true; }")
    press(page, "Change password")
    refused(page, sentence)
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.get_by_label(field, exact=True)).to_be_focused()
    expect(page.get_by_label(field, exact=True)).to_have_attribute("aria-invalid", "true")
    page.context.clear_cookies()
    open_account(page, idp.issuer, ada)


def test_a_session_is_ended_from_another_browser(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """The list names the other device. After "End" that device is signed out, and this one is not."""
    ada = idp.person()
    other = other_session(browse, idp, ada)
    open_account(any_page, idp.issuer, ada)
    sessions = any_page.get_by_role("region", name="Where you are signed in").get_by_role("listitem")
    expect(sessions).to_have_count(2)
    expect(sessions.filter(has_text="This one")).to_have_count(1)
    with any_page.expect_navigation():
        sessions.filter(has_not_text="This one").get_by_role("button", name="End the session of Chrome on Linux").click()
    expect(any_page.get_by_role("status")).to_have_text("The session is ended.")
    expect(sessions).to_have_count(1)
    other.reload()
    heading(other, "Sign in")


def test_all_other_sessions_are_ended_at_once(page: Page, browse: Browse, idp: ServedProvider) -> None:
    """The current session stays."""
    ada = idp.person()
    others = [other_session(browse, idp, ada) for _ in range(2)]
    open_account(page, idp.issuer, ada)
    press(page, "End all others")
    heading(page, "Your account")
    expect(page.get_by_role("button", name="End the session")).to_have_count(0)
    for other in others:
        other.reload()
        heading(other, "Sign in")


def test_an_app_is_shown_the_door(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """After "Revoke" the app's refresh and access tokens are refused, and its next sign-in asks for consent."""
    ada, shop = idp.person(), apps.register("Shop")
    tokens = shop.redeem(sign_in(any_page, shop, ada, scope="openid email offline_access"))
    any_page.goto(idp.issuer + "/account")
    heading(any_page, "Your account")
    rows = any_page.get_by_role("region", name="Apps with access").get_by_role("listitem")
    expect(rows).to_contain_text(["Shop"])
    expect(rows).to_contain_text(["Know that it is you, Your email address, Access while you are away"])
    with any_page.expect_navigation():
        rows.get_by_role("button", name="Revoke the access of Shop").click()
    expect(any_page.get_by_role("status")).to_have_text("The app no longer has access.")
    expect(rows).to_have_text(["No app has access now. An app appears here after you sign in to it, as long as it has access."])
    assert shop.refresh(tokens).json()["error"] == "invalid_grant"
    leave(any_page, shop)
    allow(any_page, shop)
    shop.answer(any_page)


def test_two_step_sign_in_is_turned_off_by_a_person_who_can_pass_it(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """H-06: password and code are asked for first, even right after the sign-in. Afterwards the password alone opens the account."""
    grace = idp.person("Grace Hopper", totp=True)
    open_account(any_page, idp.issuer, grace)
    press(any_page, "Turn off")
    heading(any_page, "Confirm that it is you")
    any_page.get_by_label("Password", exact=True).fill(grace.password)
    any_page.get_by_label("Code from your authenticator app").fill(grace.codes.wrong())
    press(any_page, "Turn off two-step sign-in")
    expect(refused(any_page, "The code is wrong")).to_have_id("code")
    assert idp.stored(grace).totp_enabled
    any_page.get_by_label("Password", exact=True).fill(grace.password)
    any_page.get_by_label("Code from your authenticator app").fill(grace.codes.code())
    press(any_page, "Turn off two-step sign-in")
    expect(any_page.get_by_role("status")).to_contain_text("Two-step sign-in is off.")
    assert any(mail.to == grace.email and "two-step" in mail.subject.lower() for mail in idp.mails)
    other = browse()
    other.goto(idp.issuer + "/account")
    give_password(other, grace)
    heading(other, "Your account")


def test_new_recovery_codes_end_the_old_codes(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """H-08: one of the old set is refused, one of the new set works."""
    grace, shop, other = idp.person("Grace Hopper", totp=True), apps.register("Shop", first_party=True), browse()
    open_account(page, idp.issuer, grace)
    press(page, "New recovery codes")
    new = saved(page)
    leave(other, shop)
    give_password(other, grace)
    press(other, "Use a recovery code")
    for code in (grace.recovery_codes[0], new[0]):
        other.get_by_label("Recovery code").fill(code)
        press(other, "Continue")
    assert shop.redeem(shop.answer(other)).claims["acr"] == "aal2"


def test_an_admin_cannot_do_without(page: Page, idp: ServedProvider) -> None:
    """A person with a required second factor sees this on the page and cannot remove it."""
    admin = idp.person("Annie Easley", admin=True, totp=True)
    open_account(page, idp.issuer, admin)
    press(page, "Turn off")
    expect(page.get_by_text("Your account has to have a second step.")).to_be_visible()
    assert idp.stored(admin).totp_enabled


def test_a_form_of_one_session_does_not_act_for_another(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page was made for Ada. In another tab Grace signs in. Ada's form then changes nothing in Grace's account."""
    ada, grace, shop = idp.person(), idp.person("Grace Hopper", totp=True), apps.register("Shop", first_party=True)
    open_account(page, idp.issuer, ada)
    other = page.context.new_page()
    leave(other, shop, prompt="login")
    give_password(other, grace)
    give_code(other, grace.codes.code())
    shop.answer(other)
    press(page, "Set up two-step sign-in")
    expect(page.get_by_text("This page was open in another session.")).to_be_visible()


def test_a_disabled_person_is_out_at_once(page: Page, idp: ServedProvider) -> None:
    """Rule 7: the next click of a person whom an admin disabled leads to the sign-in, which refuses them with the usual sentence."""
    ada = idp.person()
    open_account(page, idp.issuer, ada)
    idp.services.user_service.patch(ada.user.id, {"disabled": True}, scope=DEPLOYMENT)
    page.goto(idp.issuer + "/account")
    heading(page, "Sign in")
    give_password(page, ada)
    refused(page, "The email or the password is wrong.")


@pytest.mark.parametrize(
    ("javascript", "own", "shown"),
    [
        (True, "", r"Since \d{1,2} \w+ \d{4} · last used \d{1,2} \w+ \d{4}, \d{2}:\d{2} GMT\+5:45"),
        (True, "Asia/Tokyo", r"last used \d{1,2} \w+ \d{4}, \d{2}:\d{2} (GMT\+9|JST)"),
        (False, "", r"Since \d{4}-\d{2}-\d{2} · last used \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC"),
        (False, "Asia/Tokyo", r"last used \d{4}-\d{2}-\d{2} \d{2}:\d{2} JST"),
    ],
)
def test_times_are_in_the_zone_of_the_reader(browse: Browse, idp: ServedProvider, javascript: bool, own: str, shown: str) -> None:
    """The zone that the person chose, else that of the browser, else UTC. The page names it."""
    page, ada = browse(javascript=javascript, zone="Asia/Kathmandu"), idp.person()
    if own:
        idp.services.user_service.patch(ada.user.id, {"claims": {"zoneinfo": own}}, scope=DEPLOYMENT)
    open_account(page, idp.issuer, ada)
    session = page.get_by_role("region", name="Where you are signed in")
    expect(session).to_contain_text(re.compile(shown))
    expect(session.locator("time").first).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"))


def test_signing_out_is_in_the_row_of_this_session(page: Page, idp: ServedProvider) -> None:
    """The page of the profile has no such button."""
    open_account(page, idp.issuer, idp.person())
    expect(page.get_by_role("link", name="Sign out")).to_have_count(1)
    row = page.get_by_role("listitem").filter(has_text="This one")
    expect(row.get_by_role("link", name="Sign out")).to_be_visible()
