"""Failures count per account, device and network, also under concurrency. A lock ends by itself, the owner can sign in (threats G)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, Throttled
from idp.domain.factors.throttle import FREE
from idp.services.factors.throttling import NETWORK_FREE
from tests.integration.account.guessing import WRONG, attempt
from tests.integration.account.people import mails
from tests.support.pages import error, hidden, recorded, session_cookie, sign_in, without_challenge
from tests.support.people import PASSWORD
from tests.support.stored import read_failures
from tests.support.world import World

SOMEWHERE_ELSE = "192.0.2.77"


def fail(world: World, email: str, times: int, **how: str) -> None:
    """Send wrong passwords that get the answer for wrong passwords."""
    for _ in range(times):
        with pytest.raises(Invalid):
            attempt(world, email, WRONG, **how)


def test_after_five_wrong_passwords_the_right_one_is_not_told_either(world: World) -> None:
    """429 with Retry-After on the same page; nothing begins."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = world.authorize(browser, client)
    for _ in range(FREE):
        page = browser.submit(page, {"email": person.email, "password": WRONG})
        assert page.status == 422
    page = browser.submit(page, {"email": person.email, "password": person.password})
    assert page.status == 429
    assert page.response.headers["retry-after"] == "30"
    assert error(page) == "Too many attempts. Wait 30 seconds and try again."
    assert session_cookie(browser) is None


def test_guessing_sends_no_mail(world: World) -> None:
    """K-13: wrong passwords, the lock that they cause, and an unfinished sign-in send no mail. A change of the account does."""
    person = world.person(totp=True)
    before = mails(world, person)
    fail(world, person.email, FREE)
    with pytest.raises(Throttled):
        attempt(world, person.email, WRONG)
    world.clock.now += 30
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": person.password})
    for _ in range(FREE + 1):
        page = browser.submit(page, {"code": "00000"})
    assert page.status == 429
    assert mails(world, person) == before


def test_it_unlocks_by_itself_and_success_forgets_the_failures(world: World) -> None:
    """After thirty seconds the right password is accepted. Then five more failures are free."""
    person = world.person()
    fail(world, person.email, FREE)
    world.clock.now += 30
    assert attempt(world, person.email, person.password).user.id == person.user.id
    fail(world, person.email, FREE)


