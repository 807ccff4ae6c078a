"""Factors of people: passkeys by an authenticator in software, and authenticator apps that are added to an account."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyotp

from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.visitor import Visitor
from tests.support.authenticator import Authenticator
from tests.support.forms import Page, origin
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.services.passkeys.registration import Added
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World

ORIGIN = Origin("198.51.100.7")
RP_ID = "localhost"


def authenticator(user: User, **given: Any) -> Authenticator:
    """An authenticator for this provider. It names the user, as a passkey does."""
    return Authenticator(**{"origin": ISSUER, "rp_id": RP_ID, "user_handle": user.id.encode(), **given})


def visitor(world: World, user: User, **session: Any) -> Visitor:
    """The user with a new session, which is not stored."""
    begun = world.services.session_service.begin(user, proved_for="", origin=ORIGIN, **session)
    return Visitor(begun, user)


def add(world: World, user: User, device: Authenticator, name: str = "Phone") -> Added:
    """Add a passkey to the account of a user who just signed in with all their factors."""
    who = visitor(world, user, amr=("pwd", "otp", "mfa"))
    registration = world.services.passkey_registration
    offer = registration.offer(who, now=world.clock())
    answer = device.registration(offer.options["challenge"])
    return registration.finish(who, offer.handle, answer, name=name, origin=ORIGIN, now=world.clock())


def enrol(world: World, user: User) -> None:
    """Set up an authenticator app in the account, as a person does who signed in a moment ago."""
    who, enrolment, now = visitor(world, user), world.services.enrolment, world.clock()
    offer = enrolment.offer(who, now=now)
    enrolment.confirm(who, offer.handle, pyotp.TOTP(offer.secret).at(now), origin=ORIGIN, now=now)


def replace_codes(world: World, user: User) -> None:
    """Make new recovery codes, as a person does who signed in a moment ago with all their factors."""
    current = world.services.users.get(user.id)
    assert current
    who = visitor(world, current, amr=("pwd", "otp", "mfa"))
    world.services.enrolment.new_recovery_codes(who, origin=ORIGIN, now=world.clock())


def options(page: Page) -> dict[str, Any]:
    """What the page asks the browser."""
    found = re.search(r'data-options="([^"]*)"', page.text)
    assert found, page
    asked: dict[str, Any] = json.loads(html.unescape(found[1]))
    return asked


def answered(browser: Browser, page: Page, path: str, answer: str, **more: str) -> Page:
    """Send the form of a passkey as the script does."""
    form = next(form for form in page.forms if urlsplit(form.action).path == path and "credential" in form.fields)
    sent = browser.http.post(path, data={**form.fields, "credential": answer, **more}, headers={"Origin": origin(form.action)})
    place = sent.headers.get("location", "")
    return browser.open(place) if place.startswith("/") else Page(sent, redirected_to=place or None)


def use(browser: Browser, page: Page, device: Authenticator, path: str = "/passkey") -> Page:
    """Answer the page with the device."""
    return answered(browser, page, path, device.assertion(options(page)["challenge"]))


def with_session(world: World, person: Person, device: Authenticator) -> Browser:
    """A browser in which the person is signed in with password and passkey."""
    browser = world.browser()
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    page = use(browser, page, device)
    assert str(page.response.url).endswith("/account"), page
    return browser
