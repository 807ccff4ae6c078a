"""docs/observability.md and the code name the same metrics, and give them the same dimensions."""

from __future__ import annotations

import re
from pathlib import Path

from idp.services.audit import _COUNTED
from idp.telemetry.metrics import SETS

ROOT = Path(__file__).resolve().parents[3]


def documented() -> dict[str, str]:
    """Metrics and what the page says of their dimensions."""
    page = (ROOT / "docs" / "observability.md").read_text()
    table = page.partition("| metric | unit |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`[^|]*) \| [^|]* \| ([^|]*) \|", table, re.MULTILINE)
    return {name: dimensions for names, dimensions in rows for name in re.findall(r"`(\w+)`", names)}


def counted() -> set[str]:
    """What the code counts."""
    sources = "\n".join(file.read_text() for file in (ROOT / "idp").rglob("*.py"))
    return set(re.findall(r'(?:count|timed)\(\s*"(\w+)"', sources)) | set(_COUNTED.values())


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    """By name."""
    assert set(documented()) == counted()


def test_dimensions_are_the_documented_ones() -> None:
    """The sets that an alarm may name."""
    for name, said in documented().items():
        sets = [tuple(re.findall(r"\w+", each)) for each in said.split(";")]
        assert sets == list(SETS.get(name, ((),))), name
