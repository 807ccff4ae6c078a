"""The tables at the end: by fault and flow, by fault, and by rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from bench.faults.execution import Verdict

Rows = list[tuple[str, ...]]


def by_fault(verdicts: Sequence[Verdict]) -> Rows:
    """A row for each fault. 3 / N bounds the probability of a violation at 95 % if none of N runs had one (rule of three)."""
    head = (
        "fault",
        "runs",
        "struck",
        "calls that failed",
        "violations",
        "bound at 95 %",
        "false revocations per 10,000",
        "answered",
        "began anew",
    )
    return [head, *(_row(name, group) for name, group in _grouped(verdicts, lambda each: each.fault))]


def by_rate(verdicts: Sequence[Verdict]) -> Rows:
    """A row for each rate of a fault that strikes by chance."""
    head = ("fault and rate", "runs", "violations", "answered at once", "flows that ended at the first go")
    rows: Rows = [head]
    for name, group in _grouped([each for each in verdicts if each.variant.endswith("%")], lambda each: f"{each.fault}, {each.variant}"):
        rows.append((name, f"{len(group):,}", str(_violated(group)), _answered(group), _share(group, lambda each: not each.began_anew)))
    return rows


def by_flow(verdicts: Sequence[Verdict]) -> Rows:
    """A row for each flow, a column for each fault: runs, with the violations if there are any."""
    faults = sorted({each.fault for each in verdicts}, key=_number)
    rows: Rows = [("flow", *faults, "false revocations per 10,000", "answered")]
    for name, group in _grouped(verdicts, lambda each: each.flow, in_order=True):
        cells = [_cell([each for each in group if each.fault == fault]) for fault in faults]
        rows.append((name, *cells, _revoked(group), _answered(group)))
    return rows


def _row(name: str, group: Sequence[Verdict]) -> tuple[str, ...]:
    violated = _violated(group)
    return (
        name, f"{len(group):,}", _share(group, lambda each: each.hits > 0), f"{sum(each.hits for each in group):,}", str(violated),
        "-" if violated else f"< {3 / len(group):.2%}", _revoked(group), _answered(group), _share(group, lambda each: each.began_anew),
    )  # fmt: skip


def _cell(group: Sequence[Verdict]) -> str:
    violated = _violated(group)
    return f"{len(group)}: {violated} violated" if violated else str(len(group) or "")


def _violated(group: Iterable[Verdict]) -> int:
    return sum(bool(each.violations) for each in group)


def _revoked(group: Sequence[Verdict]) -> str:
    return f"{10_000 * sum(each.revoked for each in group) / len(group):g}"


def _answered(group: Sequence[Verdict]) -> str:
    requests = sum(each.requests for each in group)
    return f"{1 - sum(each.unanswered for each in group) / requests:.1%}" if requests else "-"


def _share(group: Sequence[Verdict], holds: Callable[[Verdict], bool]) -> str:
    return f"{sum(map(holds, group)) / len(group):.1%}"


def _number(fault: str) -> tuple[int, str]:
    """The place of a fault, of a fault and its rate, in a table."""
    name, _, rate = fault.partition(", ")
    return int(name.removeprefix("FI-")), rate.rjust(6)


def _grouped(verdicts: Sequence[Verdict], name: Callable[[Verdict], str], *, in_order: bool = False) -> list[tuple[str, list[Verdict]]]:
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        groups[name(each)].append(each)
    if in_order:
        return sorted(groups.items())
    return sorted(groups.items(), key=lambda pair: _number(pair[0]))
