"""Begins the comparison of every target, and removes what is left of targets that were removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.provisioning.comparison import FIRST

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_targets import ProvisioningTargets

_PAGE = 500
_PAGES = 20
"""Pages of one removed target in one night."""


class ProvisioningNightly:
    """Runs once a day. The worker does the comparing."""

    def __init__(self, targets: ProvisioningTargets, provisioning: Provisioning, clock: Clock) -> None:
        self._targets, self._provisioning, self._clock = targets, provisioning, clock

    def run(self) -> None:
        """Begin. A comparison that is not through goes on where it is."""
        targets = {each.id for each in self._targets.all()}
        for target_id in targets:
            state = self._provisioning.state(target_id)
            if state.comparing is None:
                state.comparing = dict(FIRST)
                self._provisioning.keep(state, now=self._clock())
        for gone in {each.target_id for each in self._provisioning.states()} - targets:
            for _ in range(_PAGES):
                if self._provisioning.purge(gone, limit=_PAGE):
                    break
