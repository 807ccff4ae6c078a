"""Two-step sign-in from the account page: set up, renewed and removed by a person who is there (threats F-01, G-06, H-06, H-08)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest

from idp.domain.errors import Conflict, Forbidden
from idp.domain.factors.throttle import FREE
from tests.integration.account.enrolling import code_of, secret_of
from tests.integration.account.people import change, mails, signed_in, wrong_code
from tests.support.pages import ISSUER, hidden, press, session_cookie, sign_in
from tests.support.people import Phone

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page
    from tests.support.world import World

FACTORS = ("/account/totp/enrol", "/account/recovery-codes", "/account/totp/remove")


def act(browser: Browser, path: str) -> Page:
    """Press one of the buttons of two-step sign-in."""
    return press(browser, browser.open("/account"), path)


def test_it_is_set_up_confirmed_and_used(world: World) -> None:
    """H-07: from then on the code is asked for; a new session, a mail, ten recovery codes."""
    person = world.person()
    browser = signed_in(world, person)
    before = session_cookie(browser)
    page = act(browser, FACTORS[0])
    assert world.services.factors.totp(person.user.id) is None
    wrong = browser.submit(page, {"code": wrong_code(world, secret_of(page))})
    assert wrong.status == 422
    assert secret_of(wrong) == secret_of(page)
    done = browser.submit(wrong, {"code": code_of(page, world)})
    assert len(re.findall(r"<li><code>", done.text)) == 10
    assert session_cookie(browser) != before
    assert "Two-step sign-in is on" in browser.submit(done).text
    assert mails(world, person) == ["Two-step sign-in is on"]
    person.phone = Phone(secret_of(page), world.clock)
    world.clock.now += 30
    assert session_cookie(signed_in(world, person))


@pytest.mark.parametrize("path", FACTORS)
def test_factors_are_changed_by_a_person_who_is_there(world: World, path: str) -> None:
    """H-06: five minutes after the sign-in the password is asked for, with the code where there is one; then it goes on."""
    person = world.person(totp=path != FACTORS[0])
    browser = signed_in(world, person)
    world.clock.now += 300
    before = session_cookie(browser)
    page = act(browser, path)
    assert "password" in page.fields
    assert ("code" in page.fields) == bool(person.secret)
    guess = wrong_code(world, person.secret) if person.secret else ""
    for wrong in ({"password": "wrong horse"}, {"password": person.password, "code": guess}):
        if "code" in wrong and not person.secret:
            continue
        more = {"code": person.code(world.clock())} if person.secret and "code" not in wrong else {}
        page = browser.submit(page, {**wrong, **more})
        assert page.status == 422
        assert session_cookie(browser) == before
    world.clock.now += 30
    code = {"code": person.code(world.clock())} if person.secret else {}
    page = browser.submit(page, {"password": person.password, **code})
    assert page.status == 200
    assert session_cookie(browser) != before  # F-01
    expected = {FACTORS[0]: "Scan this", FACTORS[1]: "Save your recovery codes", FACTORS[2]: "Two-step sign-in is off"}
    assert expected[path] in page.text


def test_the_services_ask_as_well(world: World) -> None:
    """H-06: the services refuse a change too, so a handler without the check changes nothing."""
    with_one, without = world.person(totp=True), world.person()
    late, here, enrolment = world.clock() + 300, world.origin(), world.services.enrolment
    for person in (with_one, without):
        visitor = world.services.visitors.signed_in(session_cookie(signed_in(world, person)))
        assert visitor
        for act_late in (enrolment.remove, enrolment.new_recovery_codes):
            with pytest.raises(Forbidden):
                act_late(visitor, origin=here, now=late)
        with pytest.raises((Forbidden, Conflict)):
            enrolment.offer(visitor, now=late)


def test_confirming_is_guessing_too(world: World) -> None:
    """G-06: a wrong code counts in the same counters."""
    person = world.person()
    browser = signed_in(world, person)
    world.clock.now += 300
    page = act(browser, FACTORS[0])
    for _ in range(FREE):
        page = browser.submit(page, {"password": "wrong horse"})
        assert page.status == 422
    page = browser.submit(page, {"password": person.password})
    assert page.status == 429
    assert change(browser).status == 429
    assert len(world.audited("reauthentication.failed", person)) == FREE


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/account/../x", "/logout", "javascript:alert(1)", ""])
def test_confirming_leads_nowhere_else(world: World, target: str) -> None:
    """F-05: three paths, written in the code."""
    person = world.person()
    browser = signed_in(world, person)
    csrf = hidden(browser.open("/account"), "csrf")
    answer = browser.http.post(
        "/account/confirm", data={"csrf": csrf, "next": target, "password": person.password}, headers={"Origin": ISSUER}
    )
    assert answer.headers.get("location", "/account").startswith("/account")
    assert answer.status_code in {303, 400}


def test_a_recovery_code_confirms_as_well(world: World) -> None:
    """The authenticator is lost. The person signs in and turns it off with recovery codes only."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    world.clock.now += 300
    page = act(browser, FACTORS[2])
    page = browser.submit(page, {"password": person.password, "code": person.recovery_codes[0]})
    assert "Two-step sign-in is off" in page.text
    assert mails(world, person)[:2] == ["Two-step sign-in is off", "A recovery code was used"]
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


def test_new_recovery_codes_end_the_old_codes(world: World) -> None:
    """H-08: the owner gets a mail."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    page = act(browser, FACTORS[1])
    assert mails(world, person)[0] == "You have new recovery codes"
    fresh = re.findall(r"<li><code>([^<]+)</code>", page.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(person.recovery_codes)
    again = world.browser()
    page = again.submit(world.authorize(again, world.client()), {"email": person.email, "password": person.password})
    page = press(again, page, "/recovery-code")
    page = again.submit(page, {"code": person.recovery_codes[0]})
    assert page.status == 422
    assert again.submit(page, {"code": fresh[0]}).redirected_to


def test_turning_it_off_is_confirmed(world: World) -> None:
    """H-06: this holds right after the sign-in too. The page says what will happen, and a single press turns nothing off."""
    person = world.person(totp=True)
    page = act(signed_in(world, person), FACTORS[2])
    assert page.status == 200
    assert "will be turned off" in page.text
    assert {"password", "code"} <= page.fields
    assert world.services.factors.totp(person.user.id)


def test_a_required_authenticator_cannot_be_removed(world: World) -> None:
    """An admin cannot remove the second factor."""
    person = world.person(totp=True, admin=True)
    page = act(signed_in(world, person), FACTORS[2])
    assert page.status == 403
    assert world.services.factors.totp(person.user.id)


def test_a_second_one_is_not_set_up_over_the_first(world: World) -> None:
    """H-06: neither with a form from before nor with the address."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    csrf = hidden(browser.open("/account"), "csrf")
    stored = world.services.factors.totp(person.user.id)
    for path in ("/account/totp/enrol", "/account/totp/confirm"):
        answer = browser.http.post(path, data={"csrf": csrf, "code": "000000", "enrolment": "x"}, headers={"Origin": ISSUER})
        assert answer.status_code == 409
    assert world.services.factors.totp(person.user.id) == stored


def test_a_page_that_was_open_too_long_asks_again(world: World) -> None:
    """A secret that was shown twenty minutes ago is refused."""
    person = world.person()
    browser = signed_in(world, person)
    page = act(browser, FACTORS[0])
    world.clock.now += 1200
    later = browser.submit(page, {"code": pyotp.TOTP(secret_of(page)).at(world.clock())})
    assert "password" in later.fields
    assert world.services.factors.totp(person.user.id) is None
