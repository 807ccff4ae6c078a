"""Reads pages, and does what a person does on them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.support.forms import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.apps.client import Client
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World

ISSUER = "http://localhost:8000"
"""The issuer of the providers whose pages are tested."""
APP = "https://app.example/cb"
"""The redirect URI of the app; a browser stops there."""


def session_cookie(browser: Browser) -> str | None:
    """The cookie that names the browser's session."""
    return browser.http.cookies.get("idp_session")


def hidden(page: Page, name: str) -> str:
    """A hidden field of the page."""
    return next(form.fields[name] for form in page.forms if name in form.fields)


def without_challenge(text: str) -> str:
    """The text of a page without the challenge for a passkey, which is another one each time."""
    return re.sub(r'(data-options|name="challenge" value)="[^"]*"', r'\1="…"', text)


def error(page: Page) -> str:
    """The sentence in the page's alert."""
    found = re.search(r'id="error">([^<]*)<', page.text)
    return found[1] if found else ""


@contextmanager
def recorded(world: World) -> Iterator[list[str]]:
    """The names of the DynamoDB operations that are called inside the `with`, in order."""
    transport = world.services.database.transport
    operations: list[str] = []

    def call(operation: str, wanted: dict[str, Any]) -> Any:
        operations.append(operation)
        return type(transport).call(transport, operation, wanted)

    vars(transport)["call"] = call
    try:
        yield operations
    finally:
        del vars(transport)["call"]


def sign_in(world: World, browser: Browser, client: Client, person: Person, **parameters: str) -> Page:
    """Sign in from the app with password and code. The page where this ends: the app's redirect, or the next question."""
    page = browser.submit(world.authorize(browser, client, **parameters), {"email": person.email, "password": person.password})
    if "code" in page.fields and person.secret:
        page = browser.submit(page, {"code": person.code(world.clock())})
    return page


def press(browser: Browser, page: Page, path: str, **values: str) -> Page:
    """Send the form of the page that leads to `path`, by its first button, with these values."""
    form = next(form for form in page.forms if form.action.partition("?")[0] == ISSUER + path)
    pressed = {button.name: button.value for button in form.buttons[:1] if button.name}
    answer = browser.http.post(path, data={**form.fields, **values, **pressed}, headers={"Origin": ISSUER})
    return browser.open(answer.headers["location"]) if answer.headers.get("location", "").startswith("/") else Page(answer)
