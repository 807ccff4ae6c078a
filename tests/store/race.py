"""Concurrent calls: each has its own thread, and all start together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def crowd(size: int, runner: Callable[[int], T]) -> list[T]:
    """The answers of `runner` to each number below `size`. No call starts before all threads exist."""
    together = Barrier(size)

    def run(number: int) -> T:
        together.wait(timeout=30)
        return runner(number)

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(run, range(size)))


def count(kind: type, answers: Iterable[object]) -> int:
    """The number of answers of this type."""
    return sum(isinstance(answer, kind) for answer in answers)
