"""Cells of CSV files that a spreadsheet opens."""

from __future__ import annotations

import csv
import io

import pytest

from idp.domain import csv_cells

FORMULAS = [
    "=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "  =1+1", "\n@x", "a;=1+1", "a,+cmd", "a\n=1", "\uff1d1+1",
    "\uff0b1", "x|-1", "+49 30 1; =cmd()", "\tplain", "+", "=", '"=1',
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_is_no_formula(text: str) -> None:
    """Wherever a spreadsheet cuts it, no part begins like one; and nothing else changes."""
    made = csv_cells.safe(text)
    parts = [part for cut in (None, ";", ",", "|", "\n", "\t") for part in (made.split(cut) if cut else [made])]
    assert not [part for part in parts if part.lstrip(' \t\r\n"')[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20")]
    assert made.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", ["", "Ada", "a=b", "ada+x@example.com", "1-2", "+493012345", "O'Neil", "x; y", "Ada - Lovelace"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert csv_cells.safe(text) == text


def test_a_cell_stays_in_its_column() -> None:
    """Quotation marks, commas and new lines end no cell."""
    rows = [["a", 'b","=1+1', "c\r\n=2"], ["", "d", "e"]]
    read = list(csv.reader(io.StringIO(csv_cells.rows(rows), newline="")))
    assert read == [["a", 'b",\'"=1+1', "c\r\n'=2"], ["", "d", "e"]]
