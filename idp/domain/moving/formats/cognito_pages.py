"""The users in answers of `ListUsers`: one answer, several one after the other or in an array, or the users without the answers around."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from idp.domain.moving.fields import LONGEST_RECORD
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.person import BrokenFileError, RowError
from idp.domain.moving.records import Raw, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = {"Username", "Attributes", "UserAttributes"}


def users(file: BinaryIO) -> Iterator[Raw]:
    """Yield each user. Only one is in memory, however long an answer is.

    Raises:
        BrokenFileError: an object is neither a user nor an answer, or the file cannot be read on.
    """
    stream = JsonStream(file)
    while first := stream.peek():
        if first == b"[":
            for _ in stream.elements():
                yield from _one(stream)
        else:
            yield from _one(stream)


def _one(stream: JsonStream) -> Iterator[Raw]:
    """Read one object: the users of an answer, or the members of a user, which are put together again."""
    parts: list[bytes] = []
    size, answer, user = 0, False, False
    for name in stream.members():
        if name == "Users":
            answer = True
            yield from map(whole, stream.items(LONGEST_RECORD))
            continue
        user = user or name in _USER
        part = stream.value(LONGEST_RECORD)
        size += LONGEST_RECORD + 1 if part is None else len(part)
        if size <= LONGEST_RECORD and part is not None:
            parts.append(json.dumps(name).encode() + b":" + part)
    if answer == user:
        raise BrokenFileError("moving.file_not_this_format")
    if user:
        yield b"{" + b",".join(parts) + b"}" if size <= LONGEST_RECORD else RowError("moving.too_long", bytes=LONGEST_RECORD)
