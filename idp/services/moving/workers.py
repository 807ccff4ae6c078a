"""Threads that each get a share of rows, in their order. What waits for them is short, so that reading waits for writing.

Rows are handed over in lists: a transaction needs as many rows as fit in, and a queue costs more than the rest for single rows.
"""

from __future__ import annotations

import time
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Generic, TypeVar
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

R = TypeVar("R")
AT_ONCE = 99
"""Rows of a list. People with three, four, five or six items fill transactions of 100 parts."""
_LISTS = 2
_LONGEST = 1.0
"""Seconds that a row waits for others, at most until the next row comes."""


class Workers(Generic[R]):
    """Calls `work` with lists of rows. A failure of one worker ends all, and is raised by `give` or at the end. `clock`: in seconds."""

    def __init__(self, work: Callable[[list[R]], None], number: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._work, self._clock = work, clock
        self._queues: list[Queue[list[R] | None]] = [Queue(_LISTS) for _ in range(number)]
        self._collected: list[list[R]] = [[] for _ in range(number)]
        self._since = clock()
        self._threads = [Thread(target=self._run, args=(queue,), daemon=True) for queue in self._queues]
        self._failure: BaseException | None = None

    def give(self, name: str, row: R) -> None:
        """Hand over a row. Rows with one name are worked on in their order."""
        if self._failure:
            raise self._failure
        number = crc32(name.encode()) % len(self._queues)
        self._collected[number].append(row)
        if len(self._collected[number]) == AT_ONCE:
            self._hand_over(number)
        elif self._clock() - self._since > _LONGEST:
            self._hand_over_all()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait until everything that was given is done."""
        self._hand_over_all()
        for queue in self._queues:
            queue.put(None)
        for thread in self._threads:
            thread.join()
        if self._failure and error is None:
            raise self._failure

    def _hand_over_all(self) -> None:
        for number in range(len(self._queues)):
            self._hand_over(number)
        self._since = self._clock()

    def _hand_over(self, number: int) -> None:
        if rows := self._collected[number]:
            self._collected[number] = []
            self._queues[number].put(rows)

    def _run(self, queue: Queue[list[R] | None]) -> None:
        while (rows := queue.get()) is not None:
            if self._failure is None:
                try:
                    self._work(rows)
                except BaseException as failure:  # noqa: BLE001  # raised in the calling thread
                    self._failure = failure
