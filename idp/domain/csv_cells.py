"""Cells of CSV files that people open in a spreadsheet.

A spreadsheet takes a cell that begins with one of a few characters for a formula, which can send other cells away or start a program
("CSV injection"). A person who chooses a name could attack the admin who opens the list. Such a cell gets an apostrophe before it, which
spreadsheets read as "this is text". Nothing else of a cell changes.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMULA = re.compile(r"(^|\r\n|[;,\t\r\n|])(?=[\s\"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])|^(?=[\t\r\n])")
"""The beginning of a formula: of the cell, or after a character at which a spreadsheet may cut it. The last four are full-width forms."""
_PHONE = re.compile(r"\+[0-9]{4,15}", re.ASCII)
"""A number of E.164. It calculates nothing, and an import has to find it as it was."""


def safe(cell: str) -> str:
    """Return the text of a cell, which no spreadsheet takes for a formula."""
    return cell if _PHONE.fullmatch(cell) else _FORMULA.sub(r"\1'", cell)


def rows(cells: Iterable[Iterable[str]]) -> str:
    """Return rows of a CSV file (RFC 4180). Each cell is safe, and in quotation marks."""
    told = io.StringIO()
    csv.writer(told, quoting=csv.QUOTE_ALL).writerows([safe(cell) for cell in row] for row in cells)
    return told.getvalue()
