"""Slow sign-ins, the back button, two tabs and double clicks: each page leads on, and no form takes effect twice."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.steps import allow, give_code, give_password, heading, leave, nothing_behind, press, refused, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_a_page_that_was_open_for_too_long_says_so(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """After an hour the form is refused, and the page says what to do. A new start in the app works."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(any_page, shop)
    heading(any_page, "Sign in")
    idp.clock.advance(idp.services.settings.sign_in_lifetime + 1)
    give_password(any_page, ada)
    expect(any_page.get_by_text("This page has expired. Go back to the app and sign in again.")).to_be_visible()
    assert any_page.url.startswith(idp.issuer)
    assert shop.redeem(sign_in(any_page, shop, ada)).claims["sub"] == ada.user.id


def test_a_code_that_took_too_long_needs_the_password_again(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A password counts for ten minutes without its second factor. Then the first page comes back, for the same app."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop", first_party=True)
    leave(any_page, shop)
    give_password(any_page, grace)
    heading(any_page, "Enter your code")
    idp.clock.advance(700)
    give_code(any_page, grace.codes.code())
    expect(any_page.get_by_text("You were away for a while. Sign in again to go on.")).to_be_visible()
    give_password(any_page, grace)
    give_code(any_page, grace.codes.code())
    assert shop.redeem(shop.answer(any_page)).claims["acr"] == "aal2"


def test_going_back_from_the_second_page_to_the_first(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The first page is shown without the password. A second sign-in continues normally."""
    grace, ada, shop = idp.person("Grace Hopper", totp=True), idp.person(), apps.register("Shop", first_party=True)
    leave(any_page, shop)
    give_password(any_page, grace)
    heading(any_page, "Enter your code")
    any_page.go_back()
    # The session is pending. A new request of this browser gets the page of the second factor.
    heading(any_page, "Enter your code")
    press(any_page, "Not you?")
    give_password(any_page, ada)
    assert shop.redeem(shop.answer(any_page)).claims["sub"] == ada.user.id


def test_going_back_from_the_app(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page before the forms leads to the app with a new code."""
    ada, shop = idp.person(), apps.register("Shop")
    first = sign_in(page, shop, ada)
    with page.expect_navigation():
        page.evaluate("history.go(-2)")
    second = shop.answer(page)
    assert first["code"] != second["code"]
    assert shop.redeem(second).claims["sub"] == ada.user.id


def test_no_form_is_sent_again_by_going_back(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """F-15: the answer to a form is not cached, and the browser asks before it sends the form again."""
    sign_in(page, apps.register("Shop"), idp.person())
    nothing_behind(page)


def test_two_tabs_sign_in_to_two_apps(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Both start before either ends. Each app gets the answer to its own request, in either order."""
    ada, shop, library = idp.person(), apps.register("Shop"), apps.register("Library")
    other = any_page.context.new_page()
    leave(any_page, shop)
    leave(other, library)
    give_password(other, ada)
    give_password(any_page, ada)
    allow(any_page, shop)
    assert shop.redeem(shop.answer(any_page)).claims["sub"] == ada.user.id
    # The other tab's page belongs to an earlier session of the same person, which the second sign-in replaced.
    allow(other, library)
    assert library.redeem(library.answer(other)).claims["sub"] == ada.user.id


def test_the_second_tab_notices_that_the_first_signed_in(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A reload is enough, without a second password."""
    ada, shop, library = idp.person(), apps.register("Shop"), apps.register("Library", first_party=True)
    other = page.context.new_page()
    leave(other, library)
    heading(other, "Sign in")
    sign_in(page, shop, ada)
    other.reload()
    assert library.redeem(library.answer(other)).claims["sub"] == ada.user.id


def test_a_second_click_sends_nothing(page: Page, idp: ServedProvider, apps: RelyingParties, monkeypatch: pytest.MonkeyPatch) -> None:
    """The button is pressed again while the answer is on its way. A second copy would fail because the code is used, and show an error."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop")
    came, twice, check = list[str](), Event(), idp.services.passwords.verify

    def slowly(encoded: str | None, password: str, **more: str) -> bool:
        came.append(password)
        if len(came) > 1:
            twice.set()
        twice.wait(1)  # a second click would arrive within this time
        return check(encoded, password, **more)

    monkeypatch.setattr(idp.services.passwords, "verify", slowly)
    leave(page, shop)
    page.get_by_label("Email").fill(grace.email)
    page.get_by_label("Password", exact=True).fill(grace.password)
    page.locator("#sign-in").evaluate("button => { button.click(); setTimeout(() => button.click(), 250); }")
    give_code(page, grace.codes.code())
    heading(page, "Allow Shop?")
    assert came == [grace.password]


def test_without_javascript_a_second_copy_does_no_harm(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The same form is sent twice, one after the other. The code counts once, and the second copy leads to the step that is due."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Shop")
    leave(page, shop)
    give_password(page, grace)
    heading(page, "Enter your code")
    form = page.locator("form[action^='/totp']")
    request, code = form.locator("[name=request]").get_attribute("value") or "", grace.codes.code()
    pages = [page.request.post(idp.issuer + "/totp", form={"request": request, "code": code}) for _ in range(2)]
    assert [answer.status for answer in pages] == [200, 200]
    assert all("Allow Shop?" in answer.text() for answer in pages)
    page.goto(shop.link())
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["acr"] == "aal2"


def test_an_app_that_was_disabled_meanwhile_gets_nothing(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Rule 7: an admin disables the app during the sign-in. The person sees a page and is not redirected."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(page, shop)
    give_password(page, ada)
    heading(page, "Allow Shop?")
    idp.services.client_service.patch(shop.client_id, {"disabled": True}, scope=DEPLOYMENT)
    press(page, "Allow")
    assert page.url.startswith(idp.issuer)
    expect(page.locator("main")).to_contain_text("app")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_reload_of_a_refusal_counts_as_what_it_is(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A reload of the refusal sends the password again and is refused again. Then the right password works."""
    ada, shop = idp.person(), apps.register("Shop", first_party=True)
    leave(page, shop)
    give_password(page, ada, "wrong and wrong again")
    refused(page, "wrong")
    page.reload()
    refused(page, "wrong")
    give_password(page, ada)
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id
