"""docs/security-checklist.md names for each requirement a file that implements it and a test. Both exist; each requirement has a row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<demand>[^|]+) \| `(?P<file>[^`|]+)` \| `(?P<where>[^`|:]+)(::(?P<test>\w+))?` \|$")
DEMANDS = (
    "at the gateway", "in a Lambda authorizer", "in the function", "RBAC", "ABAC", "Policies outside the code", "Under a millisecond",
    "One role per function", "rotate on schedule", "90 days", "No secret in an environment variable", "from a manager", "Secrets of apps",
    "A line of JSON", "Never a secret", "Alarms", "dashboard", "Rate limits at the gateway", "Rate limits in the provider", "expired",
    "malformed", "missing",
)  # fmt: skip
"""The requirements for authorization on serverless."""


class Row(NamedTuple):
    """A requirement, the file that implements it, and its test."""

    demand: str
    file: str
    where: str
    test: str | None


def lines() -> list[str]:
    page = (ROOT / "docs" / "security-checklist.md").read_text().splitlines()
    return [line for line in page if line.startswith("| ") and not line.startswith(("| demand", "| ---"))]


def rows() -> list[Row]:
    found = (ROW.match(line) for line in lines())
    return [Row(one["demand"], one["file"], one["where"], one["test"]) for one in found if one]


def test_every_line_of_a_table_is_a_row() -> None:
    """A row that is not read is not checked."""
    assert len(rows()) == len(lines()) > 40


@pytest.mark.parametrize("demand", DEMANDS)
def test_every_demand_has_a_row(demand: str) -> None:
    """The row quotes the requirement."""
    assert any(demand in row.demand for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: re.sub(r"\W+", "-", row.demand)[:60])
def test_file_and_test_exist(row: Row) -> None:
    """The file is in the project, and the test is a function in its file."""
    assert (ROOT / row.file).is_file(), row.file
    source = (ROOT / row.where).read_text()
    name = row.test or r"test_\w+"
    assert re.search(rf"^(    )?(async )?def {name}\(", source, re.MULTILINE), f"{row.where} has no {row.test}"
