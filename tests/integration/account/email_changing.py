"""What the tests of a change of address share: asking for it, and reading its mails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.pages import press

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page
    from tests.support.world import World


def ask(browser: Browser, address: str) -> Page:
    """Ask for the change in a session that began a moment ago. Returns the page for the code."""
    page = press(browser, browser.open("/account"), "/account/email")
    return browser.submit(page, {"email": address}, button="send-code")


def mailed(world: World, address: str) -> Any:
    """The newest mail to this address."""
    return next(mail for mail in world.mails if mail.to == address)


def subjects(world: World, address: str) -> list[str]:
    """The subjects of all mails to this address, newest first."""
    return [mail.subject for mail in world.mails if mail.to == address]


def code_in(world: World, address: str) -> str:
    """The code in the newest mail to this address."""
    return str(re.findall(r"Your code: (\d{4} \d{4})", mailed(world, address).text)[0])


def link_in(world: World, address: str) -> str:
    """The path of the link in the newest mail to this address."""
    return str(re.findall(r"https?://[^/]+(/link/\S+)", mailed(world, address).text)[0])


def changed(world: World, browser: Browser, address: str) -> Page:
    """Change the address. Returns the account page."""
    return browser.submit(ask(browser, address), {"code": code_in(world, address)}, button="use-code")
