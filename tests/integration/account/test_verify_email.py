"""An address that no person has proved: the step before an app gets it, and the way on the account page (threats G-11, M-03, M-11)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.tickets.ticket import LIFETIMES, VERIFY_EMAIL
from idp.http.app import build
from tests.integration.account.email_changing import code_in, link_in, subjects
from tests.integration.account.people import signed_in
from tests.support.pages import ISSUER, error, hidden, press, recorded, sign_in
from tests.support.stored import change_user
from tests.support.world import World

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.forms import Browser, Page
    from tests.support.people import Person

SUBJECT = "Verify your email address"


def with_setting(world: World, value: str) -> World:
    """The same deployment with IDP_VERIFY_EMAIL."""
    made = World(replace(world.settings, verify_email=value))
    _ = made.services.database  # made while the environment names the engine
    return made


@pytest.fixture
def site(world: World) -> World:
    """A deployment that verifies addresses before apps get them."""
    return with_setting(world, "before")


def unverified(world: World) -> Person:
    """A person whose address an admin entered."""
    person = world.person()
    assert not person.user.email_verified
    return person


def verified(world: World) -> Person:
    """A person who proved the address."""
    person = world.person()
    change_user(world.services.users, person.user.id, email_verified=True)
    return person


def stored(world: World, person: Person) -> User:
    """The user as stored now."""
    user = world.services.users.get(person.user.id)
    assert user
    return user


def due(world: World, person: Person, browser: Browser, **parameters: str) -> Page:
    """Sign in for an app that asks for the address: the page of the step."""
    page = world.authorize(browser, world.client(), **parameters)
    return browser.submit(page, {"email": person.email, "password": person.password})


def send(browser: Browser, page: Page) -> Page:
    """Ask for the mail: the page for its code."""
    return browser.submit(page, button="send-code")


def test_an_app_that_asks_for_the_address_gets_it_after_its_proof(site: World) -> None:
    """The step follows the sign-in, and the request of the app goes on. The next sign-in has no such step."""
    person, browser, client = unverified(site), site.browser(), site.client()
    page = browser.submit(site.authorize(browser, client, state="kept"), {"email": person.email, "password": person.password})
    assert page.has_button("send-code")
    assert not subjects(site, person.email)
    page = send(browser, page)
    assert subjects(site, person.email) == [SUBJECT]
    done = browser.submit(page, {"code": code_in(site, person.email)}, button="verify-address")
    assert done.answer["state"] == "kept"
    assert stored(site, person).email_verified
    assert site.audited("email.verified", person)
    assert "code" in sign_in(site, site.browser(), client, person).answer


def test_the_link_goes_on_in_the_session_that_asked(site: World) -> None:
    """Opening it uses nothing up (M-03), and its button leads on to the app."""
    person, browser = unverified(site), site.browser()
    send(browser, due(site, person, browser, state="kept"))
    link = link_in(site, person.email)
    browser.open(link)
    browser.http.head(link)
    assert not stored(site, person).email_verified
    done = browser.submit(browser.open(link), button="verify-address")
    assert done.answer["state"] == "kept"
    assert stored(site, person).email_verified


def test_the_link_shows_the_code_in_another_browser(site: World) -> None:
    """B-17: also to a person who is signed in with the same account there. The code is typed where the person began."""
    person, browser, other = unverified(site), site.browser(), site.browser()
    page = send(browser, due(site, person, browser))
    for elsewhere in (other, signed_in(site, person)):
        shown = elsewhere.open(link_in(site, person.email))
        assert code_in(site, person.email) in shown.text
        assert not shown.has_button("verify-address")
    assert browser.submit(page, {"code": code_in(site, person.email)}, button="verify-address").answer["code"]


@pytest.mark.parametrize("setting", ["off", "after"])
def test_otherwise_the_app_learns_that_it_is_not_verified(world: World, setting: str) -> None:
    """The sign-in has no further step, and sends no mail."""
    site = with_setting(world, setting)
    person = unverified(site)
    assert "code" in due(site, person, site.browser()).answer
    assert not subjects(site, person.email)


@pytest.mark.parametrize(
    ("scope", "claims", "button"),
    [
        ("openid email", "{}", "send-code"), ("openid profile", "{}", ""), ("openid", '{"userinfo": {"email": null}}', "send-code"),
        ("openid", '{"id_token": {"email_verified": null}}', "send-code"), ("openid", '{"id_token": {"name": null}}', ""),
    ],
)  # fmt: skip
def test_it_is_due_only_for_apps_that_ask_for_the_address(site: World, scope: str, claims: str, button: str) -> None:
    """By the scope or by the claims parameter (OIDC Core §5.5)."""
    page = due(site, unverified(site), site.browser(), scope=scope, claims=claims)
    assert page.has_button(button) if button else page.answer["code"]


def test_a_verified_person_has_no_further_step_and_no_further_call(site: World, world: World) -> None:
    """The figures of a sign-in by password stay."""
    calls = []
    for each in (site, with_setting(world, "off")):
        person, client, browser = verified(each), each.client(), each.browser()
        page = each.authorize(browser, client)
        with recorded(each) as operations:
            assert browser.submit(page, {"email": person.email, "password": person.password}).redirected_to
        calls.append(list(operations))
    assert calls[0] == calls[1]


def test_an_app_without_pages_gets_an_error(site: World) -> None:
    """prompt=none (OIDC Core §3.1.2.6)."""
    person, browser, client = unverified(site), site.browser(), site.client()
    browser.submit(site.authorize(browser, client), {"email": person.email, "password": person.password})
    assert site.authorize(browser, client, prompt="none").answer["error"] == "interaction_required"


@pytest.mark.parametrize("path", ["/consent", "/totp", "/recovery-code", "/enrol", "/passkey"])
def test_it_cannot_be_skipped_by_the_url_of_another_step(site: World, path: str) -> None:
    """H-04."""
    person, browser = unverified(site), site.browser()
    page = due(site, person, browser)
    sent = {"request": hidden(page, "request"), "decision": "approve", "code": "123456"}
    answer = browser.http.post(path, data=sent, headers={"Origin": ISSUER})
    assert (answer.status_code, 'id="send-code"' in answer.text) == (200, True)
    assert not list(site.services.grants.of(person.user.id))


@pytest.mark.parametrize("typed", ["", "0000 0000", "x", "1234 567"])
def test_a_wrong_code_verifies_nothing(site: World, typed: str) -> None:
    """The page is shown again. After five codes the ticket is over."""
    person, browser = unverified(site), site.browser()
    page = send(browser, due(site, person, browser))
    again = browser.submit(page, {"code": typed}, button="verify-address")
    assert (again.status, "wrong" in error(again)) == (422, True)
    assert not stored(site, person).email_verified


def test_five_wrong_codes_end_the_ticket(site: World) -> None:
    """M-01. The right code is refused after them."""
    person, browser = unverified(site), site.browser()
    page = send(browser, due(site, person, browser))
    right = code_in(site, person.email)
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    for _ in range(5):
        browser.submit(page, {"code": wrong}, button="verify-address")
    assert browser.submit(page, {"code": right}, button="verify-address").status == 422
    assert not stored(site, person).email_verified


def test_a_code_of_another_session_or_person_verifies_nothing(site: World) -> None:
    """M-11: a person who reads a code aloud verifies nothing in the account of a stranger, nor in the stranger's session of their own."""
    person, stranger = unverified(site), unverified(site)
    browser, theirs, second = site.browser(), site.browser(), site.browser()
    send(browser, due(site, person, browser))
    for other, who in ((theirs, stranger), (second, person)):
        page = send(other, due(site, who, other)) if who is stranger else due(site, who, other)
        sent = {"request": hidden(page, "request"), "code": code_in(site, person.email)}
        assert other.http.post("/verify-email", data=sent, headers={"Origin": ISSUER}).status_code == 422
        sent = {"request": hidden(page, "request"), "ticket": link_in(site, person.email).removeprefix("/link/")}
        assert other.http.post("/verify-email", data=sent, headers={"Origin": ISSUER}).status_code == 422
    assert not stored(site, person).email_verified
    assert not stored(site, stranger).email_verified


