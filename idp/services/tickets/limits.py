"""Limits on mails that strangers cause: per hour, for one network and in total (threats M-07). Those of one address are in its ticket."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

from idp.domain.sessions.network_address import network_of

if TYPE_CHECKING:
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.throttles import Throttles

_HOUR = 3600
_KIND = "ticket"


class TicketLimits:
    """Counts requests for a mail. The number of the hour is part of a counter's name, so each hour begins at zero."""

    def __init__(self, settings: Settings, throttles: Throttles, keyring: Keyring) -> None:
        self._settings, self._throttles, self._keyring = settings, throttles, keyring

    def allow(self, address: str, now: int) -> bool:
        """Count a request from this network address. False if there were too many in this hour: then show the same page and send nothing.

        It is counted before it is checked, so parallel requests cannot exceed the limit. A network over its limit does not count for all.
        One or two calls. They do not depend on the address that the person typed.
        """
        hour, s = now // _HOUR, self._settings
        for name, most in ((network_of(address), s.tickets_hourly_per_network), ("all", s.tickets_hourly)):
            digest = hmac.digest(self._keyring.derive("throttle"), json.dumps([_KIND, name, hour]).encode(), "sha256").hex()
            if self._throttles.fail(_KIND, digest, now) > most:
                return False
        return True
