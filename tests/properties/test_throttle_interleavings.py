"""However attempts interleave, they buy no more answers than the same guesses one after the other (threat G-04).

A model of the store's counter: an attempt reads it, and later adds to it; between the two, anything may happen.
"""

import itertools
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.factors.throttle import FREE, is_locked, verdict_allowed, wait_seconds


@dataclass
class Counter:
    """What the store holds, and what the attacker learned."""

    now: int = 0
    failures: int = 0
    last_failed_at: int = 0
    reading: list[int] = field(default_factory=list)
    verdicts: list[int] = field(default_factory=list)

    def read(self) -> None:
        if not is_locked(self.failures, self.last_failed_at, self.now):
            self.reading.append(self.failures)

    def add(self, which: int) -> None:
        if self.reading:
            seen = self.reading.pop(which % len(self.reading))
            self.failures += 1
            self.last_failed_at = self.now
            if verdict_allowed(self.failures, seen):
                self.verdicts.append(self.now)


def promised(elapsed: int) -> int:
    """What serial guessing gets: the free attempts, and one more for every wait that is over."""
    ends = itertools.accumulate(wait_seconds(FREE + n) for n in itertools.count())
    return FREE + sum(1 for _ in itertools.takewhile(lambda end: end <= elapsed, ends))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(1, 20)),
        st.tuples(st.just("add"), st.integers(0, 50)),
        st.tuples(st.just("wait"), st.sampled_from([1, 29, 30, 60, 61, 600, 3600])),
    ),
    max_size=120,
)


@given(steps)
def test_no_interleaving_buys_more_verdicts_than_waiting_does(schedule: list[tuple[str, int]]) -> None:
    counter = Counter()
    for step, number in schedule:
        if step == "wait":
            counter.now += number
        elif step == "add":
            counter.add(number)
        else:
            for _ in range(number):
                counter.read()
        assert len(counter.verdicts) <= promised(counter.now)


@given(st.integers(0, 40))
def test_who_waits_is_always_answered(guesses: int) -> None:
    """G-07: the rule slows a person down and never shuts them out: each attempt after its wait gets its verdict."""
    counter = Counter()
    for _ in range(guesses):
        counter.now = counter.last_failed_at + wait_seconds(counter.failures)
        counter.read()
        counter.add(0)
    assert len(counter.verdicts) == guesses
    assert counter.now <= guesses * 3600


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_waits_only_grow_and_end_within_the_hour(failures: int, more: int) -> None:
    assert 0 <= wait_seconds(failures) <= wait_seconds(failures + more) <= 3600
