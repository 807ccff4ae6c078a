"""Sign-ins after which the browser makes a passkey without a gesture (IDP_PASSKEY_UPGRADE)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.account.passkeys import answered, options, use
from tests.integration.account.passwordless import new_device, stored
from tests.integration.account.signing_up import opened
from tests.support.authenticator import BE, BS, UP, UV
from tests.support.stored import change_user

if TYPE_CHECKING:
    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

SILENT = BE | BS
"""What an authenticator says that a password manager is: synced, without a touch and without a check of the person."""
UPGRADE = "Your browser can now make a passkey for you"
PATH = "/upgrade-passkey"


def upgrading(world: World, **changes: str) -> World:
    """The deployment, where browsers may make passkeys without a gesture."""
    return opened(world, **{"passkey_upgrade": "on", **changes})


def known(site: World, **flags: Any) -> Person:
    """A person whose address is verified."""
    person = site.person(**flags)
    person.user = change_user(site.services.users, person.user.id, email_verified=True)
    return person


def sign_in(
    site: World, person: Person, *, browser: Browser | None = None, upgrade: str = "1", offer: str = ""
) -> tuple[Browser, Page]:  # fmt: skip
    """Sign in to an app with the password, in a browser that makes passkeys without a gesture."""
    browser = browser or site.browser()
    page = site.authorize(browser, site.client(first_party=True), state="kept")
    says = {name: value for name, value in (("upgrade", upgrade), ("offer", offer)) if name in page.fields}
    return browser, browser.submit(page, {"email": person.email, "password": person.password, **says})


def made(site: World, person: Person) -> Authenticator:
    """Sign in, and have the browser make the passkey. It checks the person from now on."""
    browser, page = sign_in(site, person)
    device = new_device(page, flags=SILENT)
    assert answered(browser, page, PATH, device.registration(options(page)["challenge"]), name="Laptop").answer["state"] == "kept"
    assert stored(site, person.email).waiting_passkeys
    device.flags = UP | UV | SILENT
    return device


def alone(site: World, device: Authenticator) -> Page:
    """What follows a sign-in with the passkey alone, in a new browser."""
    browser = site.browser()
    return use(browser, browser.open("/login"), device, "/passkey-sign-in")
