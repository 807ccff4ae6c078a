"""The locks that keep a user out, and their removal by an admin (domain.lock). Only the counters decide about attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.factors import throttle
from idp.domain.factors.lock import Lock
from idp.store import factor_keys
from idp.store.factors import TotpItem
from idp.store.throttles import failures_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.factors.throttling import Counter, Throttling
    from idp.store.database import Database
    from idp.store.device_locks import DeviceLocks

_CALLED = {"account": "password", "device": "password_on_known_device", "totp": "totp", "recovery": "recovery_code"}


class Locks:
    """Reads and removes the locks of one user. The lock of a network belongs to no user: it ends within the hour and is in the audit."""

    def __init__(
        self, database: Database, throttling: Throttling, device_locks: DeviceLocks, audit: Audit, clock: Clock,
        people: Callable[[], OrganisationPeople],
    ) -> None:  # fmt: skip
        self._db, self._throttling, self._device_locks, self._people = database, throttling, device_locks, people
        self._audit, self._clock = audit, clock

    def of(self, user: User, *, scope: Scope) -> list[Lock]:
        """Return the locks that keep the user out now. Two reads."""
        scope.require_deployment()
        counters, now = self._counters(user, self._device_locks.of(user.id)), self._clock()
        credential, *items = self._db.batch_get((TotpItem, factor_keys.totp(user.id)), *(counter.wanted for counter in counters))
        found = []
        for counter, item in zip(counters, items, strict=True):
            failures = failures_of(item, now)
            count = failures.count
            if counter.kind == "totp":  # its failures add up on the credential; the counter has the time of the last one
                count = int(credential.failures) if credential else 0
                if throttle.is_totp_disabled(count):
                    found.append(Lock("totp", count, None))
                    continue
            if throttle.retry_after(count, failures.last_at, now, counter.free):
                found.append(Lock(_CALLED[counter.kind], count, counter.lock(count, failures.last_at).until))
        return found

    def remove(self, user: User, *, scope: Scope, by: Actor) -> None:
        """Let the user try again at once: password, code and recovery code, in every browser. Does nothing if nothing is locked.

        Wrong codes of the authenticator still add up, so a closed authenticator stays closed until it is reset: a removed lock must not
        allow more attempts than domain.throttle.TOTP_CAP (threats H-03).

        Raises:
            Forbidden: the user is an admin of the deployment or of an organisation, and the caller lacks a right of theirs.
        """
        scope.require_deployment()
        self._people().require_power_over(user, by, scope=scope)
        devices, locked = self._device_locks.of(user.id), self.of(user, scope=scope)
        self._db.batch_write(deletes=[counter.wanted for counter in self._counters(user, devices)])
        self._device_locks.forget(user.id, devices)
        self._audit.act("user.unlocked", by, subject=user.id, locks=" ".join(lock.what for lock in locked), scope=scope)

    def _counters(self, user: User, devices: list[str]) -> list[Counter]:
        now = self._clock()
        guards = [self._throttling.guard(kind, user.id, now).counters[0] for kind in ("totp", "recovery")]
        return [self._throttling.account(user.email), *(self._throttling.device(digest) for digest in devices), *guards]
