"""Threads that each get a share of rows, in their order. The queues are short, so that reading waits for writing."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Generic, TypeVar
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

R = TypeVar("R")
_WAITING = 96
_AT_ONCE = 48


class Workers(Generic[R]):
    """Calls `work` with lists of rows. A failure of one worker ends all, and is raised by `give` or at the end."""

    def __init__(self, work: Callable[[list[R]], None], number: int) -> None:
        self._work = work
        self._queues: list[Queue[R | None]] = [Queue(_WAITING) for _ in range(number)]
        self._threads = [Thread(target=self._run, args=(queue,), daemon=True) for queue in self._queues]
        self._failure: BaseException | None = None

    def give(self, name: str, row: R) -> None:
        """Hand over a row. Rows with one name are worked on in their order."""
        if self._failure:
            raise self._failure
        self._queues[crc32(name.encode()) % len(self._queues)].put(row)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait until everything that was handed over is done."""
        for queue in self._queues:
            queue.put(None)
        for thread in self._threads:
            thread.join()
        if self._failure and error is None:
            raise self._failure

    def _run(self, queue: Queue[R | None]) -> None:
        ended = False
        while not ended:
            rows, ended = _take(queue)
            if self._failure is None:
                try:
                    self._work(rows)
                except BaseException as failure:  # noqa: BLE001  # raised in the calling thread
                    self._failure = failure


def _take(queue: Queue[R | None]) -> tuple[list[R], bool]:
    """Wait for a row and return it with those that wait behind it, and whether they were the last."""
    rows: list[R] = []
    row = queue.get()
    while row is not None:
        rows.append(row)
        if len(rows) == _AT_ONCE:
            return rows, False
        try:
            row = queue.get_nowait()
        except Empty:
            return rows, False
    return rows, True
