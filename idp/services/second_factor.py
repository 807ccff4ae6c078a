"""The second factor: a TOTP code (RFC 6238), or a recovery code where the authenticator is lost. How one is got: enrolment.py.

Every place that asks for a code comes through here, so the same counts hold everywhere (G-06): failures of a user's TOTP add up
over all sign-ins and devices until a code is right (H-03), waits grow, and at domain.throttle.TOTP_CAP the factor is closed until it
is reset. A right code is used by one conditional write, once (H-01); the same write decides whether its place in line lets it count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain import recovery_codes, throttle, totp
from idp.domain.errors import Invalid, Throttled
from idp.services.totp_codes import matching_step
from idp.store import keys
from idp.store.factors import TotpItem
from idp.store.throttles import seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.origin import Origin
    from idp.domain.user import User
    from idp.services.audit import Audit
    from idp.services.keyring import Keyring
    from idp.services.mail import Notices
    from idp.services.throttling import Throttling
    from idp.services.visitors import Visitor, Visitors
    from idp.store.database import Database
    from idp.store.factors import Factors, Totp
    from idp.store.keys import Key
    from idp.store.tables import Item

WRONG_CODE = "The code is wrong, or was used already. Wait for the next one."
WRONG_RECOVERY_CODE = "The recovery code is wrong, or was used already."
CLOSED = "Too many wrong codes: this authenticator is closed. Use a recovery code, or ask those who run this service to reset it."

OTP, RECOVERY = "otp", "mfa"
"""RFC 8176: what a code from an authenticator proves; a recovery code has no value of its own there."""


class SecondFactor:
    """Verifies codes of somebody whose password was proved."""

    def __init__(
        self, database: Database, factors: Factors, throttling: Throttling, visitors: Visitors, keyring: Keyring,
        audit: Audit, notices: Notices,
    ) -> None:  # fmt: skip
        self._db, self._factors, self._throttling = database, factors, throttling
        self._visitors, self._keyring, self._audit, self._notices = visitors, keyring, audit, notices

    def totp(self, cookie: str | None, typed: str, *, client_id: str | None, origin: Origin, now: int) -> Visitor | None:
        """Whoever has this session, after their TOTP code was right; None when the session is gone or there is no factor to ask for.

        Raises:
            Invalid: the code is wrong, was used before, or the authenticator is closed.
            Throttled: too many attempts.
        """
        visitor = self._visitors.find(cookie, client_id=client_id, more=lambda user_id: self._wanted_totp(user_id, now))
        if visitor is None or not visitor.user.totp_enabled:
            return None
        self._check_totp(visitor.user, typed, visitor.more, origin=origin, now=now)
        return visitor

    def recovery_code(self, cookie: str | None, typed: str, *, client_id: str | None, origin: Origin, now: int) -> Visitor | None:
        """The same for one of the recovery codes."""
        visitor = self._visitors.find(cookie, client_id=client_id, more=lambda user_id: self._wanted_recovery(user_id, now))
        if visitor is None or not visitor.user.totp_enabled:
            return None
        self._check_recovery(visitor.user, typed, visitor.more, origin=origin, now=now)
        return visitor

    def again(self, user: User, typed: str, *, origin: Origin, now: int) -> str:
        """Check a code of somebody who is signed in already: from the authenticator, or a recovery code. Which it was, as `amr` says it.

        Raises:
            Invalid: it is wrong.
            Throttled: too many attempts.
        """
        if recovery_codes.canonical(typed):
            self._check_recovery(user, typed, self._db.batch_get(*self._wanted_recovery(user.id, now)), origin=origin, now=now)
            return RECOVERY
        self._check_totp(user, typed, self._db.batch_get(*self._wanted_totp(user.id, now)), origin=origin, now=now)
        return OTP

    def _wanted_totp(self, user_id: str, now: int) -> list[tuple[type[Item], Key]]:
        return [(TotpItem, keys.totp(user_id)), *self._throttling.guard("totp", user_id, now).wanted]

    def _wanted_recovery(self, user_id: str, now: int) -> list[tuple[type[Item], Key]]:
        return list(self._throttling.guard("recovery", user_id, now).wanted)

    def _check_totp(self, user: User, typed: str, read: Sequence[Any], *, origin: Origin, now: int) -> None:
        item, counter = read
        credential = item.totp(user.id) if item else None
        if credential is None:
            raise Invalid(WRONG_CODE, field="code")
        if throttle.totp_disabled(credential.failures):
            raise Invalid(CLOSED, field="code")
        # How many is the credential's own count, which nothing but a right code resets; the counter beside it knows when the last one was.
        if wait := throttle.retry_after(credential.failures, seen(counter, now).last_at, now):
            raise Throttled(wait)
        step = self._step(credential, typed, now)
        allowed = min(max(throttle.FREE - 1, credential.failures), throttle.TOTP_CAP - 1)
        if step is not None and self._factors.use_totp(user.id, step=step, allowed=allowed):
            return
        self._wrong_totp(user, credential, origin=origin, now=now, in_time=step is not None)

    def _step(self, credential: Totp, typed: str, now: int) -> int | None:
        code = totp.parse_code(typed)
        if code is None:
            return None
        secret = self._keyring.reveal(f"totp:{credential.user_id}", credential.sealed).decode()
        return matching_step(secret, code, now=now, last_step=credential.last_step)

    def _wrong_totp(self, user: User, credential: Totp, *, origin: Origin, now: int, in_time: bool) -> None:
        """Count, record and refuse. The moment first: whoever reads the new count then also reads when it was."""
        self._throttling.wrong(self._throttling.guard("totp", user.id, now))
        position = self._factors.fail_totp(user.id)
        reason = "used_or_over_the_limit" if in_time else "wrong_code"
        self._audit.record(
            "second_factor.failed", origin=origin, outcome="failure", reason=reason, subject=user.id, method="totp", failures=str(position)
        )
        if throttle.totp_disabled(position):
            raise Invalid(CLOSED, field="code")
        if not throttle.verdict_allowed(position, credential.failures):
            raise Throttled(throttle.wait_seconds(position))
        raise Invalid(WRONG_CODE, field="code")

    def _check_recovery(self, user: User, typed: str, read: Sequence[Any], *, origin: Origin, now: int) -> None:
        attempt = self._throttling.guard("recovery", user.id, now).begin(read)
        code = recovery_codes.canonical(typed)
        if code and self._factors.use_recovery_code(user.id, recovery_codes.digest(user.id, code)):
            self._throttling.right(attempt)
            self._audit.record("recovery_code.used", origin=origin, actor=user.id, subject=user.id)
            self._notices.tell(user, "recovery_code_used", origin=origin, now=now)
            return
        counted = self._throttling.wrong(attempt)
        self._audit.record(
            "second_factor.failed", origin=origin, outcome="failure", reason="wrong_code", subject=user.id, method="recovery_code",
            failures=str(counted.failures),
        )  # fmt: skip
        raise Invalid(WRONG_RECOVERY_CODE, field="code") if counted.told else Throttled(counted.wait)
