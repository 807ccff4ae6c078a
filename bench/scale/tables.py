"""The four tables of docs/scale.md by size: load, keys, quotas, dollars."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from bench.heat.shared import ALL, APP, CONNECTION, shards
from bench.scale import SIZES, dollars, figures
from bench.scale import behaviour as b
from bench.scale.load import DAY, Load, limit, load, stored_gb
from bench.scale.quotas import asked, quotas
from idp.store.copies import MOST
from tools.costs import ROOT

Rows = list[tuple[str, ...]]
_MEMBERS = {ALL: "all of it", CONNECTION: "one for all", APP: "the most popular app"}
_LIFTS = {
    APP: ("idp clients copies", "several apps in place of one"),
    CONNECTION: ("idp connections copies", "several connections in place of one"),
}
_CENTS = 100


def run() -> tuple[Rows, ...]:
    """The tables, from the figures that the docs have now."""
    flows = figures.read(ROOT)
    loads = [load(people, flows) for people in SIZES.values()]
    return list(_loads(loads)), keys(loads), _quotas(loads), _dollars(loads)


def _loads(loads: list[Load]) -> Iterator[tuple[str, ...]]:
    yield ("people", *SIZES)
    yield _row("requests a day", loads, lambda each: each.requests)
    yield _row("requests a second, average", loads, lambda each: each.requests / DAY)
    yield _row(f"requests a second, at the peak ({b.PEAK} ×)", loads, lambda each: each.peak(each.requests))
    yield _row("sign-ins a second, at the peak", loads, lambda each: each.rate(*b.SIGN_IN_SHARES))
    yield _row("refreshes a second, at the peak", loads, lambda each: each.rate("refresh"))
    yield _row("Lambda: ms of a request, average", loads, lambda each: each.ms / each.requests)
    yield _row("Lambda: environments busy at the peak", loads, lambda each: each.busy)
    yield _row(f"Lambda: environments, {b.HEADROOM} ×", loads, lambda each: each.environments)
    for place, writes in sorted({place for each in loads for place in each.peak_by_place}):
        words = f"DynamoDB: {'write' if writes else 'read'} units a second of `{place}`, at the peak"
        yield (words, *(number(each.peak_by_place[place, writes]) for each in loads))
    yield _row("DynamoDB: GB stored", loads, lambda each: sum(stored_gb(each.people).values()))
    yield _row("KMS: requests a day", loads, lambda each: each.starts)
    yield _row("mails a day", loads, lambda each: each.mails)
    yield _row("mails a second, at the peak", loads, lambda each: each.peak(each.mails))


def _row(words: str, loads: list[Load], value: Callable[[Load], float]) -> tuple[str, ...]:
    return (words, *(number(value(each)) for each in loads))


def keys(loads: list[Load]) -> Rows:
    """Shared keys: what their most used member gets in the busiest second, and what lifts the limit where it is reached."""
    rows: Rows = [("partition key", "units", "limit of it", *SIZES, "what lifts it")]
    shown = sorted({each for one in loads for each in one.peak_by_key}, key=lambda key: -loads[-1].peak_by_key[key])
    for key, shared_by, writes in shown:
        most = limit(writes=writes)
        found = [each.peak_by_key[key, shared_by, writes] for each in loads]
        cells = (f"**{number(units)}**" if units > most else number(units) for units in found)
        words = f"`{key}`, {_MEMBERS.get(shared_by) or f'one of {shards(key)} shards'}"
        rows.append((words, "write" if writes else "read", f"{most:,}", *cells, lifted(shared_by, found[-1] / most)))
    return rows


def lifted(shared_by: str, times: float) -> str:
    """What an operator does if a key gets so many times its limit. Empty if it bears that."""
    if times <= 1:
        return ""
    if shared_by in _LIFTS:
        (command, beyond), copies = _LIFTS[shared_by], math.ceil(times) - 1
        return f"`{command}`, {copies}" if copies <= MOST else beyond
    return "nothing yet"


def _quotas(loads: list[Load]) -> Rows:
    head = ("quota", "without a request", *SIZES, "where it is raised")
    return [head, *((q.name, f"{q.default:,}", *(asked(q, each) for each in loads), q.how) for q in quotas(ROOT))]


def _dollars(loads: list[Load]) -> Rows:
    months = [dollars.month(each) for each in loads]
    rows: Rows = [("dollars a month", *SIZES)]
    rows += [(part, *(money(month[part]) for month in months)) for part in months[0]]
    totals = [sum(month.values()) for month in months]
    rows.append(("**all of it**", *(f"**{money(total)}**" for total in totals)))
    rows.append(("of a thousand people", *(money(total / each.people * 1000) for total, each in zip(totals, loads, strict=True))))
    rows.append(
        ("with CloudFront and the firewall", *(money(total + dollars.firewall(each)) for total, each in zip(totals, loads, strict=True)))
    )
    return rows


def number(value: float) -> str:
    """Two digits below ten, whole numbers above."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def money(amount: float) -> str:
    """Dollars: cents below a hundred."""
    return f"{amount:,.0f}" if amount >= _CENTS else f"{amount:.2f}"
