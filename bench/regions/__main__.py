"""`python -m bench.regions`: two regions with a late replication, a partition and a region that takes over. Counts what is used twice."""

from __future__ import annotations

import argparse
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import report
from bench.regions.simulated import simulated
from bench.regions.tables import by_delay
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
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2, help="processes, each with two engines (one a core)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the table into this page, between its two marks")
    return parser.parse_args(given)


def main() -> int:
    """Run and print the table. 1 if something was used twice that has a home."""
    chosen = arguments()
    delays = chosen.delay or [1.0, 10.0, 60.0]
    wanted = [(delay, homes, chosen.runs if homes else chosen.control, chosen.seed) for homes in (True, False) for delay in delays]
    with ProcessPoolExecutor(max(1, min(chosen.workers, len(wanted))), multiprocessing.get_context("spawn")) as pool:
        done = dict(zip(wanted, pool.map(simulated, wanted), strict=True))
    found = {(delay, homes): each for (delay, homes, *_), each in sorted(done.items(), key=lambda pair: (pair[0][0], not pair[0][1]))}
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
