"""Adding a second factor by the pages of the account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World


def secret_of(page: Page) -> str:
    """The secret as the page shows it for typing."""
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
    assert found
    return found[1].replace(" ", "")


def enrolling(world: World, person: Person, client: Client | None = None) -> tuple[Browser, Page]:
    """A browser whose person is asked to set up a second factor."""
    browser = world.browser()
    page = browser.submit(
        world.authorize(browser, client or world.client(require_mfa=True)), {"email": person.email, "password": person.password}
    )
    assert "enrolment" in page.fields
    return browser, page


def code_of(page: Page, world: World, *, later: int = 0) -> str:
    """The code that an authenticator shows after it scanned the page."""
    return pyotp.TOTP(secret_of(page)).at(world.clock() + later)
