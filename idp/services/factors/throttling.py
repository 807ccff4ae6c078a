"""Limits on guessing a password (G-04, G-06). domain/factors/throttle.py computes the waits, the store has the counters.

Each attempt has two counters: that of its account (or of its device, if the browser is known), and that of its network. Both are
read before the password is checked; a locked attempt is refused without hashing. Afterwards one conditional write, for a right
password as for a wrong one, decides whether the result may be disclosed. So parallel attempts that read the same count disclose no
more results than the same attempts one after the other.

An account is counted by its canonical email, whether a user has it or not. So the lock of an unknown address looks the same (G-03, G-05).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Throttled
from idp.domain.factors.throttle import FREE, may_disclose_verdict, retry_after, wait_seconds
from idp.domain.sessions.network_address import network_of
from idp.store import sign_in_keys
from idp.store.throttles import Failures, ThrottleItem, Throttles, failures_of

if TYPE_CHECKING:
    from idp.services.factors.known_devices import Device
    from idp.services.keys.keyring import Keyring
    from idp.store.keys import Key

NETWORK_FREE = 100
"""Failures per network and hour without a wait. Many people may share one address, for example in an office."""
TYPED_FREE = 20
"""Codes without an owner (such as user codes) that one network or person may type per hour without a wait."""
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter, and its value when the attempt began."""

    kind: str
    digest: str
    free: int = FREE
    before: Failures = field(default_factory=Failures)
    ends: int | None = None
    """When the counter is discarded in any case (epoch seconds). None: only by a success or after a time without failures."""

    @property
    def wanted(self) -> tuple[type[ThrottleItem], Key]:
        """The key of its item, to be read together with others."""
        return ThrottleItem, sign_in_keys.throttle(self.kind, self.digest)

    def lock(self, failures: int, last_at: int) -> Wait:
        """Return the lock that so many failures cause, the last of them at `last_at`."""
        until = last_at + wait_seconds(failures, free=self.free)
        return Wait(self.kind, self.digest, failures, until if self.ends is None else min(until, self.ends))

    def ended(self) -> tuple[Wait, ...]:
        """Return the lock that had ended before this attempt. It had ended, because the attempt was admitted."""
        return (self.lock(self.before.count, self.before.last_at),) if self.before.count >= self.free else ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a password: first its own counter (account or device), then that of its network."""

    counters: tuple[Counter, ...]
    at: int
    position: int = 0
    """The number of its own failure that was counted before the check (`count_first`), or 0."""

    @property
    def wanted(self) -> tuple[tuple[type[ThrottleItem], Key], ...]:
        """The keys of its counters, to be read before the password is checked."""
        return tuple(counter.wanted for counter in self.counters)

    def begin(self, items: Sequence[Any]) -> Attempt:
        """Return the attempt with the counters that were read.

        Raises:
            Throttled: a wait has not ended. Nothing was counted.
        """
        read = [failures_of(item, self.at) for item in items]
        left = [retry_after(f.count, f.last_at, self.at, c.free) for c, f in zip(self.counters, read, strict=True)]
        if any(left):
            raise Throttled(max(left))
        counters = (replace(c, before=f) for c, f in zip(self.counters, read, strict=True))
        return Attempt(tuple(counters), self.at)


@dataclass(frozen=True, slots=True)
class Wait:
    """A lock: the next attempt at this counter is refused until `until` (epoch seconds). `failures`: the count that caused it."""

    kind: str
    digest: str
    failures: int
    until: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted failure. `may_disclose`: the answer may depend on the password; otherwise it only names the wait.

    `ended`: locks that had ended when the attempt began. `begun`: locks that it began. Of parallel attempts only one gets each lock,
    so that its event is written once.
    """

    failures: int
    may_disclose: bool
    wait: int
    ended: tuple[Wait, ...] = ()
    begun: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Result of `count_success`. `may_disclose`: the failures were reset. `ended`: the lock that had ended; only one attempt gets it."""

    may_disclose: bool
    ended: tuple[Wait, ...] = ()


class Throttling:
    """Reads and writes the counters of attempts."""

    def __init__(self, throttles: Throttles, keyring: Keyring, *, free: int = FREE, network_free: int = NETWORK_FREE) -> None:
        """`free`: wrong passwords of an account or a known browser without a wait. `network_free`: those of a network within an hour."""
        self._throttles, self._keyring = throttles, keyring
        self._free, self._network_free = free, network_free

    def attempt(self, identity: str, device: Device | None, address: str, now: int) -> Attempt:
        """Return the attempt of a caller who claims to be `identity`, a canonical email. The network does not count for a known device."""
        if device:
            return Attempt((self.device(self._digest("device", identity, device.id)),), now)
        # The hour is part of the name: the clock resets a network's failures, because the success of one user proves nothing about others.
        hour = now // _HOUR
        network = Counter("address", self._digest("address", network_of(address), hour), self._network_free, ends=(hour + 1) * _HOUR)
        return Attempt((self.account(identity), network), now)

    def account(self, identity: str) -> Counter:
        """Return the counter of an account by its canonical email, whether a user has it or not."""
        return Counter("account", self._digest("account", identity), self._free)

    def device(self, digest: str) -> Counter:
        """Return the counter of a known browser."""
        return Counter("device", digest, self._free)

    def trace(self, identity: str) -> str:
        """Return a keyed hash of a canonical email. The audit finds attempts at an unknown address by it. It is no counter."""
        return self._digest("attempts", identity)[:32]

    def count_success(self, attempt: Attempt) -> Forgotten:
        """Reset the failures after a right password. The result is not `may_disclose` if too many attempts failed at the same time.

        The caller counts such an attempt like `count_failure`, so that the next wait does not disclose the result either.
        """
        own = attempt.counters[0]
        seen = attempt.position or own.before.count
        succeed = partial(self._throttles.succeed, own.kind, own.digest, attempt.at, seen=seen)
        if own.ended() and succeed(free=0):  # of several right ones after a lock, only one finds the count that the lock left
            return Forgotten(may_disclose=True, ended=own.ended())
        return Forgotten(may_disclose=succeed(free=own.free) or attempt.position > 0)  # one that was counted first may always disclose

    def count_failure(self, attempt: Attempt) -> Counted:
        """Count a failure."""
        uncounted = attempt.counters[1:] if attempt.position else attempt.counters
        counted = [self._throttles.fail(c.kind, c.digest, attempt.at) for c in uncounted]
        positions = [attempt.position, *counted] if attempt.position else counted
        pairs = list(zip(attempt.counters, positions, strict=True))
        first = [(c, position) for c, position in pairs if may_disclose_verdict(position, c.before.count, c.free)]
        return Counted(
            failures=positions[0],
            may_disclose=first == pairs,
            wait=max(wait_seconds(position, free=c.free) for c, position in pairs),
            ended=tuple(lock for c, position in first if position > c.free for lock in c.ended()),
            begun=tuple(c.lock(position, attempt.at) for c, position in first if position >= c.free),
        )

    def count_first(self, attempt: Attempt) -> Attempt:
        """Count a failure of the account or the known browser before another system is asked about the password.

        So that system gets no more guesses in parallel than one after the other. The network is counted by `count_failure`: a success does
        not reset it, and people of one office who come on the same morning must not lock each other.

        Raises:
            Throttled: too many attempts were counted before it.
        """
        own = attempt.counters[0]
        position = self._throttles.fail(own.kind, own.digest, attempt.at)
        if not may_disclose_verdict(position, own.before.count, own.free):
            raise Throttled(wait_seconds(position, free=own.free))
        return replace(attempt, position=position)

    def guard(self, kind: str, user_id: str, now: int) -> Attempt:
        """Return an attempt at another secret of a user who has proved the password, such as a recovery code."""
        return Attempt((Counter(kind, self._digest(kind, user_id)),), now)

    def typed(self, kind: str, user_id: str | None, address: str, now: int) -> Attempt:
        """Return an attempt at a secret without an owner, such as a user code. It counts for the signed-in user, if any, and the network.

        Both counters are reset by the hour, never by a success: otherwise a caller with a valid secret could reset them (RFC 8628 §5.1).
        """
        hour = now // _HOUR
        network = Counter(kind, self._digest(kind, network_of(address), hour), TYPED_FREE)
        person = (Counter(kind, self._digest(kind, "user", user_id, hour), TYPED_FREE),) if user_id else ()
        return Attempt((*person, network), now)

    def count(self, attempt: Attempt) -> None:
        """Count an attempt before its secret is checked. Parallel attempts get no more answers than consecutive ones.

        Raises:
            Throttled: too many attempts were counted before it.
        """
        counted = self.count_failure(attempt)
        if not counted.may_disclose:
            raise Throttled(counted.wait)

    def _digest(self, *parts: str | int) -> str:
        """Return a keyed hash of `parts`, so that the table contains no email and no address. It stays the same through rotations."""
        return hmac.digest(self._keyring.derive("throttle"), json.dumps(parts).encode(), "sha256").hex()
