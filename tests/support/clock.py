"""Clocks for tests. No test waits, and no result depends on how long a test takes."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass
class Clock:
    """A clock that stands still. Its time in seconds since the epoch is `now`, which the test changes."""

    now: int = 1_800_000_000

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: int) -> None:
        """Let this much time pass."""
        self.now += seconds


@dataclass
class ShiftedClock:
    """Real time plus `ahead` seconds: for clients in other processes, which compare times with their own clock."""

    ahead: int = 0

    def __call__(self) -> int:
        return int(time.time()) + self.ahead

    def advance(self, seconds: int) -> None:
        """Let this much time pass."""
        self.ahead += seconds
