"""Passkeys in Chromium, with its virtual authenticator: add one, use it as the second step, rename it, remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.passkeys import CANCELLED, add_passkey, listed, password_first, with_passkey
from tests.journeys.steps import allow, give_code, give_password, heading, leave, open_account, press, saved
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


def test_a_person_adds_renames_and_removes_passkeys(page: Page, idp: ServedProvider, gallery: Gallery) -> None:
    """The first one comes with recovery codes, each change with a mail, and the list is the account's."""
    ada, _ = idp.person(), virtual_authenticator(page, synced=True)
    open_account(page, idp.issuer, ada)
    press(page, "Add a passkey")
    heading(page, "Add a passkey")
    gallery.show(page, "passkey-add")
    expect(page.get_by_label("Name")).to_have_value("Chrome on Linux")
    page.get_by_label("Name").fill("My laptop")
    press(page, "Create a passkey")
    saved(page)
    press(page, "I have saved them")
    heading(page, "Your account")
    assert listed(page) == ["My laptop"]
    expect(page.locator("#passkeys")).to_contain_text("Synced")
    expect(page.locator("#passkeys")).to_contain_text("not used yet")
    gallery.show(page, "account-passkey")
    page.locator("#passkeys summary").click()
    page.get_by_label("New name of My laptop").fill("Work <laptop>")
    press(page, "Save")
    assert listed(page) == ["Work <laptop>"]
    virtual_authenticator(page, transport="usb")
    page.get_by_role("button", name="Remove Work <laptop>").click()
    heading(page, "Confirm that it is you")
    gallery.show(page, "reauthenticate-passkey")
    press(page, "Confirm with a passkey")
    heading(page, "Your account")
    expect(page.get_by_role("status")).to_contain_text("The passkey is removed")
    assert listed(page) == []
    assert [mail.subject for mail in idp.mails if mail.to == ada.email] == [
        "A passkey was removed from your account", "A passkey was added to your account",
    ]  # fmt: skip
    assert not idp.stored(ada).has_second_factor


def test_a_passkey_is_the_second_step(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """The app is told of it: `amr` has the key, and `acr` the two factors."""
    ada, shop = idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page)
    with_passkey(page, idp, ada)
    page.context.clear_cookies()
    password_first(page, shop, ada, device)
    gallery.show(page, "passkey")
    press(page, "Use a passkey")
    allow(page, shop)
    claims = shop.redeem(shop.answer(page)).claims
    assert claims["amr"] == ["pwd", "hwk", "user", "mfa"]
    assert claims["acr"] == "aal2"
    assert device.credentials()[0]["signCount"] > 1


