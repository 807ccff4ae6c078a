"""A person who forgot the password: their mails, and the pages they go through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tests.integration.account.people import NEW

if TYPE_CHECKING:
    from idp.services.mail.outbox import Mail
    from tests.support.forms import Browser, Page
    from tests.support.served_provider import ServedProvider
    from tests.support.world import World


class ResetMail(NamedTuple):
    """What a mail contains."""

    code: str
    path: str


def outbox(world: World | ServedProvider, email: str) -> list[Mail]:
    """The mails to this address, newest first."""
    return [mail for mail in world.mails if mail.to == email]


def newest(world: World | ServedProvider, email: str) -> ResetMail:
    """The code and the path of the link of the newest mail."""
    text = outbox(world, email)[0].text
    code, path = re.search(r"Your code: (\d{4} \d{4})", text), re.search(r"https?://[^/\s]+(/link/\S+)", text)
    assert code
    assert path
    return ResetMail(code[1], path[1])


def ask(browser: Browser, page: Page, email: str) -> Page:
    """From the sign-in page, through "Forgot password?", to the page where the code is typed."""
    forgot = browser.submit(page, {"email": email, "password": ""}, button="forgot")
    return browser.submit(forgot, {"email": email})


def asked(world: World, browser: Browser, email: str) -> Page:
    """The page where the code is typed, without an app."""
    return browser.submit(browser.open("/forgot"), {"email": email})


def set_password(browser: Browser, page: Page, password: str = NEW, **more: str) -> Page:
    """Answer the page for the new password."""
    return browser.submit(page, {"new_password": password, **more})
