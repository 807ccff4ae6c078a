"""Limits on mails with a link and a code: in an hour, for a network, for an address and in all (threats M-07, M-13)."""

from __future__ import annotations

import hmac
import json
import random
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Throttled
from idp.domain.sessions.network_address import network_of
from idp.domain.tickets.ticket import HOURLY, HOURLY_FROM_ALL, HOURLY_OF_ORGANISATION
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.services.keys.keyring import Keyring
    from idp.settings import Settings
    from idp.store.throttles import Throttles
    from idp.store.transport import Raw

_HOUR = 3600
_KIND = "ticket"
_SHARDS_KIND = "ticket_shard"
"""The kind of the counters of the deployment where it has several."""
_OF_ONE = 900_000
"""Mails an hour that one counter is for: half of what its partition key allows, because the mails of an hour are not evenly spread."""
_UNSOLVED = 10
"""The divisor of the limits for requests without the solution of a challenge."""


class Counted(NamedTuple):
    """The counters of one request. `of_all`: the part of the transaction for the deployment. `others`: the other parts."""

    of_all: Raw
    others: list[Raw]
    now: int

    def require_room(self, *, refused: bool) -> None:
        """Require that the limit of the deployment was not the reason. It is counted (TicketLimitsReached), with an alarm.

        `refused`: whether the condition of `of_all` did not hold. The answer does not depend on the address that was typed.

        Raises:
            Throttled: it was. The message says when to try again.
        """
        if refused:
            count("TicketLimitsReached")
            seconds = _HOUR - self.now % _HOUR
            raise Throttled(seconds, "ticket.too_many_mails", minutes=-(-seconds // 60))


class TicketLimits:
    """Counts requests for a mail. The number of the hour is part of a counter's name, so each hour begins at zero."""

    def __init__(
        self, settings: Settings, throttles: Throttles, keyring: Keyring, choose: Callable[[int], int] = random.randrange
    ) -> None:  # fmt: skip
        """`choose`: a whole number below its argument, evenly."""
        self._settings, self._throttles, self._keyring, self._choose = settings, throttles, keyring, choose

    def of_strangers(self, address: str, now: int, *, about: str, solved: bool = True) -> Counted:
        """Return the counters of a request that anyone can make, from this network address. One transaction counts it, with its ticket.

        `about`: the kind and owner of the ticket. The mails to its address are limited for each network that asks, so that a stranger
        cannot use up all of them. `solved`: the browser solved the challenge of the page, or the page has none. Other requests have
        counters of their own, with a tenth of the limits.
        """
        hour, s, share = now // _HOUR, self._settings, 1 if solved else _UNSOLVED
        rest = [] if solved else ["unsolved"]
        network, of_all = max(1, s.tickets_hourly_per_network // share), max(1, s.tickets_hourly // share)
        return Counted(
            self._of_all(now, ["all", hour, *rest], of_all),
            [
                self._part(now, [network_of(address), hour, *rest], network),
                self._part(now, ["owner", about, network_of(address), hour], HOURLY),
                self._part(now, ["owner", about, hour], HOURLY_FROM_ALL),
            ],
            now,
        )

    def of_people(self, address: str, now: int) -> list[Raw]:
        """Return the parts that count a request of a person who is signed in. They are limited for a network, and not for all together.

        So strangers cannot use up the mails of people who are signed in. The tickets of one person have limits of their own (`Ticket`).
        """
        return [self._part(now, ["signed in", network_of(address), now // _HOUR], self._settings.tickets_hourly_per_network)]

    def of_organisation(self, org_id: str, owner: str, now: int) -> list[Raw]:
        """Return the parts that count an invitation of an organisation's admin: for the organisation, and for the address of `owner` there.

        An invitation that is withdrawn and made again counts again.
        """
        name: list[str | int] = ["organisation", org_id, now // _HOUR]
        return [self._part(now, name, HOURLY_OF_ORGANISATION), self._part(now, [*name, owner], HOURLY)]

    def _of_all(self, now: int, name: list[str | int], most: int) -> Raw:
        """The counter of the deployment. Above `_OF_ONE` it is one of several, each with its part of the limit, by even chance.

        So the limit is never exceeded. A request may be refused when the others have room for some, which is less than 1 % of the limit.
        """
        counters = -(-most // _OF_ONE)
        if counters == 1:
            return self._part(now, name, most)
        return self._part(now, [*name, self._choose(counters)], most // counters, _SHARDS_KIND)

    def _part(self, now: int, name: list[str | int], most: int, kind: str = _KIND) -> Raw:
        digest = hmac.digest(self._keyring.derive("throttle"), json.dumps([_KIND, *name]).encode(), "sha256").hex()
        return self._throttles.fail_part(kind, digest, now, most=most)
