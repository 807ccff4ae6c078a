"""The figures of `make faults`, and the runs that its options ask for."""

from __future__ import annotations

from typing import Any

import pytest

from bench.faults.__main__ import arguments, wanted
from bench.faults.execution import Verdict
from bench.faults.flows import FLOWS
from bench.faults.kinds import FAULTS, applies
from bench.faults.tables import by_fault, by_flow, by_rate


def verdicts(number: int, fault: str = "FI-1", **members: Any) -> list[Verdict]:
    """Verdicts that are equal but for their seed."""
    return [Verdict(fault, "code", seed, **members) for seed in range(number)]


def test_without_a_violation_the_bound_is_three_in_n() -> None:
    """Rule of three: 0 of 3,000 is less than 0.1 % at 95 %. With a violation there is no such bound."""
    assert by_fault(verdicts(3000))[1][4:6] == ("0", "< 0.10%")
    assert by_fault([*verdicts(99), *verdicts(1, violations=[("I1", "twice")])])[1][4:6] == ("1", "-")


def test_a_false_revocation_in_a_thousand_is_ten_in_ten_thousand() -> None:
    """By fault and by flow."""
    found = [*verdicts(999), *verdicts(1, revoked=True)]
    assert by_fault(found)[1][6] == by_flow(found)[1][-2] == "10"


def test_answers_are_shares_of_the_requests_under_the_fault() -> None:
    """By rate, for faults that strike by chance only."""
    found = [*verdicts(3, variant="20%", requests=10, unanswered=1), *verdicts(2, variant="one call", requests=10, unanswered=10)]
    assert by_rate(found)[1:] == [("FI-1, 20%", "3", "0", "90.0%", "100.0%")]


def test_faults_are_listed_by_their_number() -> None:
    """FI-2 before FI-10."""
    found = [*verdicts(1, "FI-10"), *verdicts(1, "FI-2")]
    assert [row[0] for row in by_fault(found)[1:]] == ["FI-2", "FI-10"]
    assert by_flow(found)[0][1:3] == ("FI-2", "FI-10")


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_as_many_runs_as_asked(fault: str) -> None:
    """Divided among the flows that it is tried on, each with its own seeds."""
    runs = list(wanted(arguments(["--runs", "3000", "--fault", fault])))
    assert 3000 <= len(runs) == len(set(runs)) < 3000 + len(FLOWS)
    assert {flow for _, flow, _ in runs} == {name for name, flow in FLOWS.items() if applies(fault, flow)}


def test_one_run_is_repeated_by_its_seed() -> None:
    """As the line of a violation says."""
    assert list(wanted(arguments(["--fault", "FI-3", "--flow", "refresh", "--seed", "17", "--runs", "1"]))) == [("FI-3", "refresh", 17)]


def test_a_heavy_flow_gets_a_third_of_the_runs() -> None:
    """And the whole is as many as asked."""
    flows = [flow for _, flow, _ in wanted(arguments(["--runs", "3000", "--fault", "FI-1"]))]
    assert abs(flows.count("code") - 3 * flows.count("audit chain")) < 3
