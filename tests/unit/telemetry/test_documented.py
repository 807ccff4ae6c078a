"""docs/observability.md, alarms, dashboard and code have the same metrics with the same dimensions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from idp.services.audit.recorder import _COUNTED
from idp.telemetry.metrics import DEPLOYMENT, SETS

ROOT = Path(__file__).resolve().parents[3]


def documented() -> dict[str, str]:
    """Metrics, with the page's text about their dimensions."""
    page = (ROOT / "docs" / "observability.md").read_text()
    table = page.partition("| metric | unit |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`[^|]*) \| [^|]* \| ([^|]*) \|", table, re.MULTILINE)
    return {name: dimensions for names, dimensions in rows for name in re.findall(r"`(\w+)`", names)}


def counted() -> set[str]:
    """The metrics that the code counts."""
    sources = "\n".join(file.read_text() for file in (ROOT / "idp").rglob("*.py"))
    named = re.findall(r"\b(?:count|measure_time)\(([^,)]*)", sources)
    return {name for first in named for name in re.findall(r'"([A-Z]\w+)"', first)} | set(_COUNTED.values())


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    """By name."""
    assert set(documented()) == counted()


def test_dimensions_are_the_documented_ones() -> None:
    """The sets of dimensions that an alarm may use."""
    for name, said in documented().items():
        sets = [tuple(re.findall(r"\w+", each)) for each in said.split(";")]
        assert sets == list(SETS.get(name, ((),))), name


def test_alarms_use_metrics_that_are_written() -> None:
    """An alarm on another metric or another set of dimensions would never fire."""
    resources = yaml.safe_load((ROOT / "deploy" / "alarms.yml").read_text())["Resources"]
    alarms: list[dict[str, Any]] = [each["Properties"] for each in resources.values() if each["Properties"].get("Namespace") == "idp"]
    assert len(alarms) > 4
    for alarm in alarms:
        dimensions = tuple(each["Name"] for each in alarm["Dimensions"] if each["Name"] != DEPLOYMENT)
        assert alarm["MetricName"] in documented()
        assert dimensions in SETS.get(alarm["MetricName"], ((),)), alarm["MetricName"]


def test_the_dashboard_shows_metrics_that_are_written() -> None:
    """The same for the dashboard."""
    page = (ROOT / "deploy" / "dashboard.yml").read_text()
    shown = re.findall(r'\["idp", "(\w+)", "Deployment", "[^"]*"((?:, "\w+", "[^"]*")*)', page)
    assert len(shown) > 4
    for name, more in shown:
        dimensions = tuple(re.findall(r'"(\w+)", "[^"]*"', more))
        assert dimensions in SETS.get(name, ((),)), name
        assert name in documented()
