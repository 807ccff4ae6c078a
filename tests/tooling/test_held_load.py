"""The meter of `make bench ARGS="--only held"`: what leaks is reported, and what does not is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.held.mix import SIGN_IN, Tally
from bench.held.pool import CALLER, Environment, pool, working
from bench.held.reading import ENOUGH, REQUESTS, Reading, growth, leaks
from bench.held.run import Held
from bench.held.tables import processes
from tests.support.lambda_host import LambdaHost

ROOT = Path(__file__).resolve().parents[2]


def _asked(name: str, times: int) -> Environment:
    """An environment under the real runtime client that has answered so many events, and was read after each."""
    with LambdaHost(f"tests.tooling.leaking_functions.{name}", cwd=ROOT) as host:
        environment = Environment(host, every=1)
        for _ in range(times):
            environment.invoke({})
    return environment


@pytest.mark.parametrize(("name", "found"), [("descriptors", ["descriptors"]), ("threads", ["threads"]), ("tidy", [])])
def test_an_environment_that_leaks_is_reported(name: str, found: list[str]) -> None:
    """By the name of what grows. One that gives back what it takes is not."""
    environment = _asked(name, 40)
    assert len(environment.readings) == 40
    told = leaks(environment.readings)
    assert [words.split()[0] for words in told] == found
    assert processes([environment])[1][-1] == ("; ".join(told) or "nothing")


def test_an_answer_of_500_is_an_error_of_its_environment() -> None:
    """The flow that gets it may go on, so the flows alone do not show it."""
    assert _asked("broken", 3).errors == 3
    assert _asked("tidy", 3).errors == 0


def _readings(memory: Callable[[int], float], count: int = 200) -> list[Reading]:
    return [Reading(number * ENOUGH // 100, memory(number), 10, 1) for number in range(count)]


@pytest.mark.parametrize(
    ("memory", "grows"),
    [
        (lambda number: 100 + 0.1 * number, True),
        (lambda number: 100.0 + (50 if number > 20 else 0), False),
        (lambda number: 100.0 + number % 2, False),
        (lambda number: 100 - 0.1 * number, False),
    ],
    ids=["steadily", "once while it warms up", "up and down", "shrinks"],
)
def test_memory_that_grows_with_the_requests_is_reported(memory: Callable[[int], float], *, grows: bool) -> None:
    """What is taken once while an environment warms up is no leak."""
    assert [words.split()[0] for words in leaks(_readings(memory))] == (["memory"] if grows else [])


def test_growth_is_told_for_ten_thousand_requests() -> None:
    """One MB for each hundred requests is a hundred MB."""
    assert growth([Reading(number * 100, float(number), 10, 1) for number in range(10)]) == pytest.approx(REQUESTS / 100)
    assert growth([]) == growth([Reading(1, 50.0, 10, 1)]) == 0.0


def test_memory_is_not_judged_by_few_requests() -> None:
    """The allocator's steps are larger than a leak then."""
    assert leaks([Reading(number, 100.0 + number, 10, 1) for number in range(200)]) == []


def test_one_descriptor_that_comes_and_goes_is_no_leak() -> None:
    """A connection that is closed and opened again."""
    assert leaks([Reading(number, 100.0, 10 + number % 2, 1 + number % 2) for number in range(100)]) == []


def test_a_pool_gives_each_request_to_a_free_environment() -> None:
    """Both are used, and none works on two requests at once."""
    with pool(lambda: LambdaHost("tests.tooling.leaking_functions.tidy", cwd=ROOT), 2) as both:
        for _ in range(6):
            both.invoke({})
        assert [each.requests for each in both.environments] == [3, 3]


def test_a_failed_flow_is_counted_with_its_words() -> None:
    """It does not end the run, and it is not among the times."""
    held = Held(tally=Tally())

    def fail() -> None:
        raise AssertionError("refused")

    held.tally.timed(SIGN_IN, fail)
    held.tally.timed(SIGN_IN, lambda: None)
    assert held.tally.errors == {f"{SIGN_IN}: AssertionError: refused": 1}
    assert len(held.tally.taken[SIGN_IN]) == 1
    assert list(map(len, held.tally.take().values())) == [1]
    assert list(map(len, held.tally.take().values())) == [0]


def test_callers_end_with_the_block() -> None:
    """Also if it ends by an interruption."""
    turns = list[float]()

    def interrupted() -> None:
        with working([lambda: turns.append(time.perf_counter())]):
            while not turns:
                """It begins."""
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not [thread for thread in threading.enumerate() if thread.name == CALLER]
