"""The deletions that are due: the daily job erases these people, and finishes what a crash left of an earlier erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.services.people.erasure import Erasure
    from idp.store.deletions import Deletions

_MOST = 500
"""Deletions of one run. The next run goes on with the others."""


class DueDeletions:
    """Erases the people whose deletion is due."""

    def __init__(self, deletions: Deletions, erasure: Erasure, clock: Clock) -> None:
        self._deletions, self._erasure, self._clock = deletions, erasure, clock

    def run(self, *, scope: Scope, has_time: Callable[[], bool] = lambda: True) -> int:
        """Erase them, the oldest deletion first. Return the number of people who were erased.

        `has_time`: asked before each person; the run ends when it is False.

        Raises:
            Unavailable: some could not be erased. The others were, and the next run tries these again.
        """
        scope.require_deployment()
        erased = failed = 0
        for deletion in self._deletions.due(self._clock(), limit=_MOST):
            if not has_time():
                break
            try:
                erased += self._erasure.erase(deletion, scope=scope)
            except Unavailable as trouble:
                failed += 1
                note(f"an erasure did not end: {trouble.detail}")
        count("AccountsErased", erased)
        if failed:
            raise Unavailable(detail=f"{failed} erasures did not end")
        return erased
