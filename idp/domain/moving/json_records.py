"""Reads the records of a JSON file in each form in which APIs and their scripts write them, in memory for one record.

| form                           | what it is                                                             |
|--------------------------------|------------------------------------------------------------------------|
| `[{…}, {…}]`                   | an array                                                               |
| `{"value": [{…}, {…}], …}`     | a page as an API answers; also several pages one after the other       |
| `{…}` newline `{…}`            | one record after the other (NDJSON)                                    |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.moving.fields import LONGEST_RECORD, parse, person_or_refusal
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow, RowError

_LONGEST_MEMBER = 64 * 1024
Convert = Callable[[int, Any], ImportedPerson]


def read_people(
    file: BinaryIO,
    page: str,
    convert: Convert,
    *,
    goes_on: Callable[[Mapping[str, Any], int], bool] = lambda _, __: False,
    known: str = "id",
) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the people of a file. `row` is the number of the record.

    `page`: the member of a page that holds its records. `goes_on`: whether there are records after this page, from its other members and
    the number of records so far. `known`: the member of a record that names it in the report.

    Raises:
        BrokenFileError: the file has no records, cannot be read on, or its last page is not the last one of the system.
    """
    row, more = 0, False
    for found in _records(JsonStream(file), page):
        if isinstance(found, dict):
            more = goes_on is not None and goes_on(found, row)
            continue
        row += 1
        yield read_one(row, found, convert, known)
    if more:
        raise BrokenFileError("moving.more_pages")


def read_one(row: int, raw: bytes | None, convert: Convert, known: str = "id") -> ImportedPerson | RefusedRow:
    """Return the person of a record. None: the record was too long."""
    if raw is None:
        return RefusedRow(row, "", RowError("moving.too_long", bytes=LONGEST_RECORD).message)
    try:
        record = parse(raw)
    except RowError as error:
        return RefusedRow(row, "", error.message)
    return person_or_refusal(row, record, convert, lambda found: found.get(known) if isinstance(found, Mapping) else "")


def _records(stream: JsonStream, page: str) -> Iterator[bytes | dict[str, Any] | None]:
    """Yield the bytes of each record, None for one that is too long, and the other members of each page after its records."""
    if stream.peek() not in {b"[", b"{"}:
        raise BrokenFileError("moving.file_not_this_format")
    while (first := stream.peek()) != b"":
        if first == b"[":
            yield from stream.items(LONGEST_RECORD)
        else:
            yield from _object(stream, page)


def _object(stream: JsonStream, page: str) -> Iterator[bytes | dict[str, Any] | None]:
    """Yield the records of a page, or the bytes of an object without its member, which is a record."""
    is_page, parts, size = False, list[tuple[str, bytes]](), 0
    for name in stream.members():
        if name == page and stream.peek() == b"[":
            is_page = True
            yield from stream.items(LONGEST_RECORD)
            continue
        raw = stream.value(LONGEST_RECORD)
        size = size + len(name) + len(raw) if raw is not None else LONGEST_RECORD + 1
        if size <= LONGEST_RECORD and raw is not None:
            parts.append((name, raw))
    if is_page:
        yield _members(parts)
    else:
        yield None if size > LONGEST_RECORD else b"{" + b",".join(json.dumps(name).encode() + b":" + raw for name, raw in parts) + b"}"


def _members(parts: list[tuple[str, bytes]]) -> dict[str, Any]:
    """Return the members of a page that can be read."""
    found = {}
    for name, raw in parts:
        try:
            found[name] = parse(raw) if len(raw) <= _LONGEST_MEMBER else None
        except RowError:
            continue
    return found
