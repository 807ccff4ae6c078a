"""The table: figures of each side by flow, then the ratio of this project to the peer, as Markdown."""

from __future__ import annotations

import datetime as dt
import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.measure import Figures
from bench.meter import Usage

HEAD = ("flow", "provider", "calls", "read units", "write units", "$ a million", "p50 ms", "p95 ms", "CPU ms", "which calls")

BEGIN, END = "<!-- {}: begin -->", "<!-- {}: end -->"


def table(sides: Sequence[Figures]) -> str:
    """Return the whole table."""
    rows = [HEAD, *_rows(sides)]
    return "\n".join(
        [
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {_machine()}",
            "",
            *_grid([("provider", "cold to discovery ms", "cold to a token ms", "peak memory MB"), *(_cold(side) for side in sides)]),
            "",
            *_grid(rows),
            *(["", *_ratios(*sides)] if len(sides) == 2 else []),
        ]
    )


def titled(*tables: Sequence[Sequence[str]]) -> str:
    """Return separate tables: the day and the machine, then the rows of each, of which the first is the head."""
    return "\n".join([f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {_machine()}", *(line for rows in tables for line in ("", *_grid(rows)))])


def write(page: Path, figures: str, *, mark: str = "bench") -> None:
    """Write the figures between the marks of the page, in place of the last ones."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN.format(mark))
    _, end, after = rest.partition(END.format(mark))
    if not end:
        raise SystemExit(f"{page} has no {BEGIN.format(mark)} … {END.format(mark)} to write between")
    page.write_text(f"{before}{begin}\n{figures}\n{end}{after}", encoding="utf-8")


def read(page: Path, *, mark: str) -> list[list[dict[str, str]]]:
    """Return the tables between the marks of the page: of each its rows, by the names of the columns."""
    text = page.read_text(encoding="utf-8").partition(BEGIN.format(mark))[2].partition(END.format(mark))[0]
    grids = [
        [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in block.splitlines() if line.startswith("|")]
        for block in text.split("\n\n")
    ]
    return [[dict(zip(grid[0], line, strict=True)) for line in grid[2:]] for grid in grids if grid]


def _cold(side: Figures) -> tuple[str, ...]:
    return (
        side.name,
        f"{statistics.median(side.cold_discovery):.0f}" if side.cold_discovery else "-",
        f"{statistics.median(side.cold_token):.0f}" if side.cold_token else "-",
        f"{side.memory_mb:.0f}",
    )


def _rows(sides: Sequence[Figures]) -> Iterator[tuple[str, ...]]:
    for name in sides[0].flows:
        for side in (side for side in sides if name in side.flows):
            flow = side.flows[name]
            *counted, which = usage_columns(flow.usage)
            timed = ("-" if figure is None else f"{figure:.2f}" for figure in (flow.p50, flow.p95, flow.cpu))
            yield (name, side.name, *counted, *timed, which)


def usage_columns(usage: Usage) -> tuple[str, ...]:
    """Return calls, read units, write units, dollars for a million, and the calls by operation."""
    dollars = f"{usage.dollars_per_million:.2f}"
    return (str(usage.calls.total()), f"{usage.read_units:.1f}", f"{usage.write_units:.1f}", dollars, _listed(usage.calls))


def _listed(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{operation} {count}" for operation, count in sorted(calls.items()))


def _ratios(ours: Figures, theirs: Figures) -> Iterator[str]:
    """Return the ratios. Below 1 this project is faster or cheaper."""
    yield f"{ours.name} / {theirs.name}:"
    yield ""
    rows = [("", "calls", "$", "p50", "CPU")]
    if ours.cold_token and theirs.cold_token:
        discovery = statistics.median(ours.cold_discovery) / statistics.median(theirs.cold_discovery)
        token = statistics.median(ours.cold_token) / statistics.median(theirs.cold_token)
        rows += [("cold to discovery", "", "", f"{discovery:.2f}", ""), ("cold to a token", "", "", f"{token:.2f}", "")]
    for name, other in theirs.flows.items():
        flow = ours.flows[name]
        rows.append(
            (
                name,
                _ratio(flow.usage.calls.total(), other.usage.calls.total()),
                _ratio(flow.usage.dollars_per_million, other.usage.dollars_per_million),
                _ratio(flow.p50, other.p50),
                _ratio(flow.cpu, other.cpu),
            )
        )
    yield from _grid(rows)


def _ratio(one: float | None, other: float | None) -> str:
    return f"{one / other:.2f}" if one is not None and other else "-"


def _grid(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def _machine() -> str:
    """Describe the processor, the number of cores, and the system."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.processor()
    return f"{max(len(models), 1)} x {processor}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
