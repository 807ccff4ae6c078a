"""Mixed traffic for minutes: what each environment holds, by minute and over the whole time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.flows import Relying
from bench.held.deployment import Deployment
from bench.held.mix import Tally, Worker
from bench.held.pool import Environment, Pool, at_once, pool, working
from bench.held.reading import Reading, read
from bench.held.visitors import client, visitors

PEOPLE, WITH_TOTP = 240, 80
MINUTE = 60.0


class Minute(NamedTuple):
    """One environment in one minute. `late`, `middle`: milliseconds of an invocation. `errors`: so far."""

    minute: int
    process: int
    requests: int
    errors: int
    now: Reading
    middle: float
    late: float


@dataclass
class Held:
    """What the run found. `leaks`: by process, what grew."""

    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)
    minutes: list[Minute] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)


def run(made: Deployment, seconds: float, tell: Callable[[str], None], say: Callable[[Minute], None]) -> Held:
    """Send mixed traffic to twice as many environments as there are cores. `say` gets each minute of each environment as it ends."""
    callers = 2 * (os.cpu_count() or 1)
    with pool(made.start, callers) as each:
        found = Held(environments=list(each.environments))
        workers = _workers(each, made, callers, found.tally)
        tell("held: all people sign in")
        at_once([worker.begin for worker in workers])
        started = time.monotonic()
        with working([worker.step for worker in workers]):
            for number in range(1, max(1, round(seconds / MINUTE)) + 1):
                _wait(started + seconds * number / max(1, round(seconds / MINUTE)), lambda: tell(_so_far(found)))
                for minute in _minutes(number, each.environments):
                    found.minutes.append(minute)
                    say(minute)
        found.seconds = time.monotonic() - started
        return found


def _workers(each: Pool, made: Deployment, number: int, tally: Tally) -> list[Worker]:
    people, found = visitors(each, made.account, made.env, PEOPLE, WITH_TOTP), list[Worker]()
    for place in range(number):
        service = Relying(client(each, f"192.0.2.{place + 1}"), made.account)
        service.paths = people[0].app.paths
        found.append(Worker(people[place::number], service, tally, place))
    return found


def _wait(until: float, meanwhile: Callable[[], None]) -> None:
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(1.0, left))
        meanwhile()


def _minutes(number: int, environments: Sequence[Environment]) -> list[Minute]:
    found = list[Minute]()
    for process, each in enumerate(environments, 1):
        taken = each.take() or [0.0]
        now = read(each.host.child.pid, each.requests)
        found.append(Minute(number, process, len(taken), each.errors, now, taken[len(taken) // 2], taken[int(len(taken) * 0.95) - 1]))
    return found


def _so_far(found: Held) -> str:
    return f"held: {sum(map(len, found.tally.taken.values())):,} flows, {found.tally.errors.total()} errors"
