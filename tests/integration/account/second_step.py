"""A sign-in that has reached the second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.account.people import wrong_code

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World


def password_only(world: World, person: Person, client: Client | None = None) -> tuple[Browser, Page]:
    """A browser that has proved only the password, and the page that it sees."""
    browser = world.browser()
    page = browser.submit(world.authorize(browser, client or world.client()), {"email": person.email, "password": person.password})
    return browser, page


def wrong(world: World, person: Person) -> str:
    """A code that is not valid at this time."""
    return wrong_code(world, person.secret)
