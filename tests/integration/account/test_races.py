"""Parallel attempts on real engines: a single use succeeds once, and each failure is counted (threats G-04, H)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import Invalid, Throttled
from idp.domain.factors.throttle import FREE
from tests.integration.account.email_changing import ask, changed, link_in, subjects
from tests.integration.account.enrolling import code_of, enrolling, secret_of
from tests.integration.account.guessing import WRONG, attempt
from tests.integration.account.people import signed_in
from tests.integration.account.second_step import password_only, wrong
from tests.support.pages import ISSUER, hidden, press
from tests.support.stored import read_failures

if TYPE_CHECKING:
    from tests.support.world import World

pytestmark = pytest.mark.engines


def test_fifty_at_once_get_five_answers(racing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """G-04: a burst discloses no more results than consecutive attempts would. Each attempt that was hashed is counted."""
    person = racing.person()
    hashed: list[bool] = []
    verify = racing.services.passwords.verify

    def counted(encoded: str | None, normalised: str, **more: str) -> bool:
        hashed.append(True)
        return verify(encoded, normalised, **more)

    monkeypatch.setattr(racing.services.passwords, "verify", counted)

    def one(_: int) -> str:
        try:
            attempt(racing, person.email, WRONG)
        except Invalid:
            return "told"
        except Throttled:
            return "not told"
        raise AssertionError("let in")

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(one, range(50)))
    assert answers.count("told") <= FREE
    throttling = racing.services.sign_in._throttling  # noqa: SLF001  # what the counter says now
    account = throttling.attempt(person.email, None, racing.address, racing.clock()).counters[0]
    assert read_failures(racing.services.database, account.kind, account.digest, racing.clock()).count == len(hashed) >= FREE
    with pytest.raises(Throttled):
        attempt(racing, person.email, person.password)


def test_one_of_many_uses_of_a_link_changes_the_address(racing: World) -> None:
    """M-14: twenty forms with the same link at once. One changes the address; the old one gets one mail."""
    person, new = racing.person(), racing.unused_email()
    browser = signed_in(racing, person)
    ask(browser, new)
    form = {"csrf": hidden(browser.open(link_in(racing, new)), "csrf"), "ticket": link_in(racing, new).removeprefix("/link/")}

    def use(_: int) -> int:
        return browser.http.post("/account/email/code", data=form, headers={"Origin": ISSUER}).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(use, range(20)))
    assert answers.count(303) == 1, answers
    assert set(answers) <= {303, 422, 503}
    assert racing.services.users.id_of(new) == person.user.id
    assert len(subjects(racing, person.email)) == 1


def test_one_of_many_uses_of_an_undo_counts(racing: World) -> None:
    """M-16: twenty uses at once. One restores the address and ends all access."""
    person = racing.person()
    changed(racing, signed_in(racing, person), racing.unused_email())
    form = {"ticket": link_in(racing, person.email).removeprefix("/link/")}
    browsers = [racing.browser() for _ in range(20)]

    def use(number: int) -> int:
        return browsers[number].http.post("/email-undo", data=form, headers={"Origin": ISSUER}).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(use, range(20)))
    assert answers.count(200) == 1, answers
    assert set(answers) <= {200, 400, 503}
    now = racing.services.users.get(person.user.id)
    assert now
    assert (now.email, now.security_stamp) == (person.email, 1)


def test_the_same_code_at_once_works_once(racing: World) -> None:
    """H-01: twelve browsers send one code, and one of them signs in."""
    person = racing.person(totp=True)
    code, ready = person.code(racing.clock()), [password_only(racing, person) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        pages = list(pool.map(lambda pair: pair[0].submit(pair[1], {"code": code}), ready))
    assert sum(page.redirected_to is not None for page in pages) == 1
    assert len(racing.sessions(person)) == 1


def test_a_burst_of_codes_gets_five_answers(racing: World) -> None:
    """H-03: parallel sign-ins buy no more guesses than sequential ones."""
    person = racing.person(totp=True)
    code, ready = wrong(racing, person), [password_only(racing, person) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        pages = list(pool.map(lambda pair: pair[0].submit(pair[1], {"code": code}), ready))
    assert sum(page.status == 422 for page in pages) <= FREE
    credential = racing.services.factors.totp(person.user.id)
    assert credential
    assert credential.failures >= FREE


def test_the_same_recovery_code_at_once_lets_in_once(racing: World) -> None:
    """H-08: one of the parallel uses signs in."""
    person = racing.person(totp=True)
    ready = []
    for _ in range(12):
        browser, page = password_only(racing, person)
        ready.append((browser, press(browser, page, "/recovery-code")))
    with ThreadPoolExecutor(12) as pool:
        pages = list(pool.map(lambda pair: pair[0].submit(pair[1], {"code": person.recovery_codes[1]}), ready))
    assert sum(page.redirected_to is not None for page in pages) == 1


def test_of_two_at_once_one_is_set_up(racing: World) -> None:
    """Four browsers confirm different secrets. One gets recovery codes, and its secret is the stored one."""
    person = racing.person()
    ready = [enrolling(racing, person) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda pair: pair[0].submit(pair[1], {"code": code_of(pair[1], racing)}), ready))
    shown = ["Save your recovery codes" in page.text for page in pages]
    assert shown.count(True) == 1
    credential = racing.services.factors.totp(person.user.id)
    assert credential
    stored = racing.services.keyring.reveal(f"totp:{person.user.id}", credential.sealed).decode()
    assert stored == secret_of(ready[shown.index(True)][1])
