"""The records of a JSON file: one in each line, or the elements of an array. After one that cannot be read the next is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from idp.domain.message import Message
from idp.domain.moving.fields import LONGEST_RECORD, parse, person_or_refusal
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.lines import Lines
from idp.domain.moving.person import BrokenFileError, RefusedRow, RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.domain.moving.person import ImportedPerson

Raw = bytes | RowError
"""The bytes of a record, or why there are none."""
_SPACE, _MARK, _CHUNK = b" \t\r\n", b"\xef\xbb\xbf", 4096


def first_byte(file: BinaryIO) -> bytes:
    """Return the first byte that is no space, b"" in an empty file. The file is at its beginning afterwards."""
    found, begins = b"", True
    while not found and (chunk := file.read(_CHUNK)):
        found = (chunk.removeprefix(_MARK) if begins else chunk).lstrip(_SPACE)[:1]
        begins = False
    file.seek(0)
    return found


def of_lines(file: BinaryIO) -> Iterator[tuple[int, Raw]]:
    """Yield number and bytes of each line that is not empty (NDJSON)."""
    lines = Lines(file)
    while True:
        try:
            line = next(lines).strip()
        except StopIteration:
            return
        except RowError as error:
            yield lines.number, error
        else:
            if line:
                yield lines.number, line.encode("utf-8", "surrogateescape")


def of_array(file: BinaryIO) -> Iterator[tuple[int, Raw]]:
    """Yield number and bytes of each element of the array that the file is.

    Raises:
        BrokenFileError: the file is no array, cannot be read on, or has something after it.
    """
    stream = JsonStream(file)
    yield from enumerate(map(whole, stream.items(LONGEST_RECORD)), 1)
    if stream.peek():
        raise BrokenFileError("moving.file_not_json")


def whole(raw: bytes | None) -> Raw:
    """Return the bytes of a value of a `JsonStream`, or that it is too long."""
    return RowError("moving.too_long", bytes=LONGEST_RECORD) if raw is None else raw


def convert(
    row: int, raw: Raw, person: Callable[[int, Mapping[str, Any]], ImportedPerson], name: Callable[[Mapping[str, Any]], object]
) -> ImportedPerson | RefusedRow:
    """Return the person of a record, which has to be an object. `name`: finds its id for the report."""
    if isinstance(raw, RowError):
        return RefusedRow(row, "", raw.message)
    try:
        record = parse(raw)
    except RowError as error:
        return RefusedRow(row, "", error.message)
    if not isinstance(record, Mapping):
        return RefusedRow(row, "", Message("moving.not_object"))
    return person_or_refusal(row, record, person, name)
