"""`python -m bench.faults`: every fault against every flow, thousands of times, and a checker over what the clients saw."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import report
from bench.faults import tables
from bench.faults.execution import Verdict
from bench.faults.flows import FLOWS
from bench.faults.kinds import FAULTS, applies
from bench.faults.workers import Wanted, executed
from bench.providers import CREDENTIALS
from tests.support.process import StartError

MARK = "faults"
WIDTH = 40


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Arguments of the command."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    parser.add_argument("--fault", choices=list(FAULTS), help="this fault only")
    parser.add_argument("--flow", choices=list(FLOWS), help="this flow only")
    parser.add_argument("--runs", type=int, default=3000, help="runs of each fault, divided among its flows; heavy ones get a third (3000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first run of each flow; each next run has the next one (0)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2, help="processes, each with an engine of its own (one a core)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the tables into this page, between its two marks")
    return parser.parse_args(given)


def wanted(chosen: argparse.Namespace) -> Iterator[Wanted]:
    """The runs: fault, flow, seed."""
    for fault in [chosen.fault] if chosen.fault else FAULTS:
        flows = [flow for flow in ([chosen.flow] if chosen.flow else FLOWS) if applies(fault, FLOWS[flow])]
        all_of_them = sum(FLOWS[flow].share for flow in flows)
        for flow in flows:
            for seed in range(math.ceil(chosen.runs * FLOWS[flow].share / all_of_them)):
                yield fault, flow, chosen.seed + seed


class Bar:
    """Progress with the time that is left. Without a terminal a line a minute."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._violated, self._began = total, 0, 0, time.monotonic()
        self._told = self._began

    def add(self, verdicts: Sequence[Verdict]) -> None:
        """Show that these are done."""
        self._done += len(verdicts)
        self._violated += sum(bool(each.violations) for each in verdicts)
        now, terminal = time.monotonic(), sys.stderr.isatty()
        if terminal or now > self._told + 60:
            self._told = now
            print(("\r\x1b[2K" if terminal else "") + self._line(now), end="" if terminal else "\n", file=sys.stderr, flush=True)

    def _line(self, now: float) -> str:
        filled, left = WIDTH * self._done // self._total, (now - self._began) * (self._total - self._done) / max(1, self._done)
        bar = "█" * filled + "░" * (WIDTH - filled)
        return f"{bar} {self._done:,} of {self._total:,} runs, {self._violated} with violations, {left / 60:.0f} min left"


def main() -> int:
    """Run, tell each violation with the command that repeats it, and print the tables. 1 if there was a violation."""
    chosen = arguments()
    os.environ.update(CREDENTIALS)
    runs, verdicts = list(wanted(chosen)), list[Verdict]()
    bar = Bar(len(runs))
    for batch in executed(runs, max(1, min(chosen.workers, len(runs)))):
        bar.add(batch)
        verdicts += batch
        for each in batch:
            _tell(each)
    found = report.titled(tables.by_fault(verdicts), tables.by_rate(verdicts), tables.by_flow(verdicts))
    print(f"\n{found}")
    if chosen.write:
        report.write(chosen.write, found, mark=MARK)
    return int(any(each.violations for each in verdicts))


def _tell(verdict: Verdict) -> None:
    for invariant, sentence in verdict.violations:
        print(f"\n{verdict.fault} ({verdict.variant}), {verdict.flow}: {invariant}: {sentence}")
    if verdict.violations:
        print(f'repeat it: make faults ARGS="--fault {verdict.fault} --flow {verdict.flow} --seed {verdict.seed} --runs 1"')


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except StartError as problem:
        raise SystemExit(str(problem)) from None
