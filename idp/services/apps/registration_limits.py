"""Limits on registrations without a token: per hour, for one network and in total (RFC 7591 §5, threats K-01)."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

from idp.domain.errors import Throttled
from idp.domain.sessions.network_address import network_of

if TYPE_CHECKING:
    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.throttles import Throttles

_HOUR = 3600
_KIND = "registration"


class RegistrationLimits:
    """Counts registrations. The number of the hour is part of a counter's name, so each hour begins at zero."""

    def __init__(self, settings: Settings, throttles: Throttles, keyring: Keyring) -> None:
        self._settings, self._throttles, self._keyring = settings, throttles, keyring

    def count(self, address: str, now: int) -> None:
        """Count one registration. It is counted before it is checked, so that parallel attempts cannot exceed the limit.

        Raises:
            Throttled: there were too many in this hour.
        """
        hour, s = now // _HOUR, self._settings
        for name, most in ((network_of(address), s.registration_hourly_per_network), ("all", s.registration_hourly)):
            digest = hmac.digest(self._keyring.derive("throttle"), json.dumps([_KIND, name, hour]).encode(), "sha256").hex()
            if self._throttles.fail(_KIND, digest, now) > most:
                raise Throttled((hour + 1) * _HOUR - now, "registration.too_many")
