"""Audit events for the begin and the end of a lock: once for each lock, not for each attempt that it refuses.

A lock ends by the clock, when no code runs. So its end is written with the first attempt that is admitted afterwards.
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
"""Names of the counters in the audit."""


class LockEvents:
    """Writes the events. The services that count failures call it."""

    def __init__(self, audit: Audit, device_locks: DeviceLocks) -> None:
        self._audit, self._device_locks = audit, device_locks

    def record_begin(
        self, locks: Iterable[Wait], *, type_: str, origin: Origin, user_id: str, client_id: str = "", account: str = "", now: int
    ) -> None:
        """Write that these locks begin: `sign_in.locked` or `second_factor.locked`, with `until` (RFC 3339).

        `account`: the hash of an address that no user has (Throttling.trace). A lock of a network has no subject.
        Parallel wrong attempts can make a lock longer than the event says; the admin API shows its actual end.
        """
        for lock in locks:
            self._write(f"{type_}.locked", lock, origin=origin, user_id=user_id, client_id=client_id, account=account)
            if lock.kind == "device" and user_id:
                self._device_locks.put(user_id, lock.digest, expires_at=now + _KEPT)

    def record_end(
        self, locks: Iterable[Wait], *, type_: str, origin: Origin, user_id: str, client_id: str = "", account: str = ""
    ) -> None:
        """Write that these locks had ended when the attempt was admitted; `until` says when."""
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
