"""How long refreshes take while sign-ins hash at full rate, against quiet: rounds by turns, so that both see the same machine.

The refreshes come at a fixed rate to environments of their own, and a wait before one is sent counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.held.deployment import Deployment
from bench.held.mix import REFRESH, SIGN_IN, Tally, sign_in_all, sign_in_next
from bench.held.pool import at_once, pool, working
from bench.held.visitors import Visitor, visitors
from bench.providers import ROOT

QUIET = "none"
OWN, SHARED = "in other environments, with processor time of their own", "in other environments, on the same cores"
CAPPED = "in the same environments, of which there are no more"
ROUNDS, CALLERS, EACH_SECOND, PEOPLE = 4, 2, 20, 20
"""Rounds of each kind; callers, which are as many as environments; refreshes a second of each; people of each."""
GOAL = 1.5


@dataclass
class Kind:
    """Milliseconds of the refreshes on the wall and of processor time, and what the sign-ins did meanwhile, one entry for each round."""

    taken: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    errors: int = 0
    crowd: list[dict[str, float]] = field(default_factory=list)


def run(made: Deployment, work: Path, seconds: float, tell: Callable[[str], None]) -> dict[str, Kind]:
    """Measure all kinds of sign-ins beside refreshes. `seconds`: in all, about."""
    found, length = {name: Kind() for name in (QUIET, OWN, SHARED, CAPPED)}, seconds / (4 * ROUNDS)
    with ExitStack() as stack:
        tell("held: starting the sign-ins")
        crowds = {OWN: stack.enter_context(_crowd(work, "own")), SHARED: stack.enter_context(_crowd(work, "shared"))}
        each = stack.enter_context(pool(made.start, CALLERS))
        people = visitors(each, made.account, made.env, 2 * CALLERS * PEOPLE, 0)
        at_once([partial(sign_in_all, people[one::CALLERS], Tally()) for one in range(CALLERS)])
        refreshing, signing_in = people[: CALLERS * PEOPLE], people[CALLERS * PEOPLE :]
        for number in range(ROUNDS):
            for name, kind in found.items():
                tell(f"held: refreshes, round {number + 1} of {ROUNDS}, sign-ins: {name}")
                for one in each.environments:
                    one.cpu.clear()
                with ExitStack() as beside:
                    if name == CAPPED:
                        beside.enter_context(_among(signing_in, kind))
                    elif name in crowds:
                        beside.enter_context(_beside(crowds[name], kind))
                    _refresh(refreshing, length, kind)
                if name != CAPPED:  # there it is also that of sign-ins
                    kind.cpu += [ms for one in each.environments for ms in one.cpu[len(one.cpu) // 10 :]]
    return found


def _refresh(people: Sequence[Visitor], seconds: float, kind: Kind) -> None:
    """Refresh at the fixed rate. The first tenth is not counted."""
    tally = Tally()
    at_once([partial(_caller, people[one::CALLERS], seconds, tally, one) for one in range(CALLERS)])
    kind.taken += tally.taken[REFRESH]
    kind.errors += tally.errors.total()


def _caller(people: Sequence[Visitor], seconds: float, tally: Tally, place: int) -> None:
    step = 1 / EACH_SECOND
    begin, number = time.perf_counter() + step * place / CALLERS, int(seconds * EACH_SECOND)
    unused = Tally()
    for turn in range(number):
        due = begin + turn * step
        if (left := due - time.perf_counter()) > 0:
            time.sleep(left)
        (tally if turn >= number // 10 else unused).timed(REFRESH, people[turn % len(people)].app.refresh, since=due)


@contextmanager
def _among(people: Sequence[Visitor], kind: Kind) -> Iterator[None]:
    """Sign-ins that go to the same environments as the refreshes, as many at a time as there are environments."""
    tally, started, queues = Tally(), time.monotonic(), [list(people[one::CALLERS]) for one in range(CALLERS)]
    with working([partial(sign_in_next, own, tally) for own in queues]):
        yield
        kind.crowd.append({"rate": len(tally.taken[SIGN_IN]) / (time.monotonic() - started), "errors": tally.errors.total()})


@contextmanager
def _beside(crowd: subprocess.Popen[str], kind: Kind) -> Iterator[None]:
    """Sign-ins of another process, until the `with` ends."""
    _send(crowd, "go")
    yield
    _send(crowd, "rest")
    kind.crowd.append(json.loads(_line(crowd)))


@contextmanager
def _crowd(work: Path, share: str) -> Iterator[subprocess.Popen[str]]:
    """A process with sign-ins, ready. It is ended with the `with`: it sees the end of its input, or is ended by its id."""
    folder = work / share
    folder.mkdir()
    command = [sys.executable, "-m", "bench.held.crowd", str(folder), share]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if _line(process).strip() != "ready":
            raise SystemExit("the sign-ins did not start")
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.terminate()  # it ends what it started
            process.wait()
        if process.stdout:
            process.stdout.close()


def _send(process: subprocess.Popen[str], word: str) -> None:
    pipe: Any = process.stdin
    pipe.write(f"{word}\n")
    pipe.flush()


def _line(process: subprocess.Popen[str]) -> str:
    pipe: Any = process.stdout
    return str(pipe.readline())
