"""A clock that tests move: real time, and what it was advanced by. Nothing waits, and nothing depends on how long a test takes."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass
class Clock:
    """Seconds since the epoch."""

    ahead: int = 0

    def __call__(self) -> int:
        return int(time.time()) + self.ahead

    def advance(self, seconds: int) -> None:
        """Let this much time pass."""
        self.ahead += seconds
