"""Sign-ins with a code from a mail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.integration.account.resetting import ResetMail, newest, outbox

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

__all__ = ["ResetMail", "ask", "begun", "newest", "offering", "outbox", "signed_in_by_mail"]


def offering(world: World, mail_code: str = "on") -> World:
    """The world, whose deployment lets people sign in with a code from a mail, or not. Services that read the setting are made anew."""
    world.services.settings = replace(world.services.settings, mail_code=mail_code)
    for made in ("mail_code", "session_service", "visitors"):
        vars(world.services).pop(made, None)
    return world


def ask(world: World, browser: Browser, email: str, client: Client | None = None, **parameters: str) -> Page:
    """On the sign-in page for the app, type the address and ask for the mail: the page where the code is typed."""
    page = world.authorize(browser, client or world.client(), **parameters)
    return browser.submit(page, {"email": email}, button="mail-code")


def begun(world: World, person: Person, client: Client | None = None, **parameters: str) -> tuple[Browser, Page]:
    """A new browser that has asked, and the page where the code is typed."""
    browser = world.browser()
    return browser, ask(world, browser, person.email, client, **parameters)


def signed_in_by_mail(world: World, person: Person, client: Client | None = None) -> tuple[Browser, Page]:
    """A new browser in which the code was typed, and what followed."""
    browser, page = begun(world, person, client)
    return browser, browser.submit(page, {"code": newest(world, person.email).code})
