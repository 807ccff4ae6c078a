"""No flow of accounts, upstream, console and SCIM costs more than the tables of docs/performance.md say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from bench import report
from bench.costs import console, measure
from bench.costs.tally import Cost
from bench.meter import READ_PRICE, Usage
from idp.http.console.app import all_pages
from tests.engines.launch import quick_engine
from tools.costs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.functions
PARTS = {"accounts", "upstream", "console", "SCIM"}


class Row(NamedTuple):
    """What the page says of a flow. `dollars`: of DynamoDB, a million."""

    calls: int
    dollars: float
    requests: int
    hashes: int
    mails: int


def rows() -> dict[tuple[str, str], Row]:
    """The rows of both tables, by part and flow."""
    units, of_lambda = report.read(ROOT / "docs" / "performance.md", mark="flows")
    second = {(row["part"], row["flow"]): row for row in of_lambda}
    found = {}
    for row in units:
        other = second.pop((row["part"], row["flow"]))
        counted = (int(other[name]) for name in ("invocations", "hashes", "mails"))
        found[row["part"], row["flow"]] = Row(int(row["calls"]), float(row["$ a million"]), *counted)
    assert not second
    return found


def too_dear(cost: Cost, row: Row) -> bool:
    """A read unit more is not: an item may have grown by a few bytes over a border of 4 KB."""
    more = cost.requests > row.requests or cost.hashes > row.hashes or cost.mails > row.mails
    return more or cost.usage.calls.total() > row.calls or cost.usage.dollars_per_million > row.dollars + READ_PRICE + 0.005


@pytest.mark.parametrize(
    ("units", "more", "dear"),
    [
        ({}, {}, False), ({"read_units": 2.0}, {}, False), ({"write_units": 2.0}, {}, True), ({"read_units": 3.0}, {}, True),
        ({}, {"requests": 2}, True), ({}, {"hashes": 1}, True), ({}, {"mails": 1}, True), ({}, {"cpu_ms": 99.0}, False),
    ],
)  # fmt: skip
def test_a_write_unit_two_read_units_a_request_a_hash_or_a_mail_more_are_too_dear(
    units: dict[str, Any],
    more: dict[str, int],
    dear: bool,
) -> None:
    used = Usage(**{"read_units": 1.0, "write_units": 1.0, **units})
    used.calls["GetItem"] = 1
    cost, row = Cost(used, **{"requests": 1, **more}), Row(1, 0.75, 1, 0, 0)
    assert too_dear(cost, row) == dear
    used.calls["Query"] = 1
    assert too_dear(cost, row)


def test_each_page_of_the_console_is_measured_or_says_why_not() -> None:
    paths = {page.path for page in all_pages() if page.method == "GET"}
    measured = {flow.removeprefix("page ") for part, flow in rows() if part == "console" and flow.startswith("page ")}
    assert (measured | console.LEFT_OUT.keys(), measured & console.LEFT_OUT.keys()) == (paths, set())


def test_no_flow_costs_more_than_the_table_says(quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each flow has a row. Units are compared on the engine that reports them as AWS documents."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)  # the measurement sets its own
    wanted, found = rows(), measure.count(quick_endpoint, tmp_path, lambda _: None)
    assert wanted.keys() == found.keys()
    assert {part for part, _ in wanted} == PARTS
    if quick_engine() == "dynoxide":
        assert {name: (cost, wanted[name]) for name, cost in found.items() if too_dear(cost, wanted[name])} == {}
    assert {name: cost.usage.calls for name, cost in found.items() if cost.usage.calls.total() > wanted[name].calls} == {}
