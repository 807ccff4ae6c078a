"""The tables of `docs/scale.md`: the units of each flow by key, the first hot key of each flow, and the replay of a million people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench.heat import COPIES
from bench.heat.measure import measure
from bench.heat.replay import MIX, STUFFING, Hot, hottest
from bench.heat.shared import ALL, Demand, Key
from tests.engines.launch import ENGINES

ALONE = 20_000
"""How many runs of one flow are drawn."""
TOGETHER = 200_000
"""How many flows of a day are drawn."""
SHOWN = 8
"""Rows of the replays."""


def run(folder: Path, tell: Callable[[str], None]) -> tuple[list[tuple[str, ...]], ...]:
    """Three tables of rows."""
    with ENGINES["dynoxide"]() as engine:
        demands = measure(engine, folder, tell)
    return by_flow(demands), first_keys(demands), replayed(demands, tell)


def by_flow(demands: Mapping[str, Demand]) -> list[tuple[str, ...]]:
    """A row for each flow and kind of key."""
    rows: list[tuple[str, ...]] = [("flow", "key", "shared by", "write units", "read units")]
    for name, wanted in demands.items():
        ordered = sorted(wanted.reads.keys() | wanted.writes.keys(), key=lambda each: (each.shared_by != ALL, each))
        rows += [(name, f"`{key.shape}`", key.shared_by, _sum(wanted.writes, key), _sum(wanted.reads, key)) for key in ordered]
    return rows


def _sum(side: Mapping[Key, list[float]], key: Key) -> str:
    return " + ".join(f"{units:g}" for units in side.get(key, ()))


def first_keys(demands: Mapping[str, Demand]) -> list[tuple[str, ...]]:
    """For each flow alone: how many a second its first hot key bears, with all traffic at one app, and with a thousand apps.

    Each without copies of apps and with COPIES of the popular ones; the key is named that is the first one with copies.
    """
    rows: list[tuple[str, ...]] = [
        ("flow alone", "one app", "with copies", "then the first key", "1,000 apps", "with copies", "then the first key")
    ]
    for name in demands:
        cells = []
        for one in (True, False):
            plain, copied = (hottest(demands, {name: 1}, flows=ALONE, one_app=one, copies=copies)[0] for copies in (0, COPIES))
            cells += [f"{plain.most:,.0f}", f"{copied.most:,.0f}", _named(copied)]
        rows.append((name, *cells))
    return rows


def replayed(demands: Mapping[str, Demand], tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """The hottest keys of a day of a million people, alone and with as many attempts of a stuffing attack."""
    rows: list[tuple[str, ...]] = [("traffic", "key", "units of 1,000 flows", "flows a second at its limit")]
    attacked = {name: 5 * share for name, share in MIX.items()} | {name: 100 * share for name, share in STUFFING.items()}
    for title, mix in (("a day", MIX), ("with a stuffing attack, one attempt a flow", attacked)):
        tell(f"replaying {title}")
        rows += _rows(title, hottest(demands, mix, flows=TOGETHER, copies=COPIES))
    return rows


def _rows(title: str, found: list[Hot]) -> Iterator[tuple[str, ...]]:
    for hot in found[:SHOWN]:
        yield title, _named(hot), f"{hot.units * 1000:,.2f}", f"{hot.most:,.0f}"


def _named(hot: Hot) -> str:
    return f"`{hot.key.shape}` ({'write' if hot.writes else 'read'}, {hot.key.shared_by})"
