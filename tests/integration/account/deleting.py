"""A person who deletes their own account: what the tests of it share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.account.email_changing import link_in, mailed
from tests.integration.account.people import signed_in
from tests.support.pages import press

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

DAYS = 86400
GRACE = 14 * DAYS


def ask(browser: Browser) -> Page:
    """Go from the account page to the page that says what goes, and press its button."""
    page = press(browser, browser.open("/account"), "/account/delete")
    return browser.submit(page, button="delete-account")


def deleted(world: World, person: Person) -> str:
    """Delete the account. Returns the path of the link that undoes it."""
    page = ask(signed_in(world, person))
    assert "Your account is being deleted" in page.text, page
    return link_in(world, person.email)


def undo(world: World, link: str) -> Page:
    """Open the link in a new browser, and press its button."""
    browser = world.browser()
    page = browser.open(link)
    return browser.submit(page, button="undo") if page.status == 200 else page


def stored(world: World, person: Person) -> User | None:
    """The user as stored now."""
    return world.services.users.get(person.user.id)


__all__ = ["DAYS", "GRACE", "ask", "deleted", "link_in", "mailed", "stored", "undo"]
