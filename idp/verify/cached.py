"""A value that is read from elsewhere and cached for a limited time. If a refresh fails, the old value is used until a hard limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from idp.verify.refused import unavailable

T = TypeVar("T")
MAX_AGE, HARD_LIMIT, PAUSE = 60, 300, 5
"""Seconds: the age from which the value is read again; the age from which it is not used any more; the pause between two attempts."""


class _Held(NamedTuple, Generic[T]):
    value: T
    at: float


class Cached(Generic[T]):
    """Caches the result of `load`, which gets the previous value. `clock` returns seconds. Threads may share it."""

    def __init__(
        self, load: Callable[[T | None], T], clock: Callable[[], float], *, max_age: float = MAX_AGE, hard_limit: float = HARD_LIMIT
    ) -> None:
        self._load, self._clock, self._max_age, self._hard_limit = load, clock, max_age, hard_limit
        self._held: _Held[T] | None = None
        self._tried_at: float | None = None
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> T:
        """The value.

        Raises:
            Refused: there is no value that is younger than the hard limit (503).
        """
        now, held = self._clock(), self._held
        if held is None or not 0 <= now - held.at < self._max_age:
            self._refresh(wait=held is None)
            held = self._held
        if held is None or now - held.at >= self._hard_limit:
            raise unavailable("stored_rules")
        return held.value

    def _refresh(self, *, wait: bool) -> None:
        if not self._one_at_a_time.acquire(blocking=wait):
            return
        try:
            now = self._clock()
            if self._tried_at is not None and 0 <= now - self._tried_at < PAUSE:
                return
            self._tried_at = now
            with suppress(Exception):  # any failure: the old value is used, up to the hard limit
                self._held = _Held(self._load(self._held.value if self._held else None), now)
        finally:
            self._one_at_a_time.release()
