"""Reads a large JSON file value by value, in memory for one value. `strict_json` parses each value; this module only finds its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from idp.domain.moving.person import BrokenFileError
from idp.verify import strict_json

_CHUNK = 64 * 1024
_OUTSIDE, _INSIDE = re.compile(rb'["{}\[\]]'), re.compile(rb'["\\]')
_SPACE, _SCALAR = re.compile(rb"[ \t\r\n]*"), re.compile(rb"[^,\]} \t\r\n]*")
_LONGEST_NAME = 1024


class JsonStream:
    """The values of a file. Its methods raise BrokenFileError if the file is no JSON at this place, or ends too early."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._buffer, self._at = file, b"", 0
        if self.peek() == b"\xef":  # a byte order mark
            self._buffer = self._buffer.removeprefix(b"\xef\xbb\xbf")

    def members(self) -> Iterator[str]:
        """Yield the names of an object. The caller reads each value, by `value`, `skip`, `members` or `items`, before it goes on."""
        self._take(b"{")
        first = True
        while self.peek() != b"}":
            if not first:
                self._take(b",")
            first = False
            name = self._name()
            self._take(b":")
            yield name
        self._take(b"}")

    def items(self, longest: int) -> Iterator[bytes | None]:
        """Yield the values of an array; None for one of more than `longest` bytes."""
        for _ in self.elements():
            yield self.value(longest)

    def elements(self) -> Iterator[None]:
        """Yield before each value of an array. The caller reads it, as those of `members`, before it goes on."""
        self._take(b"[")
        first = True
        while self.peek() != b"]":
            if not first:
                self._take(b",")
            first = False
            yield
        self._take(b"]")

    def value(self, longest: int) -> bytes | None:
        """Return the bytes of the next value; None, and go on after it, if it has more than `longest`."""
        parts: list[bytes] = []
        size = 0
        for part in self._parts():
            size += len(part)
            if size <= longest:
                parts.append(part)
        return b"".join(parts) if size <= longest else None

    def skip(self) -> None:
        """Go on after the next value."""
        for _ in self._parts():
            pass

    def peek(self) -> bytes:
        """Return the next byte that is no space, b"" at the end of the file."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer) or not self._fill():
                return self._buffer[self._at : self._at + 1]

    def _parts(self) -> Iterator[bytes]:
        """Yield the bytes of the next value in pieces."""
        if self.peek() not in {b"{", b"[", b'"'}:
            yield from self._scalar()
            return
        depth, inside = 0, False
        while True:
            found = (_INSIDE if inside else _OUTSIDE).search(self._buffer, self._at)
            if found is None:
                yield self._consume(len(self._buffer))
                self._require_more()
                continue
            byte = found.group()
            yield self._consume(found.end())
            if byte == b"\\":
                if self._at == len(self._buffer):
                    self._require_more()
                yield self._consume(self._at + 1)
            elif byte == b'"':
                inside = not inside
            else:
                depth += 1 if byte in b"{[" else -1
            if depth == 0 and not inside:
                return

    def _scalar(self) -> Iterator[bytes]:
        size = 0
        while True:
            found = _SCALAR.match(self._buffer, self._at)
            part = self._consume(found.end() if found else self._at)
            size += len(part)
            yield part
            if self._at < len(self._buffer) or not self._fill():
                break
        if not size:
            raise BrokenFileError("moving.file_not_json")

    def _name(self) -> str:
        raw = self.value(_LONGEST_NAME) if self.peek() == b'"' else None
        try:
            return str(strict_json.parse(raw or b""))
        except strict_json.NotStrictJsonError:
            raise BrokenFileError("moving.file_not_json") from None

    def _take(self, byte: bytes) -> None:
        if self.peek() != byte:
            raise BrokenFileError("moving.file_not_json")
        self._at += 1

    def _consume(self, end: int) -> bytes:
        part, self._at = self._buffer[self._at : end], end
        return part

    def _require_more(self) -> None:
        if not self._fill():
            raise BrokenFileError("moving.file_cut_off")

    def _fill(self) -> bool:
        more = self._file.read(_CHUNK)
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)
