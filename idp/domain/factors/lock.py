"""The lock of a user after too many wrong secrets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lock:
    """`what` is locked: password, password_on_known_device, totp or recovery_code. `failures`: wrong attempts since the last right one.

    `until` (epoch seconds): when the next attempt counts again. None: not before an admin resets the second factor.
    """

    what: str
    failures: int
    until: int | None
