"""The circuit breaker: a function that gave no answer several times in a row is not asked for a while. Its default counts at once.

Each process counts for itself, because a shared count would cost a call of every sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.hooks.hook import Hook

FAILURES, REST = 5, 30
"""Times in a row without an answer that open it, and the seconds for which it is open. Then one request tries the function again."""


@dataclass
class _State:
    version: int
    failures: int = 0
    rests_until: int = 0


class Breaker:
    """Threads may share it. `now`: epoch seconds."""

    def __init__(self) -> None:
        self._states: dict[str, _State] = {}
        self._lock = Lock()

    def may_ask(self, hook: Hook, now: int) -> bool:
        """Return whether the function may be asked. After a rest one caller gets True, and the next ones wait for what it finds."""
        with self._lock:
            state = self._of(hook)
            if state.failures < FAILURES:
                return True
            if now < state.rests_until:
                return False
            state.rests_until = now + REST
            return True

    def succeeded(self, hook: Hook) -> None:
        """Count from 0 again."""
        with self._lock:
            self._states.pop(hook.name, None)

    def failed(self, hook: Hook, now: int) -> bool:
        """Count a failure. Returns True if this one opened it."""
        with self._lock:
            state = self._of(hook)
            state.failures += 1
            if state.failures >= FAILURES:
                state.rests_until = now + REST
            return state.failures == FAILURES

    def _of(self, hook: Hook) -> _State:
        """The state of this version. A hook that was changed begins anew."""
        state = self._states.get(hook.name)
        if state is None or state.version != hook.version:
            state = self._states[hook.name] = _State(hook.version)
        return state
