"""Browsers that a person asked to remember for the second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.pages import session_cookie
from tests.support.remembered import remember_devices

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

DAYS = 30
DAY = 86400
COOKIE = "idp_remembered"
ASKED = "code"
"""The field of the second factor's page."""


def remembers(world: World, days: int = DAYS) -> World:
    """The world, whose deployment remembers devices for so many days."""
    remember_devices(world.services, days)
    return world


def remembered(world: World, person: Person, client: Client | None = None) -> Browser:
    """A browser in which the person used the second factor, and asked not to be asked again. It is signed out."""
    browser = world.browser()
    page = password(world, browser, person, client)
    assert "remember" in page.fields, page
    assert browser.submit(page, {"code": person.codes.code(), "remember": "1"}).redirected_to
    assert browser.http.cookies.get(COOKIE)
    return signed_out(browser)


def signed_out(browser: Browser) -> Browser:
    """The browser without its session. All other cookies stay."""
    assert session_cookie(browser)
    browser.http.cookies.delete("idp_session")
    return browser


def password(world: World, browser: Browser, person: Person, client: Client | None = None, **parameters: str) -> Page:
    """What follows the password at a sign-in to the app."""
    page = world.authorize(browser, client or world.client(), **parameters)
    return browser.submit(page, {"email": person.email, "password": person.password})
