"""The table of access decisions, asked of the deciders directly."""

from __future__ import annotations

import pytest

from tests.support.access_cases import CASES, Case, decider

DECIDER = decider()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_is_decided_as_the_table_says(case: Case) -> None:
    """Each case has the expected answer and the expected rule."""
    answer = DECIDER.decide(case.question)
    assert (answer.allowed, answer.by) == (case.allowed, case.by), answer.reason


def test_most_cases_of_the_table_are_denials() -> None:
    """The table has more denials than permissions, and the names are unique."""
    assert sum(not case.allowed for case in CASES) > sum(case.allowed for case in CASES)
    assert len({case.name for case in CASES}) == len(CASES)
