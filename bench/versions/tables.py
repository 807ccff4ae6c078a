"""The tables of the report."""

from __future__ import annotations

from collections.abc import Callable

from bench.versions.pair import NEWER, OLDER
from bench.versions.rounds import Result, Tally

Rows = list[tuple[str, ...]]


def flows(result: Result) -> Rows:
    """Each flow in all rounds."""
    return _rows(result, "flow", lambda _, flow: flow)


def orders(result: Result) -> Rows:
    """Each round with all flows."""
    return _rows(result, "order; tables", lambda place, _: place)


def items(result: Result) -> Rows:
    """What each version read of what both had written."""
    older, newer = result.found
    rows: Rows = [("items at the end", "the version before", "this version")]
    rows.append(("read", f"{sum(older.read.values())}", f"{sum(newer.read.values())}"))
    rows.append(("of a kind that it does not know, and leaves alone", f"{sum(older.unknown.values())}", f"{sum(newer.unknown.values())}"))
    rows.append(("that it cannot read", f"{len(older.failed)}", f"{len(newer.failed)}"))
    rows += [(f"`{kind}`: attributes that it ignores", ", ".join(names), "") for kind, names in sorted(older.ignored.items())]
    return rows


def _rows(result: Result, title: str, of: Callable[[str, str], str]) -> Rows:
    sums: dict[str, Tally] = {}
    for (place, flow), tally in result.tallies.items():
        whole = sums.setdefault(of(place, flow), Tally())
        whole.runs, whole.changes = whole.runs + tally.runs, whole.changes + tally.changes
        whole.requests = [one + other for one, other in zip(whole.requests, tally.requests, strict=True)]
        whole.failures += tally.failures
    rows: Rows = [(title, "runs", "requests to the version before", "to this one", "changes between them", "failures")]
    for name, each in sums.items():
        numbers = (each.runs, each.requests[OLDER], each.requests[NEWER], each.changes, len(each.failures))
        rows.append((name, *map(str, numbers)))
    return rows
