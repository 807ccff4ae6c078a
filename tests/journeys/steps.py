"""The pages of a sign-in as a person uses them: each field is found by its label, each button by its text."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Error, expect

from tests.support.camera import scan
from tests.support.people import Phone

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.support.people import Person
    from tests.support.relying_party import App
    from tests.support.served_provider import ServedProvider


def leave(page: Page, app: App, **parameters: str) -> None:
    """In the app, press "Sign in" and wait for the provider's first page."""
    page.goto(app.link(**parameters) if parameters else app.home)
    if not parameters:
        with page.expect_navigation():
            page.get_by_role("link", name="Sign in").click()


def heading(page: Page, words: str) -> None:
    """Wait for the page with this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


def press(page: Page, words: str) -> None:
    """Press the button with these words, and wait for the next page, which may look like this one."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def give_password(page: Page, person: Person, password: str | None = None) -> None:
    """On the first page, fill in the email and the password."""
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password if password is None else password)
    press(page, "Sign in")


def give_code(page: Page, code: str) -> None:
    """On the second page, fill in the authenticator's code."""
    heading(page, "Enter your code")
    page.get_by_label("Code from your authenticator app").fill(code)
    press(page, "Continue")


def allow(page: Page, app: App) -> None:
    """Press "Allow" on the consent page."""
    heading(page, f"Allow {app.name}?")
    press(page, "Allow")


def refused(page: Page, words: str) -> Locator:
    """Check a refusal: the sentence is an alert and describes the field that has the focus."""
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(words)
    faulty = page.locator("[aria-invalid=true]").last
    described = faulty.get_attribute("aria-describedby") or ""
    assert "error" in described.split()
    return faulty


def nothing_behind(page: Page) -> None:
    """Go back to the answer to a form. The browser has not cached it, and asks before it sends the form again."""
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    page.wait_for_url("chrome-error://**")


def sign_in(page: Page, app: App, person: Person, **parameters: str) -> dict[str, str]:
    """Sign in from the app and back to it. Return what the app was told."""
    leave(page, app, **parameters)
    heading(page, "Sign in")
    give_password(page, person)
    if person.phone:
        give_code(page, person.phone.code())
    allow(page, app)
    return app.answer(page)


def open_account(page: Page, issuer: str, person: Person) -> None:
    """Open a person's account page, with a sign-in."""
    page.goto(issuer + "/account")
    heading(page, "Sign in")
    give_password(page, person)
    if person.phone:
        give_code(page, person.phone.code())
    heading(page, "Your account")


def scanned(page: Page, idp: ServedProvider, person: Person | str) -> Phone:
    """Read the QR code of the page. Its key is for the account of this person, or of this address, at this provider."""
    heading(page, "Set up two-step sign-in")
    uri = urlsplit(scan(page.get_by_role("img", name="QR code")))
    said = {name: values[0] for name, values in parse_qs(uri.query).items()}
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/idp:{person if isinstance(person, str) else person.email}")
    assert said["issuer"] == "idp"
    return Phone(said["secret"], idp.clock)


def confirm(page: Page, code: str) -> None:
    """Fill in the code that the phone shows."""
    page.get_by_label("Six-digit code").fill(code)
    press(page, "Confirm")


def saved(page: Page) -> list[str]:
    """Return the recovery codes of the page."""
    heading(page, "Save your recovery codes")
    items = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(items).to_have_count(10)
    codes = items.all_inner_texts()
    assert len(set(codes)) == 10
    return codes


def sign_in_there(page: Page, person: str) -> None:
    """At the other provider: sign in as this person, and agree."""
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill(secrets.token_hex(4))
    with page.expect_navigation():
        page.locator("button[type=submit]").first.click()
    with page.expect_navigation():
        page.locator("button[type=submit]").first.click()
