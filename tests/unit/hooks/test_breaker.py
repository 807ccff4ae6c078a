"""The circuit breaker of hooks, by a clock that the test sets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from idp.domain.hooks.hook import SIGN_IN, Hook
from idp.services.hooks.breaker import FAILURES, REST, Breaker

HOOK = Hook("staff", SIGN_IN, function="arn")
NOW = 1_800_000_000


def opened() -> Breaker:
    """One that is open since NOW."""
    made = Breaker()
    assert [made.failed(HOOK, NOW) for _ in range(FAILURES)] == [False] * (FAILURES - 1) + [True]
    return made


def test_it_opens_after_failures_in_a_row_only() -> None:
    """A success between them begins the count anew."""
    breaker = Breaker()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            assert not breaker.failed(HOOK, NOW)
        assert breaker.may_ask(HOOK, NOW)
        breaker.succeeded(HOOK)
    assert breaker.may_ask(HOOK, NOW)


def test_nothing_is_asked_while_it_is_open() -> None:
    """To the second."""
    breaker = opened()
    assert not breaker.may_ask(HOOK, NOW)
    assert not breaker.may_ask(HOOK, NOW + REST - 1)
    assert breaker.may_ask(HOOK, NOW + REST)


def test_after_the_rest_one_of_many_callers_tries() -> None:
    """The others get the default, and do not wait for the first one."""
    breaker = opened()
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: breaker.may_ask(HOOK, NOW + REST), range(8))) == 1


def test_a_failure_after_the_rest_begins_another_rest_and_is_not_told_again() -> None:
    """So a function that stays down makes one event, not one in each half minute."""
    breaker = opened()
    later = NOW + REST
    assert breaker.may_ask(HOOK, later)
    assert not breaker.failed(HOOK, later)
    assert not breaker.may_ask(HOOK, later + REST - 1)


def test_a_success_after_the_rest_closes_it() -> None:
    """For all people at the same time."""
    breaker = opened()
    assert breaker.may_ask(HOOK, NOW + REST)
    breaker.succeeded(HOOK)
    assert breaker.may_ask(HOOK, NOW + REST)
    assert not breaker.failed(HOOK, NOW + REST)


def test_a_change_of_the_hook_begins_anew_and_others_are_not_touched() -> None:
    """An admin who mends a hook does not wait for the rest."""
    breaker = opened()
    assert breaker.may_ask(replace(HOOK, name="other"), NOW)
    assert breaker.may_ask(replace(HOOK, version=2), NOW)


def test_parallel_failures_are_all_counted_and_told_once() -> None:
    """No count is lost between threads."""
    breaker = Breaker()
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: breaker.failed(HOOK, NOW), range(40))) == 1
    assert not breaker.may_ask(HOOK, NOW)
