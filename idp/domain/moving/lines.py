"""The lines of a text file, each of bounded length."""

from __future__ import annotations

from typing import BinaryIO

from idp.domain.moving.fields import LONGEST_RECORD
from idp.domain.moving.person import RowError

_MARK = b"\xef\xbb\xbf"


class Lines:
    """An iterator over lines of at most `LONGEST_RECORD` bytes. Bytes that are not UTF-8 become characters that `check_text` refuses.

    `number`: of the last line, from 1. A longer line raises RowError; the next call goes on after it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.number = file, 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LONGEST_RECORD:
            while line and not line.endswith(b"\n"):
                line = self._file.readline(LONGEST_RECORD)
            raise RowError("moving.too_long", bytes=LONGEST_RECORD)
        return (line.removeprefix(_MARK) if self.number == 1 else line).decode("utf-8", "surrogateescape")
