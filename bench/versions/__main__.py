"""`python -m bench.versions`: runs the version before and this one on the same tables, and prints what failed (docs/testing.md)."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from bench import report
from bench.__main__ import teller
from bench.providers import CREDENTIALS
from bench.versions import rounds, tables
from bench.versions.checkout import check_out, here, last_tag
from tests.engines.launch import ENGINES
from tests.support.process import StartError


def arguments() -> argparse.Namespace:
    """Arguments of the command."""
    parser = argparse.ArgumentParser(prog="make versions ARGS=…", description=__doc__)
    parser.add_argument("--before", metavar="REF", default="", help="the version before: a tag or a commit (the newest tag)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed of the choices (1)")
    parser.add_argument("--times", type=int, default=3, help="how many seeds (3)")
    parser.add_argument("--flow", action="append", choices=sorted(rounds.FLOWS), help="this flow alone; may be given several times")
    parser.add_argument("--engine", default="dynoxide", choices=sorted(ENGINES), help="the DynamoDB engine (dynoxide)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the tables into this page, between its two marks")
    return parser.parse_args()


def main() -> int:
    """Run all rounds. Returns the exit status: 1 if something failed."""
    chosen, tell = arguments(), teller()
    os.environ.update(CREDENTIALS)
    flows = {name: flow for name, flow in rounds.FLOWS.items() if not chosen.flow or name in chosen.flow}
    with tempfile.TemporaryDirectory(prefix="idp-versions-") as folder, ENGINES[chosen.engine]() as engine:
        before, started = check_out(chosen.before or last_tag(), Path(folder) / "before"), time.monotonic()
        seeds = list(range(chosen.seed, chosen.seed + chosen.times))
        result = rounds.run(engine, (before, here()), Path(folder), seeds=seeds, flows=flows, tell=tell)
        tell("")
        found = report.titled(tables.flows(result), tables.orders(result), tables.items(result))
        print(found)
        if chosen.write:
            report.write(chosen.write, found, mark="versions")
        for each in (*result.notes, *result.failures):
            print(each)
        runs = sum(each.runs for each in result.tallies.values())
        seconds = time.monotonic() - started
        print(f"{before.name} and this version: {runs} runs on {chosen.engine} in {seconds:.0f} s, {len(result.failures)} failures")
    return 1 if result.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StartError as problem:
        raise SystemExit(str(problem)) from None
