"""Which of two regions serves, and the home that handles have (docs/decisions/0021-two-regions.md).

DynamoDB evaluates a condition in one region, and the other one knows of the write later. So one region serves, and a handle counts only
in the home in which it was sealed: a redeemed code, or a rotated refresh token, cannot be used again in a region that does not know it yet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Invalid
from idp.domain.home import Home

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.signing_keys import KeyItems

NAME = re.compile(r"[a-z0-9-]{1,32}")
QUIET = 300
"""Seconds from an activation until the region serves.

The region before has read it within 120: 60 for the replication, 60 until it reads the keys again. What it took until then and is used
once without a handle has expired 180 later: a code of an authenticator, a DPoP proof.
"""


class Regions:
    """The stored home, for operators. `here`: IDP_REGION."""

    def __init__(self, items: KeyItems, keyring: Keyring, audit: Audit, settings: Settings, clock: Clock) -> None:
        self._items, self._keyring, self._audit, self._clock = items, keyring, audit, clock
        self.here = settings.region

    def stored(self) -> Home | None:
        """The home; None in a deployment of one region."""
        return self._items.load().home

    def start(self, region: str, *, by: Actor) -> Home:
        """Say that `region` serves, before there is a second one. Handles stay as they are. Audited as an act of `by`.

        Raises:
            Conflict: a region is stored already. Invalid: no region has such a name.
        """
        if not NAME.fullmatch(region):
            raise Invalid("region.name_malformed")
        home = Home(region, 0, 0)
        if not self._items.put_home(home, before=None):
            raise Conflict("region.stored")
        self._keyring.reload()
        self._audit.act("region.started", by, target=region, scope=DEPLOYMENT)
        return home

    def require_activatable(self) -> Home:
        """Check that this region can take over. Returns the home that ends, and writes nothing.

        Raises:
            Conflict: IDP_REGION is not set, no region is stored, or this one serves already.
        """
        before = self.stored()
        if not self.here or before is None:
            raise Conflict("region.none")
        if before.region == self.here:
            raise Conflict("region.serves", region=self.here)
        return before

    def activate(self, *, by: Actor) -> Home:
        """Let this region serve in `QUIET` seconds. What was sealed before is refused for ever. Audited as an act of `by`.

        Raises:
            Conflict: as `require_activatable`, or the region changed at the same time.
        """
        before, now = self.require_activatable(), self._clock()
        home = Home(self.here, max(now, before.since + 1), now + QUIET)
        if not self._items.put_home(home, before=before):
            raise Conflict("region.changed")
        self._keyring.reload()
        self._audit.act("region.activated", by, target=self.here, scope=DEPLOYMENT)
        return home
