"""The part of the bench: runs both measurements and makes their tables."""

from __future__ import annotations

import os
import signal
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.held import refreshes
from bench.held.deployment import deployment
from bench.held.pool import Environment
from bench.held.reading import GROWTH_MB, REQUESTS, growth, is_judged, leaks, warm
from bench.held.run import Held, Minute, run

Rows = list[tuple[str, ...]]
FULL_RATE = 0.25
"""The environments of the sign-ins had at least this part of all cores. With less, other work had the machine, and nothing is shown."""
COMPARED = 0.2
"""The comparison of refreshes takes this part of the time of the mixed traffic, and is measured after it."""


def measure(work: Path, seconds: float, engine: str, tell: Callable[[str], None]) -> list[Rows]:
    """Measure everything. Returns the verdict, flows, processes, minutes, refreshes.

    A SIGTERM ends it like Ctrl-C: what was started is ended by its id.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with deployment(engine, work, tell) as made:
        held = run(made, seconds, tell, _say)
        load = os.getloadavg()[0]
        compared = refreshes.run(made, work, seconds * COMPARED, tell)
    return [verdict(held, compared, load), flows(held), processes(held.environments), minutes(held.minutes), _refreshes(compared)]


def verdict(held: Held, compared: dict[str, refreshes.Kind], load: float) -> Rows:
    """Return rows: what was to be held, what was found, and whether it held."""
    found = [f"process {number}: {words}" for number, each in enumerate(held.environments, 1) for words in leaks(each.readings)]
    memory = [words for words in found if "memory" in words]
    others = [words for words in found if words not in memory]
    errors = held.tally.errors.total() + sum(each.errors for each in held.environments)
    grown = max(growth(warm(each.readings)) for each in held.environments)
    judged = all(is_judged(warm(each.readings)) for each in held.environments)
    ratio = _late(compared[refreshes.OWN]) / _late(compared[refreshes.QUIET])
    return [
        ("to hold", "found", "held"),
        ("no error", f"{errors} in {held.seconds / 60:.1f} minutes", _answer(errors == 0)),
        *(("", f"{what} ({count})", "") for what, count in held.tally.errors.most_common(5)),
        ("no more descriptors or threads", "; ".join(others) or "none", _answer(not others)),
        (
            f"memory grows by at most {GROWTH_MB:.0f} MB in {REQUESTS:,} requests",
            f"{grown:.2f} MB",
            _answer(not memory) if judged else "too few requests",
        ),
        (
            f"refresh p95 at most {refreshes.GOAL} × quiet, sign-ins {refreshes.OWN}",
            f"{ratio:.2f} ×",
            _held_at_full_rate(compared[refreshes.OWN], ratio),
        ),
        ("load of the machine after the mixed traffic", f"{load:.1f}", ""),
    ]


def _held_at_full_rate(kind: refreshes.Kind, ratio: float) -> str:
    if statistics.mean(each["cpu"] for each in kind.crowd) < FULL_RATE:
        return "not shown: the sign-ins lacked cores"
    return _answer(ratio <= refreshes.GOAL)


def flows(held: Held) -> Rows:
    """Return rows: flow, how many, how long, how many a second."""
    rows: Rows = [("flow", "done", "p50 ms", "p95 ms")]
    for name, taken in sorted(held.tally.taken.items()):
        rows.append((name, f"{len(taken):,}", f"{statistics.median(taken):.0f}", f"{_late_of(taken):.0f}"))
    done = sum(map(len, held.tally.taken.values()))
    return [*rows, ("all", f"{done:,}", f"{done / held.seconds:.0f} a second", "")]


def processes(environments: Sequence[Environment]) -> Rows:
    """Return rows: what each process held after the warm-up and at the end, and what grew."""
    rows: Rows = [
        ("process", "requests", "MB after warm-up", "MB at the end", f"MB in {REQUESTS:,} requests", "descriptors", "threads", "grows")
    ]
    for number, each in enumerate(environments, 1):
        kept = warm(each.readings)
        if not kept:
            rows.append((str(number), f"{each.requests:,}", *["-"] * 6))
            continue
        first, last = kept[0], kept[-1]
        rows.append(
            (
                str(number), f"{each.requests:,}", f"{first.memory_mb:.1f}", f"{last.memory_mb:.1f}", f"{growth(kept):.2f}",
                f"{first.descriptors} → {last.descriptors}", f"{first.threads} → {last.threads}", _grows(each),
            )
        )  # fmt: skip
    return rows


def _grows(each: Environment) -> str:
    return "; ".join(leaks(each.readings)) or "nothing"


def minutes(told: Sequence[Minute]) -> Rows:
    """Return rows: each minute of each process."""
    return [("minute", "process", "requests", "errors so far", "MB", "descriptors", "threads", "p50 ms", "p95 ms"), *map(_minute, told)]


def _minute(each: Minute) -> tuple[str, ...]:
    now = each.now
    counted = (each.minute, each.process, each.requests, each.errors)
    return (*map(str, counted), f"{now.memory_mb:.1f}", str(now.descriptors), str(now.threads), f"{each.middle:.1f}", f"{each.late:.1f}")


def _say(each: Minute) -> None:
    if each.process == 1:
        print(file=sys.stderr)
    print(" · ".join(map(" ".join, zip(minutes([])[0], _minute(each), strict=True))), file=sys.stderr, flush=True)


def _refreshes(compared: dict[str, refreshes.Kind]) -> Rows:
    head = ("sign-ins meanwhile", "refreshes", "errors", "p50 ms", "p95 ms", "p95 / quiet", "CPU p50 ms", "CPU p95 ms", "CPU p95 / quiet")
    return [
        (*head, "sign-ins a second", "their part of all cores"),
        *(_kind(*each, compared[refreshes.QUIET]) for each in compared.items()),
    ]


def _kind(name: str, kind: refreshes.Kind, quiet: refreshes.Kind) -> tuple[str, ...]:
    errors = kind.errors + round(sum(each["errors"] for each in kind.crowd))
    return (
        name, f"{len(kind.taken):,}", str(errors), *_beside(kind.taken, quiet.taken), *_beside(kind.cpu, quiet.cpu),
        _mean(kind, "rate", 1), _mean(kind, "cpu", 2),
    )  # fmt: skip


def _beside(taken: Sequence[float], quiet: Sequence[float]) -> tuple[str, str, str]:
    """Median, 95th percentile, and its ratio to quiet."""
    if not taken or not quiet:
        return "", "", ""
    return f"{statistics.median(taken):.1f}", f"{_late_of(taken):.1f}", f"{_late_of(taken) / _late_of(quiet):.2f}"


def _mean(kind: refreshes.Kind, name: str, digits: int) -> str:
    found = [each[name] for each in kind.crowd if name in each]
    return f"{statistics.mean(found):.{digits}f}" if found else ""


def _late(kind: refreshes.Kind) -> float:
    return _late_of(kind.taken)


def _late_of(taken: Sequence[float]) -> float:
    return sorted(taken)[max(0, int(len(taken) * 0.95) - 1)]


def _answer(held: bool) -> str:  # noqa: FBT001  # the cell of a table
    return "yes" if held else "no"
