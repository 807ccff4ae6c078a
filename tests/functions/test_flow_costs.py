"""No flow of accounts, upstream, console and SCIM costs more than the table of docs/performance.md says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bench import flow_costs
from bench.meter import READ_PRICE, Usage
from tests.engines.launch import quick_engine
from tools.costs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.functions
PARTS = {"accounts", "upstream", "console", "SCIM"}


def table() -> dict[tuple[str, str], tuple[int, float]]:
    """Calls and dollars a million by part and flow, as the page has them."""
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\S+) +\| (.+?) +\| (\d+) +\| [\d.]+ +\| [\d.]+ +\| ([\d.]+) +\|", page.partition("<!-- flows: begin -->")[2], re.MULTILINE
    )
    return {(part, flow): (int(calls), float(dollars)) for part, flow, calls, dollars in rows if part in PARTS}


def too_dear(used: Usage, row: tuple[int, float]) -> bool:
    """A read unit more is not: an item may have grown by a few bytes over a border of 4 KB."""
    calls, dollars = row
    return used.calls.total() > calls or used.dollars_per_million > dollars + READ_PRICE + 0.005


@pytest.mark.parametrize(
    ("changes", "dear"), [({}, False), ({"read_units": 2.0}, False), ({"write_units": 2.0}, True), ({"read_units": 3.0}, True)]
)
def test_a_write_unit_or_two_read_units_more_are_too_dear(changes: dict[str, float], dear: bool) -> None:  # noqa: FBT001
    used = Usage(**{"read_units": 1.0, "write_units": 1.0, **changes})  # type: ignore[arg-type]
    used.calls["GetItem"] = 1
    assert too_dear(used, (1, 0.75)) == dear
    used.calls["Query"] = 1
    assert too_dear(used, (1, 0.75))


def test_no_flow_costs_more_than_the_table_says(quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each flow has a row. Units are compared on the engine that reports them as AWS documents."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)  # the measurement sets its own
    rows, found = table(), flow_costs.count(quick_endpoint, tmp_path, lambda _: None)
    assert rows.keys() == found.keys()
    assert {part for part, _ in rows} == PARTS
    if quick_engine() == "dynoxide":
        assert {name: (used, rows[name]) for name, used in found.items() if too_dear(used, rows[name])} == {}
    assert {name: used.calls for name, used in found.items() if used.calls.total() > rows[name][0]} == {}
