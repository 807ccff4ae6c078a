"""Signing in with a code of the authenticator or a recovery code, and what the password alone does not open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import allow, give_code, give_password, heading, leave, press, refused, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_a_code_leads_to_the_app(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The ID Token says that two factors were used."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop")
    claims = shop.redeem(sign_in(any_page, shop, grace)).claims
    assert (claims["sub"], claims["acr"]) == (grace.user.id, "aal2")
    assert set(claims["amr"]) == {"pwd", "otp", "mfa"}


def test_a_wrong_code_is_refused_where_the_person_is(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The sentence is an alert, and the code has the focus. Then the right code is accepted, with the space that authenticators show."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop")
    leave(any_page, shop)
    give_password(any_page, grace)
    give_code(any_page, grace.codes.wrong())
    code = refused(any_page, "The code is wrong")
    expect(code).to_be_focused()
    expect(code).to_have_value("")
    right = grace.codes.code()
    code.fill(f"{right[:3]} {right[3:]}")
    code.press("Enter")
    allow(any_page, shop)
    assert shop.redeem(shop.answer(any_page)).claims["acr"] == "aal2"


def test_a_code_that_was_seen_over_the_shoulder_is_worth_nothing(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """H-01: a thief with the password and a used code is refused."""
    grace, shop, thief = idp.person("Grace Hopper", totp=True), apps.register("Shop"), browse()
    code = grace.codes.code()
    for page in (browse(), thief):
        leave(page, shop)
        give_password(page, grace)
        give_code(page, code)
    refused(thief, "was used before")


def test_a_recovery_code_lets_in_once(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """A recovery code works in lower case and without hyphens. The second time it is refused, and its owner gets a mail."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop", first_party=True)
    typed = grace.recovery_codes[0].replace("-", "").lower()
    first, second = browse(javascript=False), browse()
    for page in (first, second):
        leave(page, shop)
        give_password(page, grace)
        press(page, "Use a recovery code")
        heading(page, "Use a recovery code")
        page.get_by_label("Recovery code").fill(typed)
        press(page, "Continue")
    claims = shop.redeem(shop.answer(first)).claims
    assert (claims["acr"], set(claims["amr"])) == ("aal2", {"pwd", "mfa"})
    refused(second, "The recovery code is wrong, or was used before. Use another one.")
    assert any(mail.to == grace.email and "recovery code" in mail.text for mail in idp.mails)
    press(second, "Back to the authenticator app")
    give_code(second, grace.codes.code())
    assert shop.redeem(shop.answer(second)).claims["acr"] == "aal2"


def test_the_wrong_person_can_turn_back(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The button "Not you?" leads to an empty first page, where another person can sign in to the same app."""
    grace, ada, shop = idp.person("Grace Hopper", totp=True), idp.person(), apps.register("Shop")
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Enter your code")
    press(page, "Not you?")
    heading(page, "Sign in")
    expect(page.get_by_label("Email")).to_have_value("")
    give_password(page, ada)
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id


@pytest.mark.parametrize("path", ["/account", "/account/password", "/login"])
def test_a_password_alone_opens_no_page_of_the_account(page: Page, idp: ServedProvider, apps: RelyingParties, path: str) -> None:
    """H-04: each address leads to the question for the code. Afterwards the account page opens."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop")
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Enter your code")
    page.goto(idp.issuer + path)
    give_code(page, grace.codes.code())
    heading(page, "Your account")


@pytest.mark.parametrize("step", ["/consent", "/recovery-codes", "/enrol"])
def test_no_step_can_be_jumped_over(page: Page, idp: ServedProvider, apps: RelyingParties, step: str) -> None:
    """H-04: the form of the code, sent to another step, asks for the code. The app gets nothing, and prompt=none answers login_required."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop", first_party=True)
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Enter your code")
    page.locator("form[action^='/totp']").evaluate("(form, step) => { form.action = step; form.noValidate = true; }", step)
    press(page, "Continue")
    heading(page, "Enter your code")
    page.goto(shop.link(prompt="none"))
    assert shop.answer(page)["error"] == "interaction_required"
