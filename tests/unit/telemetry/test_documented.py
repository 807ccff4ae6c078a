"""docs/observability.md, alarms, dashboard and code have the same metrics with the same dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from idp.services.audit.recorder import _COUNTED
from idp.telemetry.metrics import DEPLOYMENT, OF_ALARMS, SETS

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


def alarms(content: object) -> Iterator[dict[str, Any]]:
    """The alarms on our own metrics in a file of deploy/."""
    if isinstance(content, dict):
        if "MetricName" in content and content.get("Namespace") == "idp":
            yield content
        for value in content.values():
            yield from alarms(value)


def test_alarms_use_metrics_that_are_always_written() -> None:
    """An alarm on another metric or another set of dimensions would never fire, or always."""
    found = [alarm for file in (ROOT / "deploy").rglob("*.yml") for alarm in alarms(yaml.safe_load(file.read_text()))]
    assert {"SignIns", "Lockouts", "MailsLost", "AuditHoursSealed"} <= {alarm["MetricName"] for alarm in found}
    for alarm in found:
        dimensions = tuple(each["Name"] for each in alarm["Dimensions"] if each["Name"] != DEPLOYMENT)
        assert alarm["MetricName"] in documented()
        assert dimensions in OF_ALARMS.get(alarm["MetricName"], ()), alarm["MetricName"]


def test_what_is_always_written_is_a_part_of_all_metrics() -> None:
    """Under the same name, with sets of dimensions of it. Each is in an alarm or in the dashboard: else it would cost money for nothing."""
    files = [(ROOT / "deploy" / "dashboard.yml"), *(each for each in (ROOT / "deploy").rglob("*.yml") if each.parent.name != "widgets")]
    used = "".join(file.read_text() for file in files)
    for name, sets in OF_ALARMS.items():
        assert name in documented()
        assert set(sets) <= set(SETS.get(name, ((),))), name
        assert re.search(rf'"idp", "{name}"|MetricName: {name}\b', used), name


@pytest.mark.parametrize(("file", "written"), [("dashboard.yml", OF_ALARMS), ("widgets/on.yml", {})])
def test_the_dashboard_shows_metrics_that_are_written(file: str, written: dict[str, tuple[tuple[str, ...], ...]]) -> None:
    """The same for the dashboard: what is always written, and with IDP_METRICS=on the rest."""
    page = (ROOT / "deploy" / file).read_text()
    shown = re.findall(r'\["idp", "(\w+)", "Deployment", "[^"]*"((?:, "\w+", "[^"]*")*)', page)
    assert len(shown) > 4
    for name, more in shown:
        dimensions = tuple(re.findall(r'"(\w+)", "[^"]*"', more))
        assert dimensions in (written.get(name, ()) if written else SETS.get(name, ((),))), name
        assert name in documented()
