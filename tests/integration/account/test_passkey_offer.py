"""The offer of a passkey after a sign-in with a password (IDP_PASSKEY_OFFER)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.sessions.visitor import RECENT
from tests.integration.account.passkeys import add, answered, authenticator, options, use
from tests.integration.account.passwordless import codes_of, new_device, stored
from tests.integration.account.signing_up import opened
from tests.support.pages import ISSUER, hidden

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

OFFER = "Sign in faster next time"


@pytest.fixture
def site(world: World) -> World:
    """A deployment that offers passkeys."""
    return opened(world, passkey_offer="on")


@pytest.fixture
def person(site: World) -> Person:
    return site.person()


def sign_in(site: World, person: Person, *, browser: Browser | None = None, offer: str = "1") -> tuple[Browser, Page]:
    """Sign in to an app with the password, in a browser that can keep a passkey."""
    browser = browser or site.browser()
    page = site.authorize(browser, site.client(first_party=True), state="kept")
    keeps = {"offer": offer} if "data-keeps-passkeys" in page.text else {}
    return browser, browser.submit(page, {"email": person.email, "password": person.password, **keeps})


def test_the_passkey_is_set_up_and_the_app_gets_its_answer(site: World, person: Person) -> None:
    """The first second factor comes with recovery codes. The session has the passkey as its second factor."""
    browser, page = sign_in(site, person)
    assert OFFER in page.text
    device = new_device(page)
    shown = answered(browser, page, "/offer-passkey", device.registration(options(page)["challenge"]), name="Laptop")
    assert len(codes_of(shown)) >= 8
    assert browser.submit(shown).answer["state"] == "kept"
    assert [one.name for one in site.services.passkeys.of(person.user.id)] == ["Laptop"]
    [grant] = site.services.grants.of(person.user.id)
    assert grant.acr == "aal2"
    again = site.browser()
    assert str(use(again, again.open("/login"), device, "/passkey-sign-in").response.url).endswith("/account")


def test_a_person_with_an_authenticator_app_keeps_the_recovery_codes(site: World) -> None:
    person = site.person(totp=True)
    browser, page = sign_in(site, person)
    page = browser.submit(page, {"code": person.code(site.clock())})
    assert OFFER in page.text
    answer = answered(browser, page, "/offer-passkey", new_device(page).registration(options(page)["challenge"]))
    assert answer.answer["state"] == "kept"


@pytest.mark.parametrize("decision", ["later", "never"])
def test_a_person_goes_on_without_one(site: World, person: Person, decision: str) -> None:
    """The app gets its answer at once. "Never" is about this browser, and "not now" is asked again."""
    browser, page = sign_in(site, person)
    done = browser.submit(page, button="never" if decision == "never" else "not-now")
    assert done.answer["state"] == "kept"
    browser.open("/logout")
    _, again = sign_in(site, person, browser=_without_session(browser))
    assert (again.redirected_to is not None) is (decision == "never")
    assert OFFER in sign_in(site, person)[1].text, "another browser offers it"


def _without_session(browser: Browser) -> Browser:
    """The same browser after its session ended."""
    for cookie in list(browser.http.cookies.jar):
        if cookie.name.endswith("session"):
            browser.http.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
    return browser


@pytest.mark.parametrize("why", ["browser", "setting", "passkeys off", "has one", "sso"])
def test_it_is_not_offered(site: World, world: World, person: Person, why: str) -> None:
    """A browser that keeps no passkey, without the setting, a person who has one, a visit with a session."""
    if why == "browser":
        assert sign_in(site, person, offer="")[1].answer["state"] == "kept"
    elif why == "setting":
        assert sign_in(opened(world), person)[1].answer["state"] == "kept"
    elif why == "passkeys off":
        assert sign_in(opened(world, passkey_offer="on", passkeys="off"), person)[1].answer["state"] == "kept"
    elif why == "has one":
        device = authenticator(person.user)
        add(site, person.user, device)
        browser, page = sign_in(site, person)
        assert use(browser, page, device).answer["state"] == "kept"
    else:
        browser, page = sign_in(site, person)
        browser.submit(page, button="not-now")
        assert site.authorize(browser, site.client(first_party=True), state="two").answer["state"] == "two"


def test_the_page_of_a_person_who_was_away_only_goes_on(site: World, person: Person) -> None:
    """H-06: a passkey needs a recent sign-in. The app is not kept waiting."""
    browser, page = sign_in(site, person)
    device, challenge = new_device(page), options(page)["challenge"]
    site.clock.advance(RECENT + 301)
    again = browser.open("/offer-passkey?request=" + hidden(page, "request"))
    assert OFFER in again.text
    assert "data-options" not in again.text
    done = answered(browser, page, "/offer-passkey", device.registration(challenge))
    assert done.answer["state"] == "kept"
    assert not stored(site, person.email).passkeys


def test_the_form_counts_only_while_it_is_due(site: World) -> None:
    """H-04: before the second factor it makes no passkey, and with an app's own request it is not reached."""
    guarded = site.person(totp=True)
    browser, page = sign_in(site, guarded)
    sent = {"request": hidden(page, "request"), "credential": "x", "challenge": "x"}
    answer = browser.http.post("/offer-passkey", data=sent, headers={"Origin": ISSUER})
    assert "code" in answer.text
    assert OFFER not in answer.text
    other = site.browser()
    start = site.authorize(other, site.client(first_party=True))
    skipped = other.http.post("/offer-passkey", data={"request": hidden(start, "request")}, headers={"Origin": ISSUER})
    assert 'name="password"' in skipped.text


def test_an_answer_that_is_refused_shows_the_offer_again(site: World, person: Person) -> None:
    browser, page = sign_in(site, person)
    again = answered(browser, page, "/offer-passkey", new_device(page).registration("x" * 43))
    assert again.status == 422
    assert OFFER in again.text
    assert browser.submit(again, button="not-now").answer["state"] == "kept"
