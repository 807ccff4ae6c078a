"""The seconds that all requests to an upstream in one callback have together. The function that answers a person ends after ten seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from idp.adapters.outgoing import FetchRefused

if TYPE_CHECKING:
    from collections.abc import Callable

TOGETHER, ONE = 7.0, 3.5
"""Seconds for all requests of one callback, and for each of them."""


@dataclass(frozen=True)
class Patience:
    """The time of one callback. It begins with this object. `clock`: seconds of a clock that only goes forward."""

    clock: Callable[[], float] = monotonic
    _began: list[float] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._began.append(self.clock())

    def timeout(self) -> float:
        """Return the seconds for the next request. Raises FetchRefused if no time is left."""
        left = self._began[0] + TOGETHER - self.clock()
        if left <= 0:
            raise FetchRefused("no time is left for another request")
        return min(ONE, left)
