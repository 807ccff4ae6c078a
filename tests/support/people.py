"""A person who signs in: their password, recovery codes, and the phone with their authenticator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyotp

from idp.domain.factors.totp import PERIOD

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.clock import Clock, ShiftedClock


@dataclass
class Phone:
    """An authenticator app. `code` returns each code once; for the next code it advances the clock."""

    secret: str
    clock: Clock | ShiftedClock
    _shown: int = -1

    def code(self) -> str:
        """A code that was not shown before."""
        at = self.clock()
        if at // PERIOD <= self._shown:
            self.clock.advance(PERIOD * (self._shown + 1) - at)
            at = PERIOD * (self._shown + 1)
        self._shown = at // PERIOD
        return pyotp.TOTP(self.secret).at(at)

    def now(self) -> str:
        """The current code, even if it was shown before."""
        return pyotp.TOTP(self.secret).at(self.clock())

    def wrong(self) -> str:
        """Six digits that are no valid code now or three steps before or after."""
        near = {pyotp.TOTP(self.secret).at(self.clock() + PERIOD * step) for step in range(-3, 4)}
        return next(code for number in range(10) if (code := f"{number}" * 6) not in near)


PASSWORD = "correct horse battery"
"""The password of a person, unless a test chooses another."""


@dataclass
class Person:
    """A user of a deployment."""

    user: User
    password: str
    phone: Phone | None = None
    recovery_codes: list[str] = field(default_factory=list)

    @property
    def email(self) -> str:
        return self.user.email

    @property
    def codes(self) -> Phone:
        """Their authenticator. Fails if they have none."""
        if self.phone is None:
            raise AssertionError(f"{self.email} has no authenticator")
        return self.phone

    @property
    def secret(self) -> str:
        """The secret in their authenticator, or an empty text without one."""
        return self.phone.secret if self.phone else ""

    def code(self, now: int) -> str:
        """The code that the authenticator shows at `now`, in seconds since the epoch."""
        return pyotp.TOTP(self.secret).at(now)
