"""Signing in to an app with email and password, with JavaScript and without, and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import allow, give_password, heading, leave, press, refused, sign_in
from tests.support.pages import without_challenge

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_a_password_leads_to_the_app(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """After email, password and consent the app gets a code. Its ID Token names this person and the authentication method."""
    ada, shop = idp.person(), apps.register("Shop")
    before = idp.clock()
    claims = shop.redeem(sign_in(any_page, shop, ada)).claims
    assert claims["sub"] == ada.user.id
    assert (claims["acr"], claims["amr"]) == ("aal1", ["pwd"])
    assert before <= claims["auth_time"] <= idp.clock()


def test_an_app_of_the_house_asks_for_no_consent(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A first-party client gets its answer right after the password."""
    ada, mail = idp.person(), apps.register("House mail", first_party=True)
    leave(page, mail)
    give_password(page, ada)
    assert mail.redeem(mail.answer(page)).claims["sub"] == ada.user.id


def test_the_second_app_asks_for_no_password(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Single sign-on: only consent is asked for, and auth_time is unchanged."""
    ada, shop, library = idp.person(), apps.register("Shop"), apps.register("Library")
    first = shop.redeem(sign_in(page, shop, ada)).claims
    idp.clock.advance(60)
    leave(page, library)
    allow(page, library)
    assert library.redeem(library.answer(page)).claims["auth_time"] == first["auth_time"]


def test_a_wrong_password_is_refused_where_the_person_is(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page keeps the email and not the password. The sentence is an alert, and the password has the focus. Then the sign-in works."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(any_page, shop)
    give_password(any_page, ada, "wrong and wrong again")
    password = refused(any_page, "The email or the password is wrong.")
    expect(password).to_be_focused()
    expect(password).to_have_value("")
    expect(any_page).to_have_title("Error: Sign in · idp")
    expect(any_page.get_by_label("Email")).to_have_value(ada.email)
    password.fill(ada.password)
    password.press("Enter")
    allow(any_page, shop)
    assert shop.redeem(shop.answer(any_page)).claims["sub"] == ada.user.id


def test_the_page_does_not_show_which_accounts_exist(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """G-01: with and without an account, the page after a wrong password differs only in the email that was typed."""
    ada, shop = idp.person(), apps.register("Shop")
    seen = []
    for email in (ada.email, "nobody" + ada.email):
        page = browse()
        leave(page, shop)
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill("wrong and wrong again")
        press(page, "Sign in")
        refused(page, "wrong")
        shown = without_challenge(page.locator("main").inner_html().replace(email, "EMAIL"))
        request = page.locator("[name=request]").first.get_attribute("value") or ""
        seen.append((shown.replace(request, "REQUEST"), sorted(cookie["name"] for cookie in page.context.cookies())))
    assert seen[0] == seen[1]


def test_too_many_wrong_passwords_have_to_wait_and_the_wait_ends(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """G-07: after six the right password is refused too, for a time that the page names. After that time it opens the account."""
    ada, shop = idp.person(), apps.register("Shop", first_party=True)
    leave(page, shop)
    for _ in range(6):
        give_password(page, ada, "wrong and wrong again")
        refused(page, "")
    give_password(page, ada)
    refused(page, "Too many attempts")
    idp.clock.advance(3600)
    page.goto(shop.link())
    give_password(page, ada)
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id


def test_the_password_can_be_seen_while_it_is_typed(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """NIST SP 800-63B-4 §3.1.1.2: a button shows it, and it is a password field again when the form is sent."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(page, shop)
    password = page.get_by_label("Password", exact=True)
    password.fill(ada.password)
    show = page.get_by_role("button", name="Show: Password")
    show.click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide: Password").click()
    expect(password).to_have_attribute("type", "password")
    give_password(page, ada)
    heading(page, "Allow Shop?")
