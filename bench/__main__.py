"""`python -m bench`: measures this project and node-oidc-provider side by side and prints a table."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import (
    accounts,
    authorizer,
    first_request,
    load,
    measure,
    moving,
    policies,
    providers,
    report,
    rows,
    scim,
    search,
    stored_policies,
    tells_apart,
    waiting,
)
from bench.costs import table as costs
from bench.heat import tables as heat
from bench.held import tables as held
from bench.scale import tables as scale
from bench.size import commands, requests, seeded_search
from tests.engines.launch import ENGINES
from tests.support.process import StartError


def arguments() -> argparse.Namespace:
    """Arguments of the command."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument(
        "--only",
        choices=[
            "project",
            "peer",
            "policies",
            "authorizer",
            "first",
            "load",
            "accounts",
            "apart",
            "moving",
            "waiting",
            "scim",
            "search",
            "heat",
            "rows",
            "flows",
            "size",
            "held",
            "commands",
            "scale",
        ],
        help="one side, or one part alone",
    )
    parser.add_argument("--times", type=int, default=100, help="how often each flow is timed (100)")
    parser.add_argument(
        "--people",
        type=_numbers,
        default=[moving.FEW],
        help="how many people are imported, exported, searched and listed (10000); two numbers for the parts size and commands",
    )
    parser.add_argument(
        "--seeds", type=Path, metavar="FOLDER", help="where deployments of `python -m bench.seed` are, each in a folder named by its people"
    )
    parser.add_argument("--seconds", type=float, default=600, help="how long the part held sends mixed traffic (600)")
    parser.add_argument("--cold", type=int, default=5, help="how many cold starts of each kind (5)")
    parser.add_argument("--engine", default="dynoxide", choices=sorted(ENGINES), help="the DynamoDB engine to run both on (dynoxide)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the table into this page, between its two bench marks")
    return parser.parse_args()


def _numbers(given: str) -> list[int]:
    return [int(each) for each in given.split(",")]


def teller() -> Callable[[str], None]:
    """Print progress on one line of a terminal. If the output is redirected, one line a minute."""
    if not sys.stderr.isatty():
        return _Minutes().tell
    return lambda words: print(f"\r\x1b[2K\x1b[2m{words}\x1b[0m", end="", file=sys.stderr, flush=True)


class _Minutes:
    """Prints what it is told at most once a minute."""

    def __init__(self) -> None:
        self._due = time.monotonic() + 60

    def tell(self, words: str) -> None:
        """Print the words if a minute is over."""
        if words and time.monotonic() > self._due:
            self._due = time.monotonic() + 60
            print(words, file=sys.stderr, flush=True)


def main() -> None:
    """Run each chosen part on the same machine, one after the other."""
    chosen, tell = arguments(), teller()
    os.environ.update(providers.CREDENTIALS)
    with tempfile.TemporaryDirectory(prefix="idp-bench-") as folder:
        for name, part in PARTS.items():
            if chosen.only in {None, name} or (name == "sides" and chosen.only in {"project", "peer"}):
                _tell(part(chosen, Path(folder), tell), chosen.write, mark=MARKS.get(name, name), tell=tell)


def _tell(found: str, page: Path | None, *, mark: str, tell: Callable[[str], None]) -> None:
    tell("")
    print(found)
    if page:
        report.write(page, found, mark=mark)


def _policies(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(policies.table(20 * chosen.times), stored_policies.run(work, 10 * chosen.times, tell))


def _authorizer(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(authorizer.table(authorizer.measure(work, 20 * chosen.times, chosen.cold, tell)))


def _first(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(first_request.run(work, chosen.cold, tell))


def _load(_chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    figures = load.run(work, tell)
    return "\n".join([report.titled(load.table(figures)), *(f"{words} ({count})" for words, count in figures.errors.items())])


def _accounts(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(accounts.run(work, chosen.times, tell))


def _apart(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(tells_apart.run(work, 2 * chosen.times, tell))


def _moving(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(*moving.run(work, chosen.people[-1], chosen.engine, tell))


def _waiting(_chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(waiting.run(work, tell))


def _scim(_chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(scim.run(work, tell))


def _search(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    people = chosen.people[-1]
    if chosen.seeds:
        return report.titled(*seeded_search.run(chosen.seeds / str(people), people, tell))
    return report.titled(*search.run(work, people, chosen.engine, tell))


def _heat(_chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(*heat.run(work, tell))


def _flows(_chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(*costs.run(work, tell))


def _scale(_chosen: argparse.Namespace, _work: Path, _tell: Callable[[str], None]) -> str:
    return report.titled(*scale.run())


def _rows(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(rows.run(work, chosen.people[-1], chosen.engine, tell))


def _size(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(requests.run(chosen.seeds or work, chosen.people, tell, times=chosen.times))


def _held(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(*held.measure(work, chosen.seconds, chosen.engine, tell))


def _commands(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    return report.titled(commands.run(chosen.seeds or work, chosen.people, work, tell))


def _sides(chosen: argparse.Namespace, work: Path, tell: Callable[[str], None]) -> str:
    """Measure both sides on one engine."""
    with ENGINES[chosen.engine]() as engine:
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
    return report.table([figures[side.name] for side in sides])


PARTS = {
    "policies": _policies, "authorizer": _authorizer, "first": _first, "load": _load, "accounts": _accounts, "apart": _apart,
    "moving": _moving, "waiting": _waiting, "scim": _scim, "search": _search, "heat": _heat, "rows": _rows, "flows": _flows,
    "size": _size, "held": _held, "commands": _commands, "sides": _sides, "scale": _scale,
}  # fmt: skip
MARKS = {"sides": "bench"}
"""Mark of a part on the page, if it is not its name."""


if __name__ == "__main__":
    try:
        main()
    except StartError as problem:
        raise SystemExit(str(problem)) from None
