"""The records of clients in a file: an array, or the member `clients` of an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from idp.domain.errors import InvalidValue
from idp.domain.message import Message
from idp.domain.moving import beginning
from idp.domain.moving.fields import LONGEST_RECORD, parse
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.person import BrokenFileError, RefusedRow, RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.domain.moving.clients.client import ImportedClient

    Convert = Callable[[int, Any], ImportedClient | None]


def clients_in(file: BinaryIO, id_name: str, convert: Convert) -> Iterator[ImportedClient | RefusedRow]:
    """Yield what `convert` makes of each record; a row is its number, from 1. None is left out. `id_name`: the member with the id.

    Raises:
        BrokenFileError: the file is empty or packed, has no clients, or cannot be read on.
    """
    beginning.check(file)
    stream = JsonStream(file)
    row, found = 0, False
    for name in stream.members() if stream.peek() == b"{" else ("clients",):
        if name != "clients":
            stream.skip()
            continue
        found = True
        for raw in stream.items(LONGEST_RECORD):
            row += 1
            if (made := _read(row, raw, id_name, convert)) is not None:
                yield made
    if not found or stream.peek():
        raise BrokenFileError("moving.file_not_this_format")


def _read(row: int, raw: bytes | None, id_name: str, convert: Convert) -> ImportedClient | RefusedRow | None:
    client: Any = None
    try:
        if raw is not None:
            client = parse(raw)
            if isinstance(client, Mapping) and not client.get(id_name):
                raise RowError("moving.not_an_app", name=id_name)
            return convert(row, client)
        problem = Message("moving.too_long", bytes=LONGEST_RECORD)
    except InvalidValue as error:
        problem = error.message
    named = client.get(id_name) if isinstance(client, Mapping) else ""
    return RefusedRow(row, named if isinstance(named, str) else "", problem)