def test_waits_double_up_to_an_hour(world: World) -> None:
    """One wrong password after each wait makes the next wait longer."""
    person, waits = world.person(), []
    fail(world, person.email, FREE)
    for _ in range(9):
        with pytest.raises(Throttled) as locked:
            attempt(world, person.email, person.password)
        waits.append(locked.value.retry_after)
        world.clock.now += locked.value.retry_after
        fail(world, person.email, 1)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_locked_attempt_is_neither_hashed_nor_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked attempt costs one read and no hash, and does not extend the lock."""
    person = world.person()
    fail(world, person.email, FREE)
    monkeypatch.setattr(world.services.passwords, "verify", None)
    with recorded(world) as operations, pytest.raises(Throttled):
        attempt(world, person.email, person.password)
    assert operations == ["BatchGetItem"]


def test_an_unknown_email_locks_like_a_known_one(world: World) -> None:
    """G-03: the same answers, the same waits, the same pages."""
    browser, client, known, unknown = world.browser(), world.client(), world.person(), world.unused_email()
    seen = []
    for email in (known.email, unknown):
        page = world.authorize(browser, client)
        answers = []
        for _ in range(FREE + 2):
            page = browser.submit(page, {"email": email, "password": WRONG})
            text = without_challenge(page.text).replace(email, "EMAIL").replace(hidden(page, "request"), "REQUEST")
            answers.append((page.status, page.response.headers.get("retry-after"), text))
        seen.append(answers)
    assert seen[0] == seen[1]


def test_spellings_of_an_email_share_one_counter(world: World) -> None:
    """G-05: case, spaces and full-width letters do not give new guesses."""
    person = world.person()
    for typed in (person.email, person.email.upper(), f"  {person.email} ", person.email.replace("a", "\uff41"), person.email.title()):
        fail(world, typed, 1)
    with pytest.raises(Throttled):
        attempt(world, person.email, person.password)


def test_in_a_burst_the_right_password_looks_wrong_after_the_free_attempts(world: World) -> None:
    """The counter changes between its read and the check of the password. The attempt gets no answer and is counted like a wrong one."""
    waits = []
    for password in (PASSWORD, WRONG):
        person = world.person()
        throttling = world.services.sign_in._throttling  # noqa: SLF001  # the moment between read and write
        begin = throttling.attempt(person.email, None, world.origin().address, world.clock()).begin([None, None])
        for counter in begin.counters:
            for _ in range(FREE):
                world.services.throttles.fail(counter.kind, counter.digest, world.clock())
        with pytest.raises(Throttled) as hidden_answer:
            world.services.sign_in._verify(person.user, password, begin, person.email, origin=world.origin())  # noqa: SLF001  # as above
        waits.append(hidden_answer.value.retry_after)
        assert read_failures(world.services.database, begin.counters[0].kind, begin.counters[0].digest, world.clock()).count == FREE + 1
    assert waits[0] == waits[1]


def test_strangers_cannot_lock_a_person_out_of_their_browser(world: World) -> None:
    """G-07: a browser in which the person signed in before has a counter of its own."""
    browser, client, person = world.browser(), world.client(), world.person()
    sign_in(world, browser, client, person)
    browser.http.cookies.delete("idp_session")
    fail(world, person.email, FREE, address=SOMEWHERE_ELSE)
    with pytest.raises(Throttled):
        attempt(world, person.email, person.password)
    assert sign_in(world, browser, client, person).redirected_to


def test_a_lock_touches_no_session(world: World) -> None:
    """G-07: a session from before stays valid for the account page and for apps."""
    browser, client, person = world.browser(), world.client(), world.person()
    sign_in(world, browser, client, person)
    fail(world, person.email, FREE, address=SOMEWHERE_ELSE)
    assert world.authorize(browser, client).redirected_to
    assert browser.open("/account").status == 200


def test_a_known_device_may_not_guess_for_ever_either(world: World) -> None:
    """Its counter has the same rules, and belongs to this device only."""
    person = world.person()
    device = attempt(world, person.email, person.password).device
    fail(world, person.email, FREE, device=device)
    with pytest.raises(Throttled):
        attempt(world, person.email, person.password, device=device)
    assert attempt(world, person.email, person.password).user.id == person.user.id  # without the cookie: the account's counter


def test_a_device_is_known_for_its_own_account_only(world: World) -> None:
    """H-16: a cookie of another account, a forged one and an old one are ignored."""
    person, other = world.person(), world.person()
    strange = attempt(world, other.email, other.password).device
    own = attempt(world, person.email, person.password).device
    fail(world, person.email, FREE)
    for device in (strange, "forged", own[:-2], own + "AA", f"{own[:8]}{own[7:]}", ""):
        with pytest.raises(Throttled):
            attempt(world, person.email, person.password, device=device)
    assert attempt(world, person.email, person.password, device=own).device == own
    world.clock.now += 401 * 86400
    assert world.services.devices.recognise(own, person.email, world.clock()) is None


def test_the_device_cookie_says_nothing(world: World) -> None:
    """The cookie is sealed and HttpOnly, and opens no page."""
    browser, person = world.browser(), world.person()
    page = sign_in(world, browser, world.client(), person)
    cookie = next(value for value in page.response.headers.get_list("set-cookie") if value.startswith("idp_device="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert person.email.partition("@")[0] not in cookie
    browser.http.cookies.delete("idp_session")
    assert "password" in browser.open("/account").fields


def test_one_network_is_limited_over_all_accounts(world: World) -> None:
    """Password spraying: after a hundred failures within an hour over all accounts, this network waits and other networks do not."""
    person = world.person()
    for _ in range(NETWORK_FREE):
        fail(world, world.unused_email(), 1)
    with pytest.raises(Throttled):
        attempt(world, person.email, person.password)
    assert attempt(world, person.email, person.password, address=SOMEWHERE_ELSE).user == person.user
    world.clock.now += 3600
    assert attempt(world, person.email, person.password).user == person.user


def test_an_ipv6_customer_is_one_network(world: World) -> None:
    """All addresses of a /64 count as one network."""
    throttling, now = world.services.sign_in._throttling, world.clock()  # noqa: SLF001  # the digests of networks have no other way to be seen
    names = {
        throttling.attempt("a@example.com", None, f"2001:db8:1:2::{host:x}", now).counters[1].digest for host in range(1, 5)
    }  # fmt: skip
    assert len(names) == 1
    assert throttling.attempt("a@example.com", None, "2001:db8:1:3::1", now).counters[1].digest not in names


def test_headers_do_not_change_the_network(world: World) -> None:
    """F-09: the address is that of the connection."""
    browser, person = world.browser(), world.person()
    fail(world, person.email, FREE)
    browser.http.headers["X-Forwarded-For"] = "198.51.100.200"
    browser.http.headers["Forwarded"] = "for=198.51.100.201"
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": person.password})
    assert page.status == 429


def test_counters_contain_no_email_or_address(world: World) -> None:
    """A reader of the state table learns no email and no address."""
    person = world.person()
    fail(world, person.email, 1)
    rows = [raw for raw in world.services.database.scan("state") if raw["pk"]["S"].startswith("THROTTLE#")]
    assert rows
    assert all(person.email not in str(raw) and world.address not in str(raw) for raw in rows)


def with_settings(world: World, **changes: Any) -> World:
    """Return another environment of the same deployment, at the same network and time, with these settings changed."""
    made = World(replace(world.settings, **changes))
    made.address, made.clock = world.address, world.clock
    return made


@pytest.mark.parametrize("known", [True, False])
def test_the_free_attempts_are_a_setting(world: World, *, known: bool) -> None:
    """If ten are set, an account and a known browser have ten. Then the same wait follows, and the next one is twice as long."""
    ours, person = with_settings(world, password_attempts=10), world.person()
    device = attempt(ours, person.email, person.password).device if known else None
    fail(ours, person.email, 10, **({"device": device} if device else {}))
    for seconds in (30, 60):
        with pytest.raises(Throttled) as locked:
            attempt(ours, person.email, person.password, device=device)
        assert locked.value.retry_after == seconds
        world.clock.now += seconds
        fail(ours, person.email, 1, **({"device": device} if device else {}))
    assert [lock.failures for lock in ours.services.locks.of(person.user, scope=DEPLOYMENT)] == [12]


def test_the_free_attempts_of_a_network_are_a_setting(world: World) -> None:
    """If the setting is one more than the default, one more is free."""
    ours, person = with_settings(world, network_attempts=NETWORK_FREE + 1), world.person()
    world.clock.now += 3600 - world.clock.now % 3600
    for _ in range(NETWORK_FREE + 1):
        fail(ours, world.unused_email(), 1)
    with pytest.raises(Throttled):
        attempt(ours, person.email, person.password)


def test_the_defaults_are_those_of_the_arithmetic(world: World) -> None:
    """The defaults of the settings are the numbers that these tests use."""
    assert (world.services.settings.password_attempts, world.services.settings.network_attempts) == (FREE, NETWORK_FREE)
