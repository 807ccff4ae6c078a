"""A browser that is not asked for the second factor again, with JavaScript and without; and the list on the account page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.passkeys import password_first, with_passkey
from tests.journeys.steps import allow, give_code, give_password, heading, leave, press
from tests.support.remembered import remember_devices
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider

BOX = "Do not ask again on this device for 30 days"


@pytest.fixture(autouse=True)
def remembering(idp: ServedProvider) -> None:
    """The deployment remembers devices for 30 days."""
    remember_devices(idp.services)


def remember(page: Page, idp: ServedProvider, person: Person) -> None:
    """Sign in to the account page with the code, and check the box."""
    page.goto(idp.issuer + "/account")
    give_password(page, person)
    heading(page, "Enter your code")
    page.get_by_label(BOX).check()
    give_code(page, person.codes.code())
    heading(page, "Your account")


def sign_out(page: Page, idp: ServedProvider) -> None:
    """Sign out of the account."""
    page.goto(idp.issuer + "/logout")
    press(page, "Sign out")


def test_a_checked_box_saves_the_code_until_the_device_is_forgotten(any_page: Page, idp: ServedProvider) -> None:
    """The next sign-in needs the password; after "Forget" it needs the code again."""
    grace = idp.person("Grace Hopper", totp=True)
    remember(any_page, idp, grace)
    sign_out(any_page, idp)
    any_page.goto(idp.issuer + "/account")
    give_password(any_page, grace)
    heading(any_page, "Your account")
    device = any_page.locator("#devices li")
    expect(device).to_have_count(1)
    expect(device).to_contain_text("This one")
    with any_page.expect_navigation():
        device.get_by_role("button").click()
    expect(any_page.get_by_role("status")).to_contain_text("The device is forgotten")
    sign_out(any_page, idp)
    any_page.goto(idp.issuer + "/account")
    give_password(any_page, grace)
    heading(any_page, "Enter your code")


def test_an_app_that_asks_for_two_factors_gets_them(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    grace, bank = idp.person("Grace Hopper", totp=True), apps.register("Bank")
    remember(page, idp, grace)
    sign_out(page, idp)
    leave(page, bank, acr_values="aal2")
    give_password(page, grace)
    give_code(page, grace.codes.code())
    allow(page, bank)
    assert "code" in bank.answer(page)


def test_a_passkey_saves_itself(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The box is in the form of the passkey, and the script sends it."""
    ada, shop, device = idp.person(), apps.register("Corner shop"), virtual_authenticator(page)
    with_passkey(page, idp, ada)
    sign_out(page, idp)
    password_first(page, shop, ada, device)
    page.get_by_label(BOX).check()
    press(page, "Use a passkey")
    allow(page, shop)
    sign_out(page, idp)
    device.absent()
    leave(page, shop)
    give_password(page, ada)
    assert "code" in shop.answer(page)


def test_the_pages_are_accessible(page: Page, browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    grace = idp.person("Grace Hopper", totp=True)
    page.goto(idp.issuer + "/account")
    give_password(page, grace)
    heading(page, "Enter your code")
    gallery.show(page, "totp-remember")
    page.get_by_label(BOX).check()
    give_code(page, grace.codes.code())
    idp.clock.advance(30)
    remember(browse(), idp, grace)
    page.reload()
    gallery.show(page, "account-devices")
    press(page, "Forget all")
    expect(page.get_by_role("status")).to_contain_text("All devices are forgotten")
