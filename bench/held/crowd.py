"""`python -m bench.held.crowd FOLDER own|shared`: sign-ins at full rate, in a process of their own with an engine of its own.

It makes a deployment, prints `ready`, and waits for lines: `go` starts the sign-ins, `rest` ends them and prints a JSON object.
It ends with its standard input, so it ends with the process that started it, whatever happens to that one.

`own`: everything here has the scheduling class SCHED_IDLE and gets the processor time that nothing else wants, so that others have
theirs. That stands for Lambda, where each environment has a share of its own. `shared`: the class of everything else.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from bench.held.deployment import deployment
from bench.held.mix import SIGN_IN, Tally, sign_in_all, sign_in_next
from bench.held.pool import Pool, at_once, pool, working
from bench.held.visitors import Visitor, visitors
from bench.processes import children, cpu_of

PEOPLE = 20
"""For each environment."""


def main(folder: Path, share: str) -> None:
    """Serve the lines of standard input."""
    cores = os.cpu_count() or 1
    with deployment("dynoxide", folder, lambda _: None) as made, pool(made.start, cores) as each:
        people = visitors(each, made.account, made.env, PEOPLE * cores, 0)
        queues = [people[place::cores] for place in range(cores)]
        at_once([partial(sign_in_all, own, Tally()) for own in queues])
        if share == "own":
            _give_way([os.getpid(), *children(os.getpid())])
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "go":
                print(json.dumps(_signing_in(each, queues)), flush=True)


def _signing_in(each: Pool, queues: Sequence[list[Visitor]]) -> dict[str, float]:
    """Sign in until the next line. Returns sign-ins a second, errors, and the share of all cores that the environments had."""
    tally, started, before = Tally(), time.monotonic(), _cpu(each)
    with working([partial(sign_in_next, own, tally) for own in queues]):
        sys.stdin.readline()
        seconds, used = time.monotonic() - started, _cpu(each) - before
    done = len(tally.taken[SIGN_IN]) / seconds
    return {"rate": done, "errors": tally.errors.total(), "cpu": used / seconds / (os.cpu_count() or 1)}


def _cpu(each: Pool) -> float:
    return sum(cpu_of(environment.host.child.pid) for environment in each.environments)


def _give_way(processes: Iterable[int]) -> None:
    """Give all threads of these processes the class SCHED_IDLE. What they start has it, too."""
    for process in processes:
        for task in Path(f"/proc/{process}/task").iterdir():
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.sched_setscheduler(int(task.name), os.SCHED_IDLE, os.sched_param(0))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with suppress(KeyboardInterrupt):
        main(Path(sys.argv[1]), sys.argv[2])