@pytest.mark.parametrize("end", ["another address", "signed out everywhere", "time", "a newer mail", "a use"])
def test_a_link_ends(site: World, end: str) -> None:
    """M-05: the ticket is bound to address and stamp, is one at a time, lives a day and works once."""
    person, browser = unverified(site), site.browser()
    send(browser, due(site, person, browser))
    link = link_in(site, person.email)
    page = browser.open(link)
    match end:
        case "another address":
            change_user(site.services.users, person.user.id, email=site.unused_email())
        case "signed out everywhere":
            site.services.users.end_everything(person.user.id, site.clock())
        case "time":
            site.clock.advance(LIFETIMES[VERIFY_EMAIL])
        case "a newer mail":
            site.clock.advance(61)
            press(browser, browser.open("/account"), "/account/verify-email")
        case _:
            browser.submit(page, button="verify-address")
            change_user(site.services.users, person.user.id, email_verified=False)
    browser.submit(page, button="verify-address")
    assert not stored(site, person).email_verified


def test_asking_again_waits_a_minute(site: World) -> None:
    """M-07: 429, and no second mail."""
    person, browser = unverified(site), site.browser()
    page = send(browser, due(site, person, browser))
    assert browser.submit(page, button="send-again").status == 429
    assert len(subjects(site, person.email)) == 1
    site.clock.advance(61)
    assert browser.submit(page, button="send-again").status == 200
    assert len(subjects(site, person.email)) == 2


