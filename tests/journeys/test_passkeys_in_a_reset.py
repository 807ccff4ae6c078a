"""A forgotten password of a person with a passkey, in Chromium with its virtual authenticator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.integration.account.people import NEW
from tests.integration.account.resetting import newest
from tests.journeys.passkeys import CANCELLED, with_passkey
from tests.journeys.steps import heading, press
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person
    from tests.support.served_provider import ServedProvider
    from tests.support.virtual_authenticator import VirtualAuthenticator


INSTEAD = "Use a passkey instead of the code"


def forgotten(page: Page, idp: ServedProvider, person: Person, device: VirtualAuthenticator) -> None:
    """Sign out, ask for the mail and open its link. The device is away until then, or the sign-in page would take its passkey."""
    device.absent()
    page.context.clear_cookies()
    page.goto(f"{idp.issuer}/login")
    page.get_by_label("Email").fill(person.email)
    press(page, "Forgot password?")
    press(page, "Send the mail")
    heading(page, "Check your mail")
    page.goto(idp.issuer + newest(idp, person.email).path)
    heading(page, "Set a new password")
    device.present()


def test_a_passkey_is_used_instead_of_the_code(page: Page, idp: ServedProvider, gallery: Gallery) -> None:
    """A cancelled passkey leaves the code and what was typed."""
    ada, device = idp.person(), virtual_authenticator(page)
    with_passkey(page, idp, ada)
    forgotten(page, idp, ada, device)
    page.get_by_label("New password", exact=True).fill(NEW)
    expect(page.get_by_role("button", name=INSTEAD)).to_be_visible()
    gallery.show(page, "reset-passkey")
    device.refuse()
    page.get_by_role("button", name=INSTEAD).click()
    expect(page.get_by_role("alert")).to_contain_text(CANCELLED)
    expect(page.get_by_label("Code of your second step")).to_be_enabled()
    expect(page.get_by_label("New password", exact=True)).to_have_value(NEW)
    device.accept()
    press(page, INSTEAD)
    heading(page, "Your account")  # the sign-in page that follows offered the passkey, and the device took it


def test_the_password_is_asked_for_before_the_passkey(page: Page, idp: ServedProvider) -> None:
    ada, device = idp.person(), virtual_authenticator(page)
    with_passkey(page, idp, ada)
    forgotten(page, idp, ada, device)
    page.get_by_role("button", name=INSTEAD).click()
    heading(page, "Set a new password")
    assert page.evaluate("document.activeElement.id") == "new_password"


def test_without_javascript_the_code_is_the_way(page: Page, browse: Browse, idp: ServedProvider) -> None:
    ada, device = idp.person(), virtual_authenticator(page)
    with_passkey(page, idp, ada)
    plain = browse(javascript=False)
    forgotten(plain, idp, ada, device)
    expect(plain.get_by_role("button", name=INSTEAD)).to_be_hidden()
    plain.get_by_label("New password", exact=True).fill(NEW)
    plain.get_by_label("Code of your second step").fill("ABCD-EFGH")
    press(plain, "Set the password")
    expect(plain.get_by_label("Code of your second step")).to_be_visible()
