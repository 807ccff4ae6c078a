"""Writes to the audit when a lock begins and when one is over: once for each lock, not for each attempt that it refuses.

A lock ends by the clock, and at that moment nothing runs here. So its end is written with the first attempt that is let in after it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.throttling import Wait
    from idp.store.device_locks import DeviceLocks

_KEPT = 2 * 86400
"""Seconds that a locked browser is remembered: longer than its counter counts (store.throttles.FORGET_AFTER)."""
_COUNTERS = {"account": "account", "device": "known_device", "address": "network", "totp": "totp", "recovery": "recovery_code"}
"""What the audit calls the counters."""


class LockEvents:
    """Told by the services that count failures."""

    def __init__(self, audit: Audit, device_locks: DeviceLocks) -> None:
        self._audit, self._device_locks = audit, device_locks

    def begun(
        self, locks: Iterable[Wait], *, type_: str, origin: Origin, user_id: str, client_id: str = "", account: str = "", now: int
    ) -> None:
        """Write that these locks begin: `sign_in.locked` or `second_factor.locked`, with `until` (RFC 3339).

        `account` is the hash of an address that no user has (Throttling.trace). A network's lock is about no user.
        Parallel wrong attempts can make a lock longer than is written here: the admin API says until when it lasts.
        """
        for lock in locks:
            self._write(f"{type_}.locked", lock, origin=origin, user_id=user_id, client_id=client_id, account=account)
            if lock.kind == "device" and user_id:
                self._device_locks.put(user_id, lock.digest, expires_at=now + _KEPT)

    def ended(self, locks: Iterable[Wait], *, type_: str, origin: Origin, user_id: str, client_id: str = "", account: str = "") -> None:
        """Write that these locks were over when the attempt was let in; `until` says since when."""
        for lock in locks:
            self._write(f"{type_}.lock_ended", lock, origin=origin, user_id=user_id, client_id=client_id, account=account)

    def _write(self, type_: str, lock: Wait, *, origin: Origin, user_id: str, client_id: str, account: str) -> None:
        network = lock.kind == "address"
        self._audit.record(
            type_, origin=origin, outcome="failure" if type_.endswith(".locked") else "success",
            reason="too_many_attempts" if type_.endswith(".locked") else "time_over", subject="" if network else user_id,
            client_id=client_id, counter=_COUNTERS[lock.kind], failures=str(lock.failures),
            until=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(lock.until)), **({} if network or not account else {"account": account}),
        )  # fmt: skip
