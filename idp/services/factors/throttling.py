"""The limits on guessing a password (G-04, G-06). domain/factors/throttle.py has the arithmetic, the store the counters.

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
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Throttled
from idp.domain.factors.throttle import FREE, retry_after, verdict_allowed, wait_seconds
from idp.domain.sessions.network_address import network_of
from idp.store import keys
from idp.store.throttles import Failures, ThrottleItem, Throttles, failures_of

if TYPE_CHECKING:
    from idp.services.factors.known_devices import Device
    from idp.services.keys.keyring import Keyring
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
    ends: int | None = None
    """When the counter is forgotten in any case (epoch seconds); None: only by success or silence."""

    @property
    def wanted(self) -> tuple[type[ThrottleItem], Key]:
        """What to read, with whatever else is read in the same call."""
        return ThrottleItem, keys.throttle(self.kind, self.digest)

    def lock(self, failures: int, last_at: int) -> Wait:
        """The lock that so many failures make, the last of them at `last_at`."""
        until = last_at + wait_seconds(failures, free=self.free)
        return Wait(self.kind, self.digest, failures, until if self.ends is None else min(until, self.ends))

    def ended(self) -> tuple[Wait, ...]:
        """The lock that was there before this attempt; the attempt was let in, so it is over."""
        return (self.lock(self.before.count, self.before.last_at),) if self.before.count >= self.free else ()


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
        read = [failures_of(item, self.at) for item in items]
        left = [retry_after(f.count, f.last_at, self.at, c.free) for c, f in zip(self.counters, read, strict=True)]
        if any(left):
            raise Throttled(max(left))
        counters = (replace(c, before=f) for c, f in zip(self.counters, read, strict=True))
        return Attempt(tuple(counters), self.at)


@dataclass(frozen=True, slots=True)
class Wait:
    """A lock: the next attempt at this counter is refused until `until` (epoch seconds). `failures`: how many were counted by then."""

    kind: str
    digest: str
    failures: int
    until: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A failure that was counted. `told`: its place in line allows the answer to depend on the password; else only the wait is told.

    `ended`: the locks that were over when the attempt began; `begun`: those that it began. Of a burst only one attempt gets each of
    them, so that what is written about a lock is written once.
    """

    failures: int
    told: bool
    wait: int
    ended: tuple[Wait, ...] = ()
    begun: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What `right` did. `told`: the failures are forgotten and the answer may be told. `ended`: the lock that was over, told once."""

    told: bool
    ended: tuple[Wait, ...] = ()


class Throttling:
    """The counters of attempts."""

    def __init__(self, throttles: Throttles, keyring: Keyring, *, free: int = FREE, network_free: int = NETWORK_FREE) -> None:
        """Wrong passwords that cost no wait: `free` of an account or a known browser, `network_free` of a network within an hour."""
        self._throttles, self._keyring = throttles, keyring
        self._free, self._network_free = free, network_free

    def attempt(self, identity: str, device: Device | None, address: str, now: int) -> Attempt:
        """The attempt of somebody who claims to be `identity`, a canonical email. A known device is not held up by its network either."""
        if device:
            return Attempt((self.device(self._digest("device", identity, device.id)),), now)
        # The hour is part of the name: a network's failures are forgotten by the clock, since no success of one stands for all of it.
        hour = now // _HOUR
        network = Counter("address", self._digest("address", network_of(address), hour), self._network_free, ends=(hour + 1) * _HOUR)
        return Attempt((self.account(identity), network), now)

    def account(self, identity: str) -> Counter:
        """The counter of an account, known or not, by its canonical email."""
        return Counter("account", self._digest("account", identity), self._free)

    def device(self, digest: str) -> Counter:
        """The counter of a known browser."""
        return Counter("device", digest, self._free)

    def trace(self, identity: str) -> str:
        """A keyed hash of a canonical email, by which the audit finds attempts at an address without an account. It counts nothing."""
        return self._digest("attempts", identity)[:32]

    def right(self, attempt: Attempt) -> Forgotten:
        """The password was right: forget the failures. Not `told` when too many failed meanwhile for it to be told.

        The caller counts an attempt that is not told as `wrong` does, so that not even the next wait tells which it was.
        """
        own = attempt.counters[0]
        succeed = partial(self._throttles.succeed, own.kind, own.digest, attempt.at, seen=own.before.count)
        if own.ended() and succeed(free=0):  # of several right ones after a lock, only one meets the count that the lock left
            return Forgotten(told=True, ended=own.ended())
        return Forgotten(told=succeed(free=own.free))

    def wrong(self, attempt: Attempt) -> Counted:
        """Count a failure."""
        positions = [self._throttles.fail(c.kind, c.digest, attempt.at) for c in attempt.counters]
        pairs = list(zip(attempt.counters, positions, strict=True))
        first = [(c, position) for c, position in pairs if verdict_allowed(position, c.before.count, c.free)]
        return Counted(
            failures=positions[0],
            told=first == pairs,
            wait=max(wait_seconds(position, free=c.free) for c, position in pairs),
            ended=tuple(lock for c, position in first if position > c.free for lock in c.ended()),
            begun=tuple(c.lock(position, attempt.at) for c, position in first if position >= c.free),
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
