"""Limits on mails that strangers cause: per hour, for one network and in total (threats M-07). Those of one address are in its ticket."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

from idp.domain.sessions.network_address import network_of
from idp.domain.tickets.ticket import HOURLY, HOURLY_FROM_ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.throttles import Throttles
    from idp.store.transport import Raw

_HOUR = 3600
_KIND = "ticket"
_UNSOLVED = 10
"""The divisor of the limits for requests without the solution of a challenge."""


class TicketLimits:
    """Counts requests for a mail. The number of the hour is part of a counter's name, so each hour begins at zero."""

    def __init__(self, settings: Settings, throttles: Throttles, keyring: Keyring) -> None:
        self._settings, self._throttles, self._keyring = settings, throttles, keyring

    def allow(self, address: str, now: int) -> bool:
        """Count a request from this network address. False if there were too many in this hour: then show the same page and send nothing.

        It is counted before it is checked, so parallel requests cannot exceed the limit. A network over its limit does not count for all.
        One or two calls. They do not depend on the address that the person typed.
        """
        counters = self._counters(address, now, solved=True)
        return all(self._throttles.fail(_KIND, digest, now) <= most for digest, most in counters)

    def parts(self, address: str, now: int, *, solved: bool, about: str = "") -> list[Raw]:
        """Return the parts of a transaction that count a request as `allow` does, on the condition that the limits allow it.

        `solved`: the browser solved the challenge of the page, or the page has none. Other requests have counters of their own, with a
        tenth of the limits.
        `about`: the kind and owner of a ticket with a slot. Then the mails to its address are limited, too: a few for each network that
        asks, so that a stranger cannot use up all of them.
        """
        counters = list(self._counters(address, now, solved=solved))
        if about:
            counters += self._of_owner(about, address, now)
        return [self._throttles.fail_part(_KIND, digest, now, most=most) for digest, most in counters]

    def _of_owner(self, about: str, address: str, now: int) -> Iterator[tuple[str, int]]:
        """Yield the digest and the limit of each counter of one address: for the network that asks, then for all networks."""
        hour = now // _HOUR
        for names, most in (([about, network_of(address)], HOURLY), ([about], HOURLY_FROM_ALL)):
            text = json.dumps([_KIND, "owner", *names, hour])
            yield hmac.digest(self._keyring.derive("throttle"), text.encode(), "sha256").hex(), most

    def _counters(self, address: str, now: int, *, solved: bool) -> Iterator[tuple[str, int]]:
        """Yield the digest and the limit of each counter: of the network, then of all networks."""
        hour, s, share = now // _HOUR, self._settings, 1 if solved else _UNSOLVED
        for name, most in ((network_of(address), s.tickets_hourly_per_network), ("all", s.tickets_hourly)):
            text = json.dumps([_KIND, name, hour, *([] if solved else ["unsolved"])])
            yield hmac.digest(self._keyring.derive("throttle"), text.encode(), "sha256").hex(), max(1, most // share)
