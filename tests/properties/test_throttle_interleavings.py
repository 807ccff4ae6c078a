"""In any interleaving, concurrent attempts get no more answers than serial ones (threat G-04).

The attempts are those of `services.factors.throttling`. The store's counter is a model: an attempt reads it, and later adds to it.
Between the two, anything may happen.
"""

import itertools
from dataclasses import dataclass, field
from unittest.mock import Mock

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.errors import Throttled
from idp.domain.factors.throttle import FREE, wait_seconds
from idp.services.factors.throttling import Attempt, Counter, Throttling
from idp.services.keys.keyring import Keyring
from idp.store import sign_in_keys
from idp.store.throttles import FORGET_AFTER, ThrottleItem, Throttles

COUNTER = Counter("account", "somebody")


class ModelledThrottles(Throttles):
    """One counter in memory, by the rules of `Throttles.fail`."""

    def __init__(self) -> None:
        self.failures, self.last_at = 0, 0

    def fail(self, kind: str, digest: str, now: int) -> int:
        del kind, digest
        self.failures = self.failures + 1 if self.last_at > now - FORGET_AFTER else 1
        self.last_at = now
        return self.failures

    @property
    def item(self) -> ThrottleItem:
        return ThrottleItem.new(sign_in_keys.throttle("account", "somebody"), failures=self.failures, last_at=self.last_at, ttl=0)


@dataclass
class Attacker:
    """Makes attempts, and learns a verdict only if it may be revealed."""

    now: int = 0
    counter: ModelledThrottles = field(default_factory=ModelledThrottles)
    begun: list[Attempt] = field(default_factory=list)
    verdicts: list[int] = field(default_factory=list)

    def begin(self) -> None:
        try:
            self.begun.append(Attempt((COUNTER,), self.now).begin([self.counter.item]))
        except Throttled:
            return

    def fail(self, which: int) -> None:
        if self.begun:
            attempt = self.begun.pop(which % len(self.begun))
            late = Attempt(attempt.counters, self.now)  # counted at once: a real attempt takes less than a second
            if Throttling(self.counter, Mock(spec=Keyring)).count_failure(late).may_disclose:
                self.verdicts.append(self.now)


def promised(elapsed: int) -> int:
    """The answers to serial guesses: the free attempts, and one for each completed wait."""
    ends = itertools.accumulate(wait_seconds(FREE + n) for n in itertools.count())
    return FREE + sum(1 for _ in itertools.takewhile(lambda end: end <= elapsed, ends))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.integers(1, 20)),
        st.tuples(st.just("fail"), st.integers(0, 50)),
        st.tuples(st.just("wait"), st.sampled_from([1, 29, 30, 60, 61, 600, 3600])),
    ),
    max_size=120,
)


@given(steps)
def test_no_interleaving_buys_more_verdicts_than_waiting_does(schedule: list[tuple[str, int]]) -> None:
    attacker = Attacker()
    for step, number in schedule:
        if step == "wait":
            attacker.now += number
        elif step == "fail":
            attacker.fail(number)
        else:
            for _ in range(number):
                attacker.begin()
        assert len(attacker.verdicts) <= promised(attacker.now)


@given(st.integers(0, 40))
def test_an_attempt_after_each_wait_is_always_answered(guesses: int) -> None:
    """G-07: the throttle delays a person and never locks them out: each attempt after its wait gets a verdict."""
    attacker = Attacker()
    for _ in range(guesses):
        attacker.now = attacker.counter.last_at + wait_seconds(attacker.counter.failures)
        attacker.begin()
        attacker.fail(0)
    assert len(attacker.verdicts) == guesses
    assert attacker.now <= guesses * 3600


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_waits_only_grow_and_end_within_the_hour(failures: int, more: int) -> None:
    assert 0 <= wait_seconds(failures) <= wait_seconds(failures + more) <= 3600
