"""Many at once: each has a thread of its own and starts when all are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def crowd(size: int, runner: Callable[[int], T]) -> list[T]:
    """What `runner` answered to each number below `size`. They wait for one another: none is done before the last begins."""
    together = Barrier(size)

    def run(number: int) -> T:
        together.wait(timeout=30)
        return runner(number)

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(run, range(size)))


def count(kind: type, answers: Iterable[object]) -> int:
    """How many of the answers are of this kind."""
    return sum(isinstance(answer, kind) for answer in answers)
