"""docs/specs.md says what each specification became here; nothing in it may name what does not exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<section>[^|]+) \| `(?P<module>[^`|]+)` \| `(?P<file>[^`|:]+)::(?P<test>\w+)` \|$")


class Row(NamedTuple):
    """A section of a specification, the module that does it, the test that shows it."""

    section: str
    module: str
    file: str
    test: str


def rows() -> list[Row]:
    """All rows of the page's tables."""
    lines = (ROOT / "docs" / "specs.md").read_text().splitlines()
    return [Row(**found.groupdict()) for line in lines if (found := ROW.match(line))]


def test_every_line_of_a_table_is_a_row() -> None:
    """A row that is not read is not checked."""
    lines = (ROOT / "docs" / "specs.md").read_text().splitlines()
    tables = [line for line in lines if line.startswith("| ") and not line.startswith(("| section", "| ---"))]
    assert len(tables) == len(rows())
    assert len(tables) > 100


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.section}-{row.test}".replace(" ", ""))
def test_module_and_test_exist(row: Row) -> None:
    """The module is a file of the package, the test a function of its file."""
    assert (ROOT / row.module).is_file(), row.module
    source = (ROOT / row.file).read_text()
    assert re.search(rf"^(    )?(async )?def {row.test}\(", source, re.MULTILINE), f"{row.file} has no {row.test}"
