"""`python -m bench`: measures this project and node-oidc-provider side by side and prints a table."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench import authorizer, measure, policies, providers, report
from tests.engines.launch import ENGINES
from tests.support.process import StartError


def arguments() -> argparse.Namespace:
    """What can be chosen."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument(
        "--only", choices=["project", "peer", "policies", "authorizer"], help="one side, or decisions or the authorizer alone"
    )
    parser.add_argument("--times", type=int, default=100, help="how often each flow is timed (100)")
    parser.add_argument("--cold", type=int, default=5, help="how many cold starts of each kind (5)")
    parser.add_argument("--engine", default="dynoxide", choices=sorted(ENGINES), help="the DynamoDB engine to run both on (dynoxide)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the table into this page, between its two bench marks")
    return parser.parse_args()


def teller() -> Callable[[str], None]:
    """Progress on one line of a terminal; nothing where the output is kept."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda words: print(f"\r\x1b[2K\x1b[2m{words}\x1b[0m", end="", file=sys.stderr, flush=True)


def main() -> None:
    """Both sides on one engine, in one run."""
    chosen, tell = arguments(), teller()
    if chosen.only == "policies":
        print(policies.table())
        return
    os.environ.update(providers.CREDENTIALS)
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="idp-bench-")))
        if chosen.only in {None, "authorizer"}:
            gate = report.titled(authorizer.table(authorizer.measure(work, 20 * chosen.times, chosen.cold, tell)))
            tell("")
            print(gate)
            if chosen.write:
                report.write(chosen.write, gate, mark="authorizer")
        if chosen.only == "authorizer":
            return
        engine = stack.enter_context(ENGINES[chosen.engine]())
        sides = []
        if chosen.only != "peer":
            sides.append(providers.project(engine, work))
        if chosen.only != "project":
            sides.append(providers.peer(engine))
        figures = measure.cold_starts(sides, engine, chosen.cold, tell)
        for side in sides:
            used = measure.count(side, engine, tell)
            figures[side.name].flows = {name: measure.Flow(usage) for name, usage in used.items()}
            measure.clock(side, engine, chosen.times, figures[side.name], tell)
        tell("")
        table = report.table([figures[side.name] for side in sides])
        print(table)
        if chosen.write:
            report.write(chosen.write, table)


if __name__ == "__main__":
    try:
        main()
    except StartError as problem:
        raise SystemExit(str(problem)) from None
