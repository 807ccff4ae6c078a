"""What one process holds, from Linux's /proc, and what its readings say about leaks."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

GROWTH_MB, REQUESTS = 1.0, 10_000
"""Memory may grow by so many MB in so many requests."""
ENOUGH = 4_000
"""With fewer requests after the warm-up, growth is not judged: the allocator's steps are larger than it."""
_WARM_UP = 0.2


class Reading(NamedTuple):
    """A process between two requests. `requests`: how many it has answered. `memory_mb`: resident."""

    requests: int
    memory_mb: float
    descriptors: int
    threads: int


def read(pid: int, requests: int) -> Reading:
    """Read a process now.

    Raises:
        OSError: it has ended, or there is no /proc.
    """
    found = dict(line.partition(":")[::2] for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines())
    descriptors = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return Reading(requests, int(found["VmRSS"].split()[0]) / 1024, descriptors, int(found["Threads"]))


def warm(readings: Sequence[Reading]) -> Sequence[Reading]:
    """The readings after the warm-up, which is the first fifth."""
    return readings[int(len(readings) * _WARM_UP) :]


def growth(readings: Sequence[Reading]) -> float:
    """MB by which memory grows in 10,000 requests: the slope of the line with the least squares. 0 with fewer than two readings."""
    if len(readings) < 2:
        return 0.0
    slope, _ = statistics.linear_regression([each.requests for each in readings], [each.memory_mb for each in readings])
    return slope * REQUESTS


def is_judged(readings: Sequence[Reading]) -> bool:
    """Whether there are enough requests to judge the growth of memory."""
    return len(readings) > 1 and readings[-1].requests - readings[0].requests >= ENOUGH


def leaks(readings: Sequence[Reading]) -> list[str]:
    """What grows after the warm-up, in words. Descriptors and threads leak if the last quarter has always more than the first ever had."""
    kept = warm(readings)
    found = [
        f"{name} from {max(first)} to {min(last)}"
        for name, first, last in (
            ("descriptors", *_ends([each.descriptors for each in kept])),
            ("threads", *_ends([each.threads for each in kept])),
        )
        if min(last) > max(first)
    ]
    if is_judged(kept) and growth(kept) > GROWTH_MB:
        found.append(f"memory by {growth(kept):.1f} MB in {REQUESTS:,} requests")
    return found


def _ends(numbers: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """The first and the last quarter."""
    quarter = max(1, len(numbers) // 4)
    return numbers[:quarter] or [0], numbers[-quarter:] or [0]
