"""`python -m bench.regions`: two regions with a late replication, a partition and a region that takes over. Counts what is used twice."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import report
from bench.faults.site import seeded, without_pauses
from bench.providers import CREDENTIALS
from bench.regions.pair import Pair
from bench.regions.tables import by_delay
from bench.regions.walk import Found, walk
from tests.engines.launch import ENGINES
from tests.support.clock import Clock
from tests.support.process import StartError

MARK = "regions"


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Arguments of the command."""
    parser = argparse.ArgumentParser(prog="python -m bench.regions", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="runs for each delay (100)")
    parser.add_argument("--control", type=int, default=20, help="runs for each delay without homes in handles, which use things twice (20)")
    parser.add_argument(
        "--delay", type=float, action="append", help="seconds that an item takes to the other region; may come again (1, 10, 60)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the first run; each next run has the next one (0)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the table into this page, between its two marks")
    return parser.parse_args(given)


def measured(chosen: argparse.Namespace, endpoints: tuple[str, str], folder: Path) -> dict[tuple[float, bool], Found]:
    """The figures by delay and homes."""
    found: dict[tuple[float, bool], Found] = {}
    made: list[dict[str, Any]] = []
    for number, delay in enumerate(chosen.delay or [1.0, 10.0, 60.0]):
        for homes, runs in ((True, chosen.runs), (False, chosen.control)):
            total = found.setdefault((delay, homes), Found())
            pair = Pair(
                endpoints, folder, f"r{number}{'h' if homes else 'n'}", Clock(), seeded(delay, homes), delay=delay, homes=homes, made=made
            )
            for run in range(runs):
                total.add(walk(pair, seeded("regions", delay, homes, chosen.seed + run)))
                _tell(delay, run + 1, runs, total, homes=homes)
            pair.remove()
    return found


def _tell(delay: float, done: int, runs: int, found: Found, *, homes: bool) -> None:
    if sys.stderr.isatty() or done in {1, runs} or done % 10 == 0:
        text = f"{delay:g} s, {'homes' if homes else 'no homes'}: {done} of {runs} runs, {found.twice.total()} used twice"
        print(("\r\x1b[2K" if sys.stderr.isatty() else "") + text, end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)


def main() -> int:
    """Run and print the table. 1 if something was used twice that has a home."""
    chosen = arguments()
    os.environ.update(CREDENTIALS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="idp-regions-")))
        endpoints = stack.enter_context(ENGINES["dynoxide"]()), stack.enter_context(ENGINES["dynoxide"]())
        stack.enter_context(without_pauses())
        found = measured(chosen, endpoints, folder)
    table = report.titled(by_delay(found))
    print(f"\n{table}")
    if chosen.write:
        report.write(chosen.write, table, mark=MARK)
    return int(any(each.twice.total() or each.undetected or each.undone for (_, homes), each in found.items() if homes))


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except StartError as problem:
        raise SystemExit(str(problem)) from None
