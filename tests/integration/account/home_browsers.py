"""A person with a browser at home in which they first signed in a month before, and a stranger who signs in elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.sessions.sign_in_notices import NEW_ACCOUNT
from tests.integration.account.people import signed_in
from tests.integration.account.sign_in_mails import browser_at

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

DAY = 86400


def stored(world: World, person: Person) -> User:
    """The user as stored now."""
    user = world.services.users.get(person.user.id)
    assert user
    return user


def sign_in_again(world: World, browser: Browser, person: Person) -> Page:
    """Sign in anew in a browser, which keeps its cookie."""
    browser.http.cookies.delete("idp_session")
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    if "code" in page.fields:
        page = browser.submit(page, {"code": person.codes.code()})
    assert str(page.response.url).endswith("/account"), page
    return page


def at_home(world: World) -> tuple[Person, Browser]:
    """A person, and the browser in which they first signed in a month ago."""
    person = world.person()
    world.clock.now += NEW_ACCOUNT
    home = signed_in(world, person, "198.51.100.200")
    world.clock.now += 30 * DAY
    return person, home


def enter(world: World, person: Person, address: str = "198.51.100.66") -> Browser:
    """Sign in with the password in a new browser at a new place. The owner gets a mail."""
    browser = browser_at(world, address)
    browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    return browser
