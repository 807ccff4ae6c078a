"""No answer tells whether an address has an account, in any language: status, headers, cookies and bytes are the same (threats G-01, M-06).

The owner of the account has chosen another language than that of the browser. It is the language of the mail, and not of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import pytest

from idp.domain.languages import SHIPPED
from tests.integration.account.signing_up import opened

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page
    from tests.support.world import World

WRONG_PASSWORD, WRONG_CODES = "a wrong password of some length", ("0000 0000", "1111 1111", "x")
CHANGES = {"x-request-id", "date"}
"""Headers that differ between any two answers."""


class Seen(NamedTuple):
    """What a stranger sees of an answer, without sealed values and the address. `length`: of the whole body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    length: int


def seen(page: Page, email: str) -> Seen:
    """The answer as a stranger compares it."""
    headers = sorted((name, sealed(value)) for name, value in page.response.headers.multi_items() if name not in CHANGES)
    return Seen(page.status, tuple(headers), sealed(page.text.replace(email, "ADDRESS")), len(page.response.content))


def sealed(text: str) -> str:
    """The text without sealed values, tokens and challenges."""
    return re.sub(r"[\w-]{22,}(?:[.~][\w-]+)*|[\w-]+\.[\w-]{60,}", "SEALED", text)


def by_password(browser: Browser, email: str) -> list[Page]:
    """Two wrong passwords."""
    page = browser.submit(browser.open("/account"), {"email": email, "password": WRONG_PASSWORD})
    return [page, browser.submit(page, {"email": email, "password": WRONG_PASSWORD})]


def by_mail(path: str) -> Callable[[Browser, str], list[Page]]:
    """A page that sends a mail: the address, wrong codes, and the address again."""

    def ask(browser: Browser, email: str) -> list[Page]:
        form = browser.open(path)
        pages = [browser.submit(form, {"email": email})]
        for code in WRONG_CODES:
            pages.append(browser.submit(pages[-1], {"code": code}))
        return [*pages, browser.submit(form, {"email": email})]

    return ask


WAYS = {"/login": by_password, **{path: by_mail(path) for path in ("/forgot", "/mail-code", "/sign-up")}}


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("way", WAYS)
def test_known_and_unknown_addresses_get_the_same_bytes(world: World, way: str, language: str) -> None:
    site = opened(world, mail_code="on")
    owner = site.person(claims={"locale": "ja" if language == "ar" else "ar"})
    answers = []
    for email in (owner.email, site.unused_email()):
        browser = site.browser()
        browser.http.headers["Accept-Language"] = language
        pages = WAYS[way](browser, email)
        assert all(f'<html lang="{language}"' in page.text for page in pages)
        answers.append(([seen(page, email) for page in pages], sorted(browser.http.cookies.keys())))
    assert answers[0] == answers[1]
