"""A person with passkeys in Chromium: they add one, use it after the password, and read the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.steps import give_password, heading, leave, open_account, press, saved

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.people import Person
    from tests.support.relying_party import App
    from tests.support.served_provider import ServedProvider
    from tests.support.virtual_authenticator import VirtualAuthenticator

CANCELLED = "The passkey was not used"


def add_passkey(page: Page, name: str = "") -> None:
    """On the account page, add a passkey."""
    press(page, "Add a passkey")
    heading(page, "Add a passkey")
    if name:
        page.get_by_label("Name").fill(name)
    press(page, "Create a passkey")


def with_passkey(page: Page, idp: ServedProvider, person: Person, name: str = "My laptop") -> None:
    """A person whose only second factor is a passkey in this browser; they are signed in."""
    open_account(page, idp.issuer, person)
    add_passkey(page, name)
    saved(page)
    press(page, "I have saved them")
    heading(page, "Your account")


def password_first(page: Page, app: App, person: Person, device: VirtualAuthenticator) -> None:
    """Give the password, and come to the page of the passkey. The device is away until then, or the first page would take its passkey."""
    device.absent()
    leave(page, app)
    give_password(page, person)
    heading(page, "Use your passkey")
    device.present()


def listed(page: Page) -> list[str]:
    """The names of the passkeys on the account page."""
    return page.locator("#passkeys li strong").all_inner_texts()