def test_a_cancelled_passkey_leads_to_another_way(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """The page says what happened and stays; the recovery codes and the authenticator app are there."""
    ada, shop = idp.person(totp=True), apps.register("Corner shop")
    device = virtual_authenticator(page)
    open_account(page, idp.issuer, ada)
    add_passkey(page)
    heading(page, "Your account")
    page.context.clear_cookies()
    password_first(page, shop, ada, device)
    device.drop(device.credentials()[0]["credentialId"])
    page.get_by_role("button", name="Use a passkey", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(CANCELLED)
    gallery.show(page, "passkey-cancelled")
    press(page, "Use a recovery code")
    heading(page, "Use a recovery code")
    press(page, "Use a passkey")
    heading(page, "Use your passkey")
    press(page, "Use a code from your authenticator app")
    give_code(page, ada.codes.code())
    allow(page, shop)
    assert "code" in shop.answer(page)


def test_without_javascript_the_other_ways_are_there(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """No button that does nothing: a sentence says what a passkey needs."""
    ada, shop = idp.person(), apps.register("Corner shop")
    virtual_authenticator(page)
    open_account(page, idp.issuer, ada)
    add_passkey(page)
    codes = saved(page)
    without = browse(javascript=False)
    leave(without, shop)
    give_password(without, ada)
    heading(without, "Use your passkey")
    expect(without.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(without.get_by_role("button", name="Use a passkey", exact=True)).to_be_hidden()
    press(without, "Use a recovery code")
    without.get_by_label("Recovery code").fill(codes[0])
    press(without, "Continue")
    allow(without, shop)
    assert "code" in shop.answer(without)


def test_a_key_without_a_check_is_a_second_step_and_no_confirmation(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A security key that anybody can touch: with the password it is enough, alone it is not."""
    ada, shop = idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page, verifies=False, resident=False, transport="usb")
    with_passkey(page, idp, ada)
    page.context.clear_cookies()
    password_first(page, shop, ada, device)
    press(page, "Use a passkey")
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["amr"] == ["pwd", "hwk", "user", "mfa"]
    page.goto(idp.issuer + "/account")
    idp.clock.advance(301)
    press(page, "New recovery codes")
    press(page, "Confirm with a passkey")
    expect(page.get_by_role("alert").first).to_contain_text("did not check that it is you")


def test_a_device_that_has_one_makes_no_second(page: Page, idp: ServedProvider) -> None:
    """The browser says so, and the page stays."""
    ada, _ = idp.person(), virtual_authenticator(page)
    with_passkey(page, idp, ada)
    press(page, "Add a passkey")
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This device has a passkey for your account already")
    assert len(idp.stored(ada).passkeys) == 1


def test_a_copied_passkey_is_refused(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """The copy has the counter of the moment when it was made. The owner gets a mail."""
    ada, shop = idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page)
    with_passkey(page, idp, ada)
    [copy] = device.credentials()
    page.context.clear_cookies()
    password_first(page, shop, ada, device)
    press(page, "Use a passkey")
    heading(page, "Allow")
    thief = browse()
    cloned = virtual_authenticator(thief, present=False)
    cloned.put(copy)
    password_first(thief, shop, ada, cloned)
    press(thief, "Use a passkey")
    expect(thief.get_by_role("alert").first).to_contain_text("This passkey was not accepted")
    assert next(mail.subject for mail in idp.mails if mail.to == ada.email) == "A passkey of your account may have been copied"


def test_on_a_phone_a_person_adds_a_passkey(browse: Browse, idp: ServedProvider) -> None:
    """At 390 pixels, with a finger."""
    page, ada = browse(phone=True), idp.person()
    virtual_authenticator(page)
    with_passkey(page, idp, ada, "Phone")
    assert listed(page) == ["Phone"]
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def with_passkey_and_out(page: Page, idp: ServedProvider, person: Person) -> None:
    """A person with a passkey in this browser, who is not signed in."""
    with_passkey(page, idp, person)
    page.context.clear_cookies()


def test_a_passkey_alone_signs_in(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """By the button: no email, no password. The app learns of two factors."""
    ada, shop = idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page)
    with_passkey_and_out(page, idp, ada)
    device.absent()
    leave(page, shop)
    heading(page, "Sign in")
    gallery.show(page, "login-passkey")
    device.present()
    press(page, "Sign in with a passkey")
    allow(page, shop)
    claims = shop.redeem(shop.answer(page)).claims
    assert (claims["amr"], claims["acr"]) == (["hwk", "user", "mfa"], "aal2")


def test_the_field_of_the_email_offers_the_passkey(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Conditional UI: the browser offers it beside saved emails. The virtual authenticator takes the offer at once."""
    ada, shop = idp.person(), apps.register("Corner shop")
    virtual_authenticator(page)
    with_passkey_and_out(page, idp, ada)
    leave(page, shop)
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["amr"] == ["hwk", "user", "mfa"]


def test_a_cancelled_sign_in_leaves_the_password(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """A device without a passkey says so, and the page is as before."""
    ada, shop = idp.person(), apps.register("Corner shop")
    virtual_authenticator(page)
    leave(page, shop)
    heading(page, "Sign in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text(CANCELLED)
    gallery.show(page, "login-passkey-cancelled")
    give_password(page, ada)
    allow(page, shop)
    assert "code" in shop.answer(page)


def test_a_passkey_of_another_site_is_not_offered(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The browser keeps them apart by the RP ID, and the server refuses an answer for another one."""
    ada, shop = idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page)
    with_passkey_and_out(page, idp, ada)
    [made] = device.credentials()
    device.drop(made["credentialId"])
    device.put({**made, "rpId": "evil.example"})
    leave(page, shop)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text(CANCELLED)


def test_a_person_who_does_not_pass_the_check_is_not_signed_in(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The wrong finger: user verification is required for a passkey alone."""
    ada, shop = idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page)
    with_passkey_and_out(page, idp, ada)
    device.refuse()
    leave(page, shop)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text(CANCELLED)


def test_a_removed_passkey_does_not_sign_in(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page says that it was not accepted; the password stays."""
    ada, shop = idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page)
    with_passkey(page, idp, ada)
    device.absent()
    idp.services.user_service.reset_factors(ada.user.id, scope=DEPLOYMENT)
    page.context.clear_cookies()
    leave(page, shop)
    heading(page, "Sign in")
    device.present()
    press(page, "Sign in with a passkey")
    expect(page.get_by_role("alert").first).to_contain_text("This passkey was not accepted")
    device.absent()
    give_password(page, ada)
    allow(page, shop)
    assert "code" in shop.answer(page)


def test_without_javascript_there_is_no_button(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page has what works: email and password."""
    page, shop = browse(javascript=False), apps.register("Corner shop")
    leave(page, shop)
    heading(page, "Sign in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_a_person_who_needs_a_second_factor_takes_a_passkey(
    page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery
) -> None:
    """During the sign-in, in place of the authenticator app."""
    ada, shop = idp.person(mfa_required=True), apps.register("Corner shop")
    virtual_authenticator(page)
    leave(page, shop)
    give_password(page, ada)
    heading(page, "Set up two-step sign-in")
    press(page, "Set up a passkey instead")
    heading(page, "Add a passkey")
    gallery.show(page, "enrol-passkey")
    press(page, "Create a passkey")
    saved(page)
    press(page, "I have saved them")
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["amr"] == ["pwd", "hwk", "user", "mfa"]


def test_on_a_phone_a_passkey_alone_signs_in(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """At 390 pixels."""
    page, ada, shop = browse(phone=True), idp.person(), apps.register("Corner shop")
    device = virtual_authenticator(page)
    with_passkey_and_out(page, idp, ada)
    device.absent()
    leave(page, shop)
    heading(page, "Sign in")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    device.present()
    press(page, "Sign in with a passkey")
    allow(page, shop)
    assert "code" in shop.answer(page)
