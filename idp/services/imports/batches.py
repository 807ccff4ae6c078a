"""The parts of a slice: its batches of rows, the bytes that were read, and what the report has of a refused row."""

from __future__ import annotations

import io
import shutil
from itertools import islice
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from idp.domain.moving.import_job import Progress, Refusal
from idp.services.moving.pace import paced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.domain.moving.person import ImportedPerson, RefusedRow
    from idp.services.moving.importer import Result

_ROWS, _SECONDS = 1000, 20
"""A batch has so many rows, or fewer if their rate lets them take longer."""
_LONGEST, _KINDS = 500, 100


class Batch:
    """The next rows of a file, no faster than `rate` per second, and no more than `left`. `rows`: how many were handed out."""

    def __init__(
        self, rows: Iterator[ImportedPerson | RefusedRow], rate: int, left: int, *, pause: Callable[[float], None]
    ) -> None:  # fmt: skip
        self._size, self.rows = min(_ROWS, rate * _SECONDS, left), 0
        self._paced = paced(islice(rows, self._size), rate, pause=pause)

    @property
    def is_last(self) -> bool:
        """Whether the file ended with this batch."""
        return self.rows < self._size

    def __iter__(self) -> Iterator[ImportedPerson | RefusedRow]:
        for row in self._paced:
            self.rows += 1
            yield row


class CountedFile(io.RawIOBase):
    """A file that knows how many bytes of it were read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.position = file, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Read bytes, and count them."""
        return self._counted(self._file.read(size))

    def readline(self, size: int | None = -1) -> bytes:
        """Read a line, and count its bytes."""
        return self._counted(self._file.readline(-1 if size is None else size))

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place. Some readers look at the beginning first."""
        self.position = self._file.seek(offset, whence)
        return self.position

    def _counted(self, got: bytes) -> bytes:
        self.position += len(got)
        return got


def copied(file: BinaryIO) -> BinaryIO:
    """Return a copy in a file without a name, which is gone when it is closed. Readers of further files jump in them."""
    made = cast("BinaryIO", TemporaryFile())  # noqa: SIM115  # the caller closes it
    shutil.copyfileobj(file, made, 1 << 20)
    made.seek(0)
    return made


def added(so_far: Progress, result: Result, rows: int, read: int) -> Progress:
    """Return the progress after a batch."""
    left_out = dict(so_far.left_out)
    for what, number in result.left_out.items():
        name = what if what in left_out or len(left_out) < _KINDS else "something else"
        left_out[name] = left_out.get(name, 0) + number
    return Progress(
        so_far.rows + rows, read, so_far.created + result.created, so_far.known + result.known, so_far.refused + result.refused, left_out
    )


def refusal(row: RefusedRow) -> Refusal:
    """Return what the report has of a refused row: text that every engine and terminal can take."""
    from idp.domain.messages import render

    return Refusal(row.row, _plain(row.source_id), _plain(row.field), row.reason.id, _plain(render(row.reason)))


def _plain(text: str) -> str:
    """The text, cut, without control characters and halves of characters."""
    return "".join(character if character.isprintable() else "�" for character in text[:_LONGEST])
