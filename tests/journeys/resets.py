"""Steps of a person who sets a new password by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import heading, press

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.people import Person

NEW = "an unguessable sentence of mine"


def ask(page: Page, person: Person) -> None:
    """On the sign-in page, press "Forgot password?" and ask for the mail."""
    page.get_by_label("Email").fill(person.email)
    press(page, "Forgot password?")
    heading(page, "Forgot password?")
    expect(page.get_by_label("Email")).to_have_value(person.email)
    press(page, "Send the mail")
    heading(page, "Check your mail")


def set_password(page: Page, password: str = NEW, code: str = "") -> None:
    """On the page that the mail leads to, set the new password."""
    heading(page, "Set a new password")
    page.get_by_label("New password", exact=True).fill(password)
    if code:
        page.get_by_label("Code of your second step").fill(code)
    press(page, "Set the password")


def sign_in_now(page: Page, person: Person) -> None:
    """On the sign-in page that follows, with the address filled in."""
    heading(page, "Sign in")
    expect(page.get_by_role("status")).to_contain_text("Your password is changed")
    expect(page.get_by_label("Email")).to_have_value(person.email)
    page.get_by_label("Password", exact=True).fill(NEW)
    press(page, "Sign in")
