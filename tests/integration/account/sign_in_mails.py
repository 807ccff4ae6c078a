"""Browsers at other places, and the links of the mails about sign-ins there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.forms import Browser
    from tests.support.world import World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""The user agent of a Firefox on Linux."""


def link_in_mail(world: World, address: str, word: str) -> str:
    """The path of the link in the newest mail to this address whose subject has this word."""
    mail = next(mail for mail in world.mails if mail.to == address and word in mail.subject)
    return str(re.findall(r"https?://[^/]+(/link/\S+)", mail.text)[0])


def browser_at(world: World, address: str, agent: str = FIREFOX) -> Browser:
    """A new browser of this kind, at this address."""
    browser = world.browser(address)
    browser.http.headers["User-Agent"] = agent
    return browser


def disown(world: World, link: str) -> int:
    """Open the link in a new browser, and press its button."""
    browser = world.browser()
    return browser.submit(browser.open(link), button="not-me").status
