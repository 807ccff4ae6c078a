"""Setting up a second factor during a sign-in: it counts after one correct code (threats H-06, H-07, H-09)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp

from tests.integration.account.enrolling import code_of, enrolling, secret_of
from tests.integration.account.people import wrong_code
from tests.support.pages import ISSUER, error, hidden, session_cookie, sign_in

if TYPE_CHECKING:
    from tests.support.world import World


def test_admins_set_one_up_before_anything_else(world: World) -> None:
    """For each request of each app. Also for a person for whom an admin requires it, and for each person at an app that requires it."""
    for person, client in (
        (world.person(admin=True), world.client()), (world.person(mfa_required=True), world.client()),
        (world.person(), world.client(require_mfa=True)),
    ):  # fmt: skip
        browser, page = enrolling(world, person, client)
        page = browser.submit(page, {"code": code_of(page, world)})
        codes = re.findall(r"<li><code>([^<]+)</code>", page.text)
        assert len(codes) == 10
        assert browser.submit(page).answer["code"]
        (session,) = world.sessions(person)
        assert session.acr == "aal2"


def test_a_request_may_ask_for_two_factors(world: World) -> None:
    """acr_values=aal2."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = browser.submit(world.authorize(browser, client, acr_values="aal2"), {"email": person.email, "password": person.password})
    assert "enrolment" in page.fields


def test_a_wrong_code_keeps_the_secret(world: World) -> None:
    """The person has scanned it already, and nothing is stored yet."""
    browser, page = enrolling(world, person := world.person())
    again = browser.submit(page, {"code": wrong_code(world, secret_of(page))})
    assert again.status == 422
    assert "clock" in error(again)
    assert secret_of(again) == secret_of(page)
    assert world.services.factors.totp(person.user.id) is None
    assert browser.submit(again, {"code": code_of(page, world)}).status == 200
    assert world.services.factors.totp(person.user.id)


def test_an_unconfirmed_authenticator_is_not_asked_for(world: World) -> None:
    """H-07: the next sign-in with the password alone works as before, and shows another secret."""
    person, demanding = world.person(), world.client(require_mfa=True)
    _, first = enrolling(world, person, demanding)
    _, second = enrolling(world, person, demanding)
    assert secret_of(first) != secret_of(second)
    assert world.services.factors.totp(person.user.id) is None
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


def test_the_secret_is_bound_to_its_person_and_session(world: World) -> None:
    """H-06, H-16: another person's secret, one of an older session and a forged one are refused, and a new secret is shown."""
    person, mallory = world.person(), world.person()
    _, hers = enrolling(world, mallory)
    _, earlier = enrolling(world, person)
    browser, page = enrolling(world, person)
    for strange in (hers, earlier):
        answer = browser.submit(page, {"enrolment": hidden(strange, "enrolment"), "code": code_of(strange, world)})
        assert answer.status == 422
        assert "too long" in error(answer)
        assert secret_of(answer) not in {secret_of(strange), secret_of(page)}
    for forged in ("", "x", hidden(page, "request")):
        assert browser.submit(page, {"enrolment": forged, "code": code_of(page, world)}).status == 422
    assert world.services.factors.totp(person.user.id) is None


def test_a_page_that_was_open_for_a_quarter_of_an_hour_shows_a_new_secret(world: World) -> None:
    """The sign-in has expired then too."""
    browser, page = enrolling(world, world.person())
    world.clock.now += 900
    later = browser.submit(page, {"code": code_of(page, world)})
    assert "password" in later.fields


def test_the_code_that_confirmed_cannot_be_used_to_sign_in(world: World) -> None:
    """H-01: the code is used."""
    person = world.person()
    browser, page = enrolling(world, person)
    code = code_of(page, world)
    browser.submit(page, {"code": code})
    other = world.browser()
    asked = other.submit(world.authorize(other, world.client()), {"email": person.email, "password": person.password})
    assert other.submit(asked, {"code": code}).status == 422


def test_the_password_alone_sets_up_no_second_authenticator(world: World) -> None:
    """H-06: a page kept from an earlier sign-in is refused once the user has a factor."""
    person = world.person()
    thief, kept = enrolling(world, person)
    owner, page = enrolling(world, person)
    owner.submit(page, {"code": code_of(page, world)})
    answer = thief.submit(kept, {"code": code_of(kept, world)})
    assert answer.status == 200
    assert 'action="/totp?' in answer.text


def test_an_old_session_confirms_first(world: World) -> None:
    """H-06: a stolen cookie and acr_values=aal2 set up no factor; the password comes first."""
    browser, client, person = world.browser(), world.client(), world.person()
    sign_in(world, browser, client, person)
    world.clock.now += 300
    page = world.authorize(browser, client, acr_values="aal2")
    assert "password" in page.fields
    assert "enrolment" not in page.fields
    answer = browser.http.post("/enrol", data={"request": hidden(page, "request")}, headers={"Origin": ISSUER})
    assert 'name="enrolment"' not in answer.text
    page = browser.submit(page, {"email": person.email, "password": person.password})
    assert "enrolment" in page.fields
    assert browser.submit(page, {"code": code_of(page, world)}).status == 200


def test_it_gives_a_new_session_and_a_mail(world: World) -> None:
    """F-01; ASVS 6.3.7."""
    browser, page = enrolling(world, person := world.person(admin=True))
    before = session_cookie(browser)
    browser.submit(page, {"code": code_of(page, world)})
    assert session_cookie(browser) != before
    assert [mail.subject for mail in world.mails if mail.to == person.email] == ["Two-step sign-in is on"]
    assert world.audited("factor.added", person)


def test_the_secret_is_not_stored_or_recorded(world: World) -> None:
    """H-09, K-03."""
    browser, page = enrolling(world, world.person())
    browser.submit(page, {"code": code_of(page, world)})
    for table in ("directory", "state"):
        assert secret_of(page) not in str(list(world.services.database.scan(table)))
    assert secret_of(page) not in hidden(page, "enrolment")


def test_the_page_needs_nothing_from_elsewhere(world: World) -> None:
    """The QR code is part of the page, and contains the key that the page shows."""
    _, page = enrolling(world, person := world.person())
    assert re.search(r'class="qr" src="data:image/svg\+xml', page.text)
    uri = re.search(r'href="(otpauth://[^"]+)"', page.text)
    assert uri
    scanned = pyotp.parse_uri(uri[1].replace("&amp;", "&"))
    assert (scanned.secret, scanned.name, scanned.issuer) == (secret_of(page), person.email, "idp")
