"""The first bytes of a file that a person gives for an import: those of an archive or of another encoding are refused with what to do."""

from __future__ import annotations

from io import BufferedReader
from typing import BinaryIO

from idp.domain.message import Message
from idp.domain.moving.person import BrokenFileError

_BYTES = 4
_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def check(file: BinaryIO, option: str = "") -> None:
    """Check that a file can be a text. It is read from its beginning afterwards. `option`: with which it was given, "" for the main file.

    Raises:
        BrokenFileError: it is empty, packed, or UTF-16.
    """
    problem = _problem(_first(file))
    if problem and option:
        raise BrokenFileError("moving.further_file", option=option, problem=problem)
    if problem:
        raise BrokenFileError(problem)


def _first(file: BinaryIO) -> bytes:
    if isinstance(file, BufferedReader):  # also a pipe, which cannot go back
        return file.peek(_BYTES)[:_BYTES]
    found = file.read(_BYTES)
    file.seek(0)
    return found


def _problem(begins: bytes) -> Message | None:
    if not begins:
        return Message("moving.file_empty")
    for magic, program in _PACKED.items():
        if begins.startswith(magic):
            return Message("moving.file_packed", program=program)
    return Message("moving.file_utf_16") if begins.startswith(_UTF_16) else None
