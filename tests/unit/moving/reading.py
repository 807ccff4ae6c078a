"""Reads files of other systems in tests."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from idp.domain.moving.person import ImportedPerson, RefusedRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    Read = Callable[[BinaryIO], Iterator[ImportedPerson | RefusedRow]]


def rows(read: Read, content: Any) -> list[ImportedPerson | RefusedRow]:
    """Read a file: bytes, or what is written as JSON."""
    return list(read(io.BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())))


def person(read: Read, content: Any) -> ImportedPerson:
    """The only person of a file."""
    (row,) = rows(read, content)
    assert isinstance(row, ImportedPerson), row
    return row


def refusal(read: Read, content: Any) -> str:
    """Why the only row of a file is refused."""
    (row,) = rows(read, content)
    assert isinstance(row, RefusedRow), row
    return row.reason.id


def changed(record: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The record with these members; one that is None is left out."""
    return {name: value for name, value in {**record, **changes}.items() if value is not None}
