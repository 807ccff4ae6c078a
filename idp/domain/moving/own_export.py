"""Reads the file of `idp export --everything` (docs/schemas/export-1.json): JSON lines, each an object with a `type`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from idp.domain.moving import beginning
from idp.domain.moving.fields import LONGEST_RECORD, parse
from idp.domain.moving.person import BrokenFileError, RowError

VERSION = 1
_TYPE = re.compile(rb'\{"type":"([a-z_]{1,40})"')
"""What each line of an export begins with. A line that does not is parsed to find its type."""
FIRST, LAST = "export", "end"


class Line(NamedTuple):
    """A line. `number`: from 1. `members`: None with `problem` if it cannot be read."""

    number: int
    members: dict[str, Any]
    problem: RowError | None = None


def head(file: BinaryIO) -> dict[str, Any]:
    """Return the first line, and leave the file at its beginning.

    Raises:
        BrokenFileError: it is empty, packed, no export, or one of another version.
    """
    beginning.check(file)
    raw = file.readline(LONGEST_RECORD + 1)
    file.seek(0)
    try:
        found = parse(raw)
    except RowError:
        raise BrokenFileError("moving.not_our_export") from None
    if not isinstance(found, dict) or found.get("type") != FIRST or not isinstance(found.get("rp_id"), str):
        raise BrokenFileError("moving.not_our_export")
    if found.get("version") != VERSION:
        raise BrokenFileError("moving.export_version", version=VERSION)
    return found


def check_complete(file: BinaryIO) -> Counter[str]:
    """Count the lines by type, compare them with the last line, and leave the file at its beginning.

    Raises:
        BrokenFileError: the last line is missing, its numbers are others, or something follows it.
    """
    counts: Counter[str] = Counter()
    end: dict[str, Any] | None = None
    for _, raw in _raw(file):
        if end is not None:
            raise BrokenFileError("moving.export_cut_off")
        kind = _type_of(raw)
        if kind == LAST:
            end = _parsed(raw)
        else:
            counts[kind] += 1
    file.seek(0)
    if end is None or end.get("counts") != dict(counts):
        raise BrokenFileError("moving.export_cut_off")
    return counts


def of_types(file: BinaryIO, *types: str) -> Iterator[Line]:
    """Yield the lines of these types, from the beginning of the file."""
    file.seek(0)
    for number, raw in _raw(file):
        if len(raw) > LONGEST_RECORD:
            yield Line(number, {}, RowError("moving.too_long", bytes=LONGEST_RECORD))
        elif _type_of(raw) in types:
            try:
                found = parse(raw)
            except RowError as problem:
                yield Line(number, {}, problem)
            else:
                yield Line(number, found) if isinstance(found, dict) else Line(number, {}, RowError("moving.not_json"))


def _raw(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines, each of at most one byte more than allowed."""
    number = 0
    while raw := file.readline(LONGEST_RECORD + 1):
        number += 1
        if len(raw) > LONGEST_RECORD:
            rest = raw
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_RECORD)
        yield number, raw


def _type_of(raw: bytes) -> str:
    if found := _TYPE.match(raw):
        return found[1].decode()
    kind = _parsed(raw).get("type")
    return kind if isinstance(kind, str) else ""


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        found = parse(raw) if len(raw) <= LONGEST_RECORD else None
    except RowError:
        return {}
    return found if isinstance(found, dict) else {}
