"""A sign-in that has come as far as the second step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.account.people import wrong_code

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World


def password_only(world: World, person: Person, client: Client | None = None) -> tuple[Browser, Page]:
    """A browser that has proved the password and nothing else, and the page it sees."""
    browser = world.browser()
    page = browser.submit(world.authorize(browser, client or world.client()), {"email": person.email, "password": person.password})
    return browser, page


def wrong(world: World, person: Person) -> str:
    """A code that is not right around now."""
    return wrong_code(world, person.secret)
