"""A person who creates an account: the address, the mail, the code, the password."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.world import World

if TYPE_CHECKING:
    from idp.services.mail.outbox import Mail
    from tests.support.forms import Browser, Page

NEW_PASSWORD = "an unguessable sentence of mine"


class Began(NamedTuple):
    """A person who sent their address: the browser, the page that asks for the code, and the address."""

    browser: Browser
    page: Page
    email: str


def opened(world: World, **changes: Any) -> World:
    """The same deployment, where people may create accounts. `changes`: of its settings."""
    wanted: dict[str, Any] = {"sign_up": "open", "tickets_hourly_per_network": 1000, **changes}
    made = World(replace(world.settings, **wanted))
    _ = made.services.database  # made while the environment names the engine
    return made


def begin(world: World, *, email: str = "", page: Page | None = None, browser: Browser | None = None) -> Began:
    """Send an address, from the sign-in page of an app (`page`), or from /sign-up."""
    browser, email = browser or world.browser(), email or world.unused_email()
    form = browser.submit(page, button="sign-up") if page else browser.open("/sign-up")
    return Began(browser, browser.submit(form, {"email": email}, button="send-code"), email)


def mails(world: World, email: str) -> list[Mail]:
    """The mails to an address, the newest first."""
    return [mail for mail in world.mails if mail.to == email]  # the outbox


def code_in(mail: Mail) -> str:
    """The code in a mail."""
    found = re.search(r"\b\d{4} \d{4}\b", mail.text)
    assert found, mail.text
    return found[0]


def link_in(mail: Mail) -> str:
    """The link in a mail."""
    found = re.search(r"https?://\S+/link/\S+", mail.text)
    assert found, mail.text
    return found[0]


def prove(world: World, began: Began) -> Page:
    """Type the code of the mail: the page that asks for the password."""
    return began.browser.submit(began.page, {"code": code_in(mails(world, began.email)[0])})


def finish(began: Began, page: Page, *, password: str = NEW_PASSWORD, **typed: str) -> Page:
    """Fill the last page."""
    return began.browser.submit(page, {"new_password": password, **typed}, button="create-account")