def test_a_ticket_of_another_kind_verifies_nothing(site: World) -> None:
    """M-04."""
    person, browser = unverified(site), site.browser()
    page = due(site, person, browser)
    other = site.browser()
    other.submit(other.open("/forgot"), {"email": person.email})
    sent = {"request": hidden(page, "request"), "ticket": link_in(site, person.email).removeprefix("/link/")}
    assert browser.http.post("/verify-email", data=sent, headers={"Origin": ISSUER}).status_code == 422
    assert not stored(site, person).email_verified


def test_another_site_cannot_ask_for_the_mail(site: World) -> None:
    """F-02."""
    person, browser = unverified(site), site.browser()
    page = due(site, person, browser)
    sent = {"request": hidden(page, "request"), "send": "1"}
    assert browser.http.post("/verify-email", data=sent, headers={"Origin": "https://evil.example"}).status_code == 403
    assert not subjects(site, person.email)


@pytest.mark.parametrize("way", ["code", "link"])
def test_the_account_page_verifies_the_address(world: World, way: str) -> None:
    """Where the setting is after, which is the default."""
    person = unverified(world)
    browser = signed_in(world, person)
    page = press(browser, browser.open("/account"), "/account/verify-email")
    assert subjects(world, person.email) == [SUBJECT]
    if way == "link":
        page = browser.open(link_in(world, person.email))
        done = browser.submit(page, button="verify-address")
    else:
        done = browser.submit(page, {"code": code_in(world, person.email)}, button="verify-address")
    assert "Your email address is verified" in done.text
    assert not done.has_button("verify-email")
    assert stored(world, person).email_verified


def test_the_account_page_offers_nothing_where_it_is_off_or_verified(world: World) -> None:
    """No button, and the address of the form sends no mail."""
    off = with_setting(world, "off")
    off.app = build(off.services)
    person = unverified(off)
    browser = signed_in(off, person)
    page = browser.open("/account")
    assert not page.has_button("verify-email")
    answer = browser.http.post("/account/verify-email", data={"csrf": hidden(page, "csrf")}, headers={"Origin": ISSUER})
    assert answer.status_code in {200, 303}
    assert not subjects(off, person.email)
    assert not signed_in(world, verified(world)).open("/account").has_button("verify-email")
