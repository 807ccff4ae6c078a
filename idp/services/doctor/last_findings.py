"""Keeps what the checks found, and says to admins what is kept and whether it is old."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.doctor.finding import Finding
    from idp.store.findings import FindingsStore

EVERY = 3600
"""Seconds between two checks (deploy/console/on.yml)."""
_OLD = 3 * EVERY
"""Seconds after which the next check is missing: two did not run."""
_AHEAD = 300
"""Seconds by which the clock of another function may be ahead."""


class LastFindings(NamedTuple):
    """`checked_at`: epoch seconds, None before the first check. `old`: later checks did not run.

    `unreadable`: the store did not answer, or the stored item is damaged.
    """

    checked_at: int | None = None
    findings: tuple[Finding, ...] = ()
    old: bool = False
    unreadable: bool = False


class DoctorsFindings:
    """Keeps and reads the findings of the deployment."""

    def __init__(self, store: FindingsStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def keep(self, findings: Sequence[Finding], *, scope: Scope) -> None:
        """Write them in place of those before.

        Raises:
            Forbidden: the caller administers less than the deployment.
            Unavailable: the store did not answer.
        """
        scope.require_deployment()
        self._store.put(findings, self._clock())

    def last(self, *, scope: Scope) -> LastFindings:
        """Return what was found last. One call. A damaged item is no error, so that the page that shows it is still there.

        Raises:
            Forbidden: the caller administers less than the deployment.
        """
        scope.require_deployment()
        try:
            kept = self._store.get()
        except Unavailable:
            return LastFindings(unreadable=True)
        if kept is None:
            return LastFindings()
        age = self._clock() - kept.checked_at
        if kept.checked_at <= 0 or age < -_AHEAD:
            return LastFindings(unreadable=True)
        return LastFindings(kept.checked_at, kept.findings, old=age > _OLD)
