"""A sample of `make faults`: each fault and each flow at least once, without a violation."""

from __future__ import annotations

import uuid
from itertools import cycle
from pathlib import Path

import pytest

from bench.faults.execution import execute_all
from bench.faults.flows import FLOWS
from bench.faults.kinds import FAULTS, applies
from bench.faults.proxy import FaultyProxy
from bench.faults.site import seeded, without_pauses


def sample() -> list[tuple[str, str, int]]:
    """Each flow with two faults in turn, so that each fault has its turn."""
    faults, wanted = cycle(FAULTS), list[tuple[str, str, int]]()
    for flow in FLOWS:
        wanted += [(fault, flow, 1) for fault in (next(faults) for _ in range(2)) if applies(fault, FLOWS[flow])]
    return wanted


def test_no_run_of_the_sample_violates_an_invariant(quick_endpoint: str, tmp_path: Path) -> None:
    """Through the same code as thousands of runs of the whole."""
    with FaultyProxy(quick_endpoint) as proxy, without_pauses():
        verdicts = execute_all(proxy, tmp_path, [], f"f{uuid.uuid4().hex[:8]}", sample())
    assert not [(each.fault, each.flow, each.violations) for each in verdicts if each.violations]
    assert any(each.hits for each in verdicts)


@pytest.mark.parametrize("number", range(3))
def test_a_seed_repeats_its_numbers(number: int) -> None:
    """So that a run that failed can be repeated."""
    first, again = seeded("FI-1", "code", number), seeded("FI-1", "code", number)
    assert [first.random() for _ in range(10)] == [again.random() for _ in range(10)]
