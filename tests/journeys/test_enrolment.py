"""Setting up two-step sign-in by scanning the page's QR code: because it is required, or because the person wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import (
    allow,
    confirm,
    give_password,
    heading,
    leave,
    nothing_behind,
    open_account,
    press,
    refused,
    saved,
    scanned,
    sign_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_an_admin_sets_it_up_in_the_middle_of_a_sign_in(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """An admin without a second factor scans the code during the sign-in, and the app is told of two factors."""
    admin, console = idp.person("Annie Easley", admin=True), apps.register("Console")
    leave(any_page, console)
    give_password(any_page, admin)
    phone = scanned(any_page, idp, admin)
    expect(any_page.get_by_role("link", name="Cancel")).to_have_count(0)
    confirm(any_page, phone.code())
    saved(any_page)
    press(any_page, "I have saved them")
    allow(any_page, console)
    claims = console.redeem(console.answer(any_page)).claims
    assert (claims["acr"], set(claims["amr"])) == ("aal2", {"pwd", "otp", "mfa"})


def test_an_app_may_ask_for_it(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """acr_values=aal2 for a person with one factor: they set up the second one."""
    ada, bank = idp.person(), apps.register("Bank", first_party=True)
    leave(page, bank, acr_values="aal2")
    give_password(page, ada)
    confirm(page, scanned(page, idp, ada).code())
    saved(page)
    press(page, "I have saved them")
    assert bank.redeem(bank.answer(page)).claims["acr"] == "aal2"


def test_after_a_wrong_code_the_key_stays_the_same(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """After a mistyped code the page comes back with the same QR code and a sentence."""
    admin, console = idp.person("Annie Easley", admin=True), apps.register("Console")
    leave(any_page, console)
    give_password(any_page, admin)
    phone = scanned(any_page, idp, admin)
    confirm(any_page, phone.wrong())
    refused(any_page, "The code is wrong")
    assert scanned(any_page, idp, admin).secret == phone.secret
    confirm(any_page, phone.code())
    saved(any_page)


def test_the_key_can_be_typed_where_it_cannot_be_scanned(page: Page, idp: ServedProvider) -> None:
    """The text under the code is the same key; a link opens the app on a phone."""
    ada = idp.person()
    open_account(page, idp.issuer, ada)
    press(page, "Set up two-step sign-in")
    phone = scanned(page, idp, ada)
    expect(page.locator("#secret")).to_be_hidden()
    page.get_by_text("Enter the key by hand").click()
    assert page.locator("#secret").inner_text().replace(" ", "") == phone.secret
    link = page.get_by_role("link", name="Open the app on this device").get_attribute("href") or ""
    assert f"secret={phone.secret}" in link


def test_from_then_on_the_code_is_asked_for(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """It is set up on the account page. Another browser is asked for the code, and a recovery code that was shown works."""
    ada, shop, other = idp.person(), apps.register("Shop", first_party=True), browse()
    page = browse()
    open_account(page, idp.issuer, ada)
    press(page, "Set up two-step sign-in")
    phone = scanned(page, idp, ada)
    confirm(page, phone.code())
    codes = saved(page)
    press(page, "I have saved them")
    expect(page.get_by_role("status")).to_have_text("Two-step sign-in is on.")
    expect(page.get_by_text("Recovery codes left: 10")).to_be_visible()
    leave(other, shop)
    give_password(other, ada)
    press(other, "Use a recovery code")
    other.get_by_label("Recovery code").fill(codes[3])
    press(other, "Continue")
    assert shop.redeem(shop.answer(other)).claims["acr"] == "aal2"
    page.reload()
    expect(page.get_by_text("Recovery codes left: 9")).to_be_visible()


def test_leaving_the_page_changes_nothing(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """H-07: an unconfirmed key is not asked for, and it confirms nothing after another session was shown another key."""
    ada, shop = idp.person(), apps.register("Shop")
    open_account(page, idp.issuer, ada)
    press(page, "Set up two-step sign-in")
    heading(page, "Set up two-step sign-in")
    page.get_by_role("link", name="Cancel").click()
    heading(page, "Your account")
    page.context.clear_cookies()
    assert shop.redeem(sign_in(page, shop, ada)).claims["acr"] == "aal1"


def test_recovery_codes_are_shown_once(browse: Browse, idp: ServedProvider) -> None:
    """H-08: neither going back to the page nor requesting it again shows them."""
    page, ada = browse(), idp.person()
    open_account(page, idp.issuer, ada)
    press(page, "Set up two-step sign-in")
    confirm(page, scanned(page, idp, ada).code())
    codes = saved(page)
    press(page, "I have saved them")
    heading(page, "Your account")
    nothing_behind(page)
    page.goto(idp.issuer + "/account")
    heading(page, "Your account")
    shown = page.content()
    assert not [code for code in codes if code in shown]


def test_after_a_while_a_confirmation_is_needed(page: Page, idp: ServedProvider) -> None:
    """H-06: an old session cannot set up a factor without the password."""
    ada = idp.person()
    open_account(page, idp.issuer, ada)
    idp.clock.advance(600)
    press(page, "Set up two-step sign-in")
    heading(page, "Confirm that it is you")
    page.get_by_label("Password", exact=True).fill("wrong and wrong again")
    press(page, "Continue")
    expect(refused(page, "The password is wrong.")).to_be_focused()
    page.get_by_label("Password", exact=True).fill(ada.password)
    press(page, "Continue")
    phone = scanned(page, idp, ada)
    confirm(page, phone.code())
    saved(page)
    assert idp.stored(ada).totp_enabled
