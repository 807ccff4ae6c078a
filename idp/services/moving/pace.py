"""Hands out rows no faster than a given rate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

R = TypeVar("R")


def paced(
    rows: Iterable[R], rate: int, *, clock: Callable[[], float] = time.monotonic, pause: Callable[[float], None] = time.sleep
) -> Iterator[R]:
    """Yield the rows, at most `rate` per second; 0 for no limit."""
    started = clock()
    for number, row in enumerate(rows):
        if rate and (early := number / rate - (clock() - started)) > 0:
            pause(early)
        yield row
