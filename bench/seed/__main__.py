"""`python -m bench.seed --people 1000000 --folder FOLDER`: make a deployment with so many people, for `python -m bench --only size`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from bench.seed.make import make
from tests.support.process import StartError

_BAR, _OFTEN, _OFTEN_IN_A_LOG = 30, 0.5, 60


def main() -> None:
    """Make it, or say what is there."""
    parser = argparse.ArgumentParser(prog="python -m bench.seed", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000, help="how many people (10000)")
    parser.add_argument("--folder", type=Path, required=True, help="where the data is kept; about 10 GB for a million people")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many processes write (one a core)")
    chosen = parser.parse_args()
    try:
        made = make(chosen.folder, chosen.people, chosen.processes, Progress().tell)
    except StartError as problem:
        raise SystemExit(str(problem)) from None
    each = 1000 / made.people
    print(
        f"\n{made.people:,} people, {made.items:,} items, {made.rows:,} of them search rows, at a load of {made.load:.1f}.\n"
        f"The files: {made.writing:.0f} s in {made.processes} processes, {each * made.writing_cpu:.2f} ms of a processor a person.\n"
        f"The import: {made.importing:.0f} s, {each * made.import_cpu:.2f} ms of a processor a person, {made.import_mb:.0f} MB."
    )


class Progress:
    """A bar with the rate and the time that remains; without a terminal a line a minute."""

    def __init__(self) -> None:
        self._what, self._started, self._first, self._told = "", 0.0, 0, 0.0

    def tell(self, what: str, done: int, total: int) -> None:
        """Show that so much is done. `total`: 0 if it is unknown."""
        now, terminal = time.monotonic(), sys.stderr.isatty()
        if what != self._what:
            self._what, self._started, self._first, self._told = what, now, done, now
        if now - self._told < (_OFTEN if terminal else _OFTEN_IN_A_LOG) and (not total or done != total):
            return
        self._told = now
        print(("\r\x1b[2K" if terminal else "") + self._line(now, done, total), end="" if terminal else "\n", file=sys.stderr, flush=True)

    def _line(self, now: float, done: int, total: int) -> str:
        rate = (done - self._first) / max(now - self._started, 1e-3)
        if not total:
            return f"{self._what}: {done:,}, {rate:,.0f} a second"
        filled = _BAR * done // total
        left = f"{(total - done) / rate:,.0f} s left" if rate else "?"
        return f"{self._what} {'█' * filled}{'·' * (_BAR - filled)} {done:,} of {total:,}, {rate:,.0f} a second, {left}"


if __name__ == "__main__":
    main()
