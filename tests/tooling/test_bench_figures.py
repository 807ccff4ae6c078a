"""The figures that `make bench` computes itself."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from bench.meter import Usage
from bench.moving import difference, minutes
from bench.processes import child_with, cpu_of, watch
from bench.tells_apart import auc


@pytest.mark.parametrize(
    ("some", "others", "area"),
    [
        ([2.0, 3.0], [0.0, 1.0], 1.0),
        ([0.0, 1.0], [2.0, 3.0], 0.0),
        ([1.0, 1.0], [1.0], 0.5),
        ([0.0, 3.0], [1.0, 2.0], 0.5),
        ([1.0, 3.0], [0.0, 2.0], 0.75),
    ],
)
def test_the_area_is_the_chance_that_one_is_above_the_other(some: list[float], others: list[float], area: float) -> None:
    """0.5 where the two sorts cannot be told apart, 0 or 1 where each answer tells."""
    assert auc(some, others) == area


def test_the_use_of_a_person_is_the_difference_of_two_runs() -> None:
    """The start of a command is not in it."""
    few = Usage(Counter(GetItem=3, TransactWriteItems=10), 5.0, 2310.0)
    many = Usage(Counter(GetItem=3, TransactWriteItems=100), 5.0, 23100.0)
    each = difference(few, many, 1_000_000 / 2970)
    assert each.calls == {"TransactWriteItems": 30303}
    assert each.read_units == 0.0
    assert each.write_units == pytest.approx(7_000_000)


def test_a_new_table_bounds_the_time_of_a_move() -> None:
    """By 4,000 write units and 12,000 read units a second; people also by the one partition of their index."""
    assert minutes(Usage(write_units=7_000_000)) == pytest.approx(29.2, abs=0.05)
    assert minutes(Usage(write_units=1_000_001)) == pytest.approx(1000 / 60)
    assert minutes(Usage(read_units=125_000)) == pytest.approx(0.17, abs=0.01)


def test_a_command_is_watched_to_its_end() -> None:
    """Status, time and memory are those of the process."""
    ended = watch(subprocess.Popen([sys.executable, "-c", "import sys; sum(range(10**6)); sys.exit(3)"]), lambda _: None)
    assert ended.status == 3
    assert 0 < ended.cpu < ended.seconds + 1
    assert ended.memory_mb > 5


def test_an_interrupted_measurement_ends_its_command() -> None:
    """Nothing that it started goes on."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(KeyboardInterrupt):
        watch(process, interrupt)
    assert process.poll() is not None


def test_a_child_is_found_by_its_argument_and_its_processor_time_grows() -> None:
    """Neither another process nor a part of an argument is taken for it."""
    # Linux counts processor time in steps of 10 ms, so the child uses ten of them.
    code = (
        "import sys, time\nsys.stdin.read(1)\nend = time.process_time() + 0.1\n"
        "while time.process_time() < end: pass\nprint(flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, "a-mark-of-this-test"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert child_with("a-mark-of-this-test") == process.pid
        assert child_with("a-mark") == child_with("not there") == 0
        before = cpu_of(process.pid)
        process.stdin.write(b"1")
        process.stdin.flush()
        process.stdout.readline()
        assert cpu_of(process.pid) > before
        process.stdin.close()
    assert cpu_of(process.pid) == 0
