"""The table of access decisions, on the deciders themselves."""

from __future__ import annotations

import pytest

from tests.support.access_cases import CASES, Case, decider

DECIDER = decider()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    """Each case is decided as it says, by what it says."""
    answer = DECIDER.decide(case.question)
    assert (answer.allowed, answer.by) == (case.allowed, case.by), answer.reason


def test_most_of_the_table_is_a_no() -> None:
    """A table of yeses shows little; names tell the cases apart."""
    assert sum(not case.allowed for case in CASES) > sum(case.allowed for case in CASES)
    assert len({case.name for case in CASES}) == len(CASES)
