"""Admins in a browser at the console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.people.user import User
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World


@dataclass
class Admin:
    """An admin with a browser. `home`: the page after the sign-in."""

    world: World
    person: Person
    browser: Browser
    home: Page

    def open(self, path: str) -> Page:
        """Open a page of the console."""
        return self.browser.open(path)

    def of(self, person: Person, tab: str = "") -> Page:
        """Open a page about a person."""
        return self.browser.open(f"/console/people/{person.user.id}{tab}")

    def press(self, page: Page, action: str, values: Mapping[str, str] | None = None) -> Page:
        """Send the first form of the page whose address ends so, with the values of its button."""
        form = next(form for form in page.forms if form.action.endswith(action))
        button = next((each for each in form.buttons if each.name), None)
        sent = {**form.fields, **({button.name: button.value} if button else {}), **(values or {})}
        headers = {"Origin": self.world.settings.issuer, "Referer": str(page.response.url)}
        return self.browser._follow(self.browser.http.post(form.action, data=sent, headers=headers))  # noqa: SLF001  # a browser's own way

    def confirm(self, page: Page, **changes: str) -> Page:
        """Answer the page that asks again who the admin is."""
        code = self.person.codes.code() if self.person.phone else ""
        return self.browser.submit(page, {"password": self.person.password, "code": code, **changes})

    def later(self, seconds: int = 600) -> None:
        """Let so much time pass that the sign-in is not recent any more."""
        self.world.clock.now += seconds


def sign_in(world: World, at: str = "/console", **flags: Any) -> Admin:
    """A new admin who signs in on the way to a page of the console."""
    person = world.person(totp=True, **{"admin": True, "email_verified": True, **flags})
    return come(world, person, at)


def come(world: World, person: Person, at: str = "/console") -> Admin:
    """This person signs in on the way to a page of the console."""
    browser = world.browser()
    page = browser.submit(browser.open(at), {"email": person.email, "password": person.password})
    if person.phone:
        page = browser.submit(page, {"code": person.codes.code()})
    return Admin(world, person, browser, page)


def stored(world: World, person: Person) -> User:
    """The person as stored now."""
    return world.services.user_service.get(person.user.id, scope=DEPLOYMENT)
