"""The rows of a CSV file (RFC 4180). After a row that cannot be read the next is read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, BinaryIO

from idp.domain.moving.lines import Lines
from idp.domain.moving.person import RowError

if TYPE_CHECKING:
    from collections.abc import Iterator


def of_csv(file: BinaryIO) -> Iterator[tuple[int, list[str] | RowError]]:
    """Yield the line where each row begins, from 1, and its cells, or why they cannot be read. Empty lines are passed over."""
    lines = Lines(file)
    yield from rest(lines, csv.reader(lines, strict=True))


def rest(lines: Lines, rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | RowError]]:
    """Yield the rows that are left, as `of_csv` does. `rows`: the reader of the lines."""
    while True:
        first = lines.number + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield first, RowError("moving.csv_malformed")
        except RowError as error:
            yield first, error
        else:
            if cells:
                yield first, cells
