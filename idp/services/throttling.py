"""What holds guessing back, wherever a password is asked for (G-04, G-06): the arithmetic is domain/throttle.py, the counters the store's.

Each attempt is held against two counters: its account's, or its device's when the browser is known; and its network's. They are
read before the password is looked at; a locked attempt is refused without hashing. Afterwards one conditional write, for a right
password as for a wrong one, decides whether the answer may be told: of a burst that read the same count, only as many answers
are told as if its guesses had come one after the other.

An account is counted by its canonical email, known or not, so that the lock of an address without an account looks the same (G-03, G-05).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.domain.address import network_of
from idp.domain.errors import Throttled
from idp.domain.throttle import FREE, retry_after, verdict_allowed, wait_seconds
from idp.store import keys
from idp.store.throttles import Failures, ThrottleItem, Throttles, seen

if TYPE_CHECKING:
    from idp.services.devices import Device
    from idp.services.keyring import Keyring
    from idp.store.keys import Key

NETWORK_FREE = 100
"""Failures of one network within an hour that cost it nothing: an office behind one address has many people and many typing errors."""
TYPED_FREE = 20
"""Secrets of nobody in particular that one network or one person may type within an hour without a wait."""
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter, and what it said when the attempt began."""

    kind: str
    digest: str
    free: int = FREE
    before: Failures = field(default_factory=Failures)

    @property
    def wanted(self) -> tuple[type[ThrottleItem], Key]:
        """What to read, with whatever else is read in the same call."""
        return ThrottleItem, keys.throttle(self.kind, self.digest)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a password: its own counter (account or device) first, then its network's."""

    counters: tuple[Counter, ...]
    at: int

    @property
    def wanted(self) -> tuple[tuple[type[ThrottleItem], Key], ...]:
        """What to read before the password is looked at."""
        return tuple(counter.wanted for counter in self.counters)

    def begin(self, items: Sequence[Any]) -> Attempt:
        """The attempt with what was read.

        Raises:
            Throttled: a wait is not over; nothing was counted, nothing is hashed.
        """
        read = [seen(item, self.at) for item in items]
        left = [retry_after(f.count, f.last_at, self.at, c.free) for c, f in zip(self.counters, read, strict=True)]
        if any(left):
            raise Throttled(max(left))
        counters = (Counter(c.kind, c.digest, c.free, f) for c, f in zip(self.counters, read, strict=True))
        return Attempt(tuple(counters), self.at)


@dataclass(frozen=True, slots=True)
class Counted:
    """A failure that was counted. `told`: its place in line allows the answer to depend on the password; else only the wait is told."""

    failures: int
    told: bool
    wait: int


class Throttling:
    """The counters of attempts."""

    def __init__(self, throttles: Throttles, keyring: Keyring) -> None:
        self._throttles, self._keyring = throttles, keyring

    def attempt(self, identity: str, device: Device | None, address: str, now: int) -> Attempt:
        """The attempt of somebody who claims to be `identity`, a canonical email. A known device is not held up by its network either."""
        if device:
            return Attempt((Counter("device", self._digest("device", identity, device.id)),), now)
        # The hour is part of the name: a network's failures are forgotten by the clock, since no success of one stands for all of it.
        network = Counter("address", self._digest("address", network_of(address), now // _HOUR), NETWORK_FREE)
        return Attempt((Counter("account", self._digest("account", identity)), network), now)

    def right(self, attempt: Attempt) -> bool:
        """The password was right: forget the failures and answer True; False when too many failed meanwhile for it to be told.

        Whoever gets False counts the attempt as `wrong` does, so that not even the next wait tells which it was.
        """
        own = attempt.counters[0]
        return self._throttles.succeed(own.kind, own.digest, attempt.at, seen=own.before.count, free=own.free)

    def wrong(self, attempt: Attempt) -> Counted:
        """Count a failure."""
        positions = [self._throttles.fail(c.kind, c.digest, attempt.at) for c in attempt.counters]
        pairs = list(zip(attempt.counters, positions, strict=True))
        return Counted(
            failures=positions[0],
            told=all(verdict_allowed(position, c.before.count, c.free) for c, position in pairs),
            wait=max(wait_seconds(position, free=c.free) for c, position in pairs),
        )

    def guard(self, kind: str, user_id: str, now: int) -> Attempt:
        """An attempt at another secret of a user who has proved the password, such as a recovery code."""
        return Attempt((Counter(kind, self._digest(kind, user_id)),), now)

    def typed(self, kind: str, user_id: str | None, address: str, now: int) -> Attempt:
        """An attempt at a secret that is nobody's in particular, such as a user code: held against who types, if known, and the network.

        Both are forgotten by the hour, never by a success: whoever has a secret of their own could clear them (RFC 8628 §5.1).
        """
        hour = now // _HOUR
        network = Counter(kind, self._digest(kind, network_of(address), hour), TYPED_FREE)
        person = (Counter(kind, self._digest(kind, "user", user_id, hour), TYPED_FREE),) if user_id else ()
        return Attempt((*person, network), now)

    def count(self, attempt: Attempt) -> None:
        """Count an attempt before it is looked at, so that of a burst no more are answered than of as many one after the other.

        Raises:
            Throttled: its place in line is too far back.
        """
        counted = self.wrong(attempt)
        if not counted.told:
            raise Throttled(counted.wait)

    def _digest(self, *parts: str | int) -> str:
        """Keyed, so that whoever reads the table learns no email and no address; the same for the same parts through every rotation."""
        return hmac.digest(self._keyring.derived("throttle"), json.dumps(parts).encode(), "sha256").hex()
