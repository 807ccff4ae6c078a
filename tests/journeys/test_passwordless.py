"""An account without a password, in Chromium with its virtual authenticator: created, used, lost, and with a password again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.integration.account.people import NEW
from tests.integration.account.resetting import newest
from tests.journeys.passkeys import with_passkey
from tests.journeys.steps import allow, heading, leave, press, saved
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery

WITHOUT = "Create account with a passkey, without a password"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider where people may create accounts, with a name to enter."""
    with served_provider(
        quick_endpoint, folder=tmp_path_factory.mktemp("passwordless"), brand="Harbour", sign_up="open", sign_up_claims="name!",
        tickets_hourly_per_network=900,
    ) as running:  # fmt: skip
        yield running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps of that provider."""
    with relying_parties(running) as site:
        yield site


def at_last_page(page: Page, idp: ServedProvider, email: str) -> None:
    """From the sign-in page to the last page of a new account."""
    press(page, "Create an account")
    page.get_by_label("Email").fill(email)
    press(page, "Send the code")
    [code] = re.findall(r"\d{4} \d{4}", next(mail for mail in idp.mails if mail.to == email).text)[:1]
    page.get_by_label("Code from the mail").fill(code)
    press(page, "Continue")
    heading(page, "Finish your account")


def test_an_account_is_created_with_a_passkey_and_the_app_gets_its_answer(
    page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery
) -> None:
    """The name is asked for before the passkey. A passkey that was not made leaves the password as a way."""
    device, shop = virtual_authenticator(page, synced=True), apps.register("Shop")
    leave(page, shop)
    at_last_page(page, idp, "ada.without@example.com")
    gallery.show(page, "sign-up-finish-passkey")
    page.get_by_role("button", name=WITHOUT).click()
    assert page.evaluate("document.activeElement.name").endswith("name"), "the name is missing"
    page.get_by_label("Name").fill("Ada")
    device.refuse()
    page.get_by_role("button", name=WITHOUT).click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was made")
    expect(page.get_by_label("Password", exact=True)).to_be_enabled()
    device.accept()
    press(page, WITHOUT)
    assert len(saved(page)) >= 8
    press(page, "I have saved them")
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["acr"] == "aal2"
    assert len(device.credentials()) == 1


def test_without_javascript_the_password_is_the_way(browse: Browse, idp: ServedProvider) -> None:
    page = browse(javascript=False)
    page.goto(f"{idp.issuer}/login")
    at_last_page(page, idp, "bob.plain@example.com")
    expect(page.get_by_role("button", name=WITHOUT)).to_be_hidden()
    page.get_by_label("Name").fill("Bob")
    page.get_by_label("Password", exact=True).fill(NEW)
    press(page, "Create account")
    heading(page, "Your account")


def test_the_password_is_removed_and_set_again(page: Page, idp: ServedProvider, gallery: Gallery) -> None:
    ada, _ = idp.person(), virtual_authenticator(page)
    with_passkey(page, idp, ada)
    press(page, "Use passkeys only")
    heading(page, "Remove your password")
    gallery.show(page, "password-remove")
    press(page, "Remove the password with a passkey")
    expect(page.get_by_role("status")).to_contain_text("Your password is removed")
    gallery.show(page, "account-without-password")
    page.get_by_role("link", name="Set a password").click()
    heading(page, "Set a password")
    gallery.show(page, "password-first")
    page.get_by_label("New password", exact=True).fill(NEW)
    press(page, "Set the password")
    expect(page.get_by_role("status")).to_contain_text("has a password now")


def test_a_person_who_lost_the_passkey_makes_a_new_one_on_a_phone(browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    """By the link of the mail and a recovery code. The new passkey opens the account."""
    page, ada = browse(phone=True), idp.person()
    lost = virtual_authenticator(page)
    with_passkey(page, idp, ada)
    press(page, "New recovery codes")
    [code, *_] = saved(page)
    press(page, "I have saved them")
    for credential in lost.credentials():
        lost.drop(credential["credentialId"])
    page.context.clear_cookies()
    page.goto(f"{idp.issuer}/login")
    page.get_by_label("Email").fill(ada.email)
    press(page, "Forgot password?")
    press(page, "Send the mail")
    page.goto(idp.issuer + newest(idp, ada.email).path)
    press(page, "Create a passkey instead of a password")
    heading(page, "Create a passkey")
    gallery.show(page, "reset-new-passkey")
    page.get_by_label("Code of your second step").fill(code)
    press(page, "Create a passkey")
    heading(page, "Your account")  # the sign-in page that follows offers the passkey, and the device answers
    expect(page.get_by_text("Your account has no password")).to_be_visible()
