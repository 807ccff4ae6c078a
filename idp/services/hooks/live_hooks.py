"""The hooks in force: a copy that is half a minute old at most. So a sign-in costs no call, with or without hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.hooks.hook import Hook
    from idp.store.hooks import Hooks

FRESH = 30
"""Seconds for which a process keeps its copy. A hook is configuration of the deployment, not the authority of a person."""


class LiveHooks:
    """Reads hooks."""

    def __init__(self, hooks: Hooks, clock: Clock) -> None:
        self._hooks, self._clock = hooks, clock
        self._kept: tuple[Hook, ...] = ()
        self._until = 0

    def of(self, kind: str, client_id: str) -> list[Hook]:
        """Return the hooks that are asked, by name. `client_id`: as of `Hook.is_for`.

        Raises:
            Unavailable: the hooks cannot be read, or one of them. Nothing goes on without them.
        """
        now = self._clock()
        if now >= self._until:
            self._kept, self._until = tuple(self._hooks.in_force()), now + FRESH
        return [hook for hook in self._kept if hook.is_for(kind, client_id)]
