"""The second factor: a TOTP code (RFC 6238), or a recovery code if the authenticator is lost. enrolment.py sets it up.

Every code is checked here, so the same limits hold everywhere (G-06): failures of a user's TOTP add up over all sign-ins and devices
until a code is right (H-03), waits grow, and at domain.throttle.TOTP_CAP the factor is closed until it is reset. One conditional write
uses a right code once (H-01). The same write refuses it if too many attempts failed in parallel.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid, Throttled, Unavailable
from idp.domain.factors import recovery_codes, throttle, totp
from idp.services.factors.throttling import Wait
from idp.services.factors.totp_codes import matching_step
from idp.store import factor_keys
from idp.store.factors import TotpItem
from idp.store.throttles import failures_of
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.factors.bypass import Bypass
    from idp.services.factors.lock_events import LockEvents
    from idp.services.factors.throttling import Throttling
    from idp.services.keys.keyring import Keyring
    from idp.services.mail.notices import Notices
    from idp.services.sessions.visitors import Visitors
    from idp.store.database import Database
    from idp.store.factors import Factors, Totp
    from idp.store.keys import Key
    from idp.store.tables import Item

OTP, RECOVERY = "otp", "mfa"
"""The `amr` value (RFC 8176) of a TOTP code. A recovery code has no value there."""


def new_attempt() -> str:
    """Return a unique id for one attempt. A write that is repeated because its reply was lost recognises itself by it."""
    return secrets.token_urlsafe(16)


class SecondFactor:
    """Verifies codes of a user whose password was proved."""

    def __init__(
        self, database: Database, factors: Factors, throttling: Throttling, visitors: Visitors, keyring: Keyring,
        audit: Audit, notices: Notices, locks: LockEvents, bypass: Bypass, new_id: NewId = new_attempt,
    ) -> None:  # fmt: skip
        self._bypass = bypass
        self._db, self._factors, self._throttling, self._locks = database, factors, throttling, locks
        self._visitors, self._keyring, self._audit, self._notices, self._new_id = visitors, keyring, audit, notices, new_id

    def find(self, cookie: str | None, *, client_id: str | None, now: int) -> Visitor | None:
        """Return the owner of this session, pending or not, with the items that `totp` and `recovery_code` need."""
        return self._visitors.find(cookie, client_id=client_id, more=lambda user_id: self.list_keys(user_id, now))

    def totp(self, visitor: Visitor, typed: str, *, origin: Origin, now: int) -> None:
        """Use a code of the visitor's authenticator.

        Raises:
            Invalid: it is wrong, was used before, or the authenticator is closed.
            Throttled: too many attempts.
        """
        self._check_totp(visitor.user, typed, visitor.more, origin=origin, now=now)

    def recovery_code(self, visitor: Visitor, typed: str, *, origin: Origin, now: int) -> None:
        """Use one of the visitor's recovery codes, or a temporary code that an admin had mailed to them.

        Raises:
            Invalid: it is wrong, or was used before.
            Throttled: too many attempts.
        """
        self._check_recovery(visitor.user, typed, visitor.more, origin=origin, now=now)

    def again(self, user: User, typed: str, *, origin: Origin, now: int) -> str:
        """Check a code of a signed-in user, from the authenticator or a recovery code. Returns the `amr` value of its kind.

        Raises:
            Invalid: it is wrong.
            Throttled: too many attempts.
        """
        return self.check(user, typed, self._db.batch_get(*self.list_keys(user.id, now)), origin=origin, now=now)

    def check(self, user: User, typed: str, read: Sequence[Any], *, origin: Origin, now: int) -> str:
        """Check a code as `again` does. `read`: the items at `list_keys`, which the caller has read with others."""
        temporary = self._bypass.has_form(typed)
        if recovery_codes.canonical(typed) or (temporary and not _may_be_shown(read, typed)):
            self._check_recovery(user, typed, read, origin=origin, now=now)
            return RECOVERY
        try:
            self._check_totp(user, typed, read, origin=origin, now=now)
        except Invalid as wrong:
            if not temporary:
                raise
            try:  # a temporary code looks like a code of eight digits; the wrong code of the authenticator is counted
                self._check_recovery(user, typed, read, origin=origin, now=now)
            except Invalid:
                raise wrong from None
            return RECOVERY
        return OTP

    def list_keys(self, user_id: str, now: int) -> list[tuple[type[Item], Key]]:
        """Return the keys of the items that `check` needs: the credential, and the counters of both kinds of code."""
        guards = (self._throttling.guard(kind, user_id, now) for kind in ("totp", "recovery"))
        return [(TotpItem, factor_keys.totp(user_id)), *(wanted for guard in guards for wanted in guard.wanted)]

    def _check_totp(self, user: User, typed: str, read: Sequence[Any], *, origin: Origin, now: int) -> None:
        item, counter, _ = read
        credential = item.totp(user.id) if item else None
        if credential is None:
            raise Invalid("totp.wrong", field="code")
        if throttle.is_totp_disabled(credential.failures):
            raise Invalid("totp.closed", field="code")
        # The number of failures is on the credential, and only a right code resets it; the counter has the time of the last failure.
        last_at = failures_of(counter, now).last_at
        if wait := throttle.retry_after(credential.failures, last_at, now):
            raise Throttled(wait)
        step = self._step(credential, typed, now)
        allowed = min(max(throttle.FREE - 1, credential.failures), throttle.TOTP_CAP - 1)
        if step is not None and self._factors.use_totp(user.id, step=step, allowed=allowed, attempt=self._new_id()):
            count("SecondFactors", Outcome="success", Reason="totp")
            self._locks.record_end(_totp_lock(credential.failures, last_at), type_="second_factor", origin=origin, user_id=user.id)
            return
        self._wrong_totp(user, credential, origin=origin, now=now, in_time=step is not None, last_at=last_at)

    def _step(self, credential: Totp, typed: str, now: int) -> int | None:
        code = totp.parse_code(typed, credential.parameters.digits)
        if code is None:
            return None
        self._keyring.sealer()  # raises Unavailable if the keys of the deployment cannot be decrypted
        try:
            secret = self._keyring.reveal(f"totp:{credential.user_id}", credential.sealed).decode()
        except Unavailable as trouble:  # a restore without its keys: no later attempt can succeed
            note(trouble.detail)
            raise Invalid("totp.unreadable", field="code") from None
        return matching_step(secret, code, now=now, last_step=credential.last_step, parameters=credential.parameters)

    def _wrong_totp(self, user: User, credential: Totp, *, origin: Origin, now: int, in_time: bool, last_at: int) -> None:
        """Count the failure, write the events and refuse. The time is written first: a reader of the new count must find it too."""
        self._throttling.count_failure(self._throttling.guard("totp", user.id, now))
        position = self._factors.fail_totp(user.id)
        about: Any = {"type_": "second_factor", "origin": origin, "user_id": user.id}
        next_in_line = position == credential.failures + 1
        self._locks.record_end(_totp_lock(credential.failures, last_at) if next_in_line else (), **about)
        reason = "used_or_over_the_limit" if in_time else "wrong_code"
        self._audit.record(
            "second_factor.failed", origin=origin, outcome="failure", reason=reason, subject=user.id, method="totp", failures=str(position)
        )
        if throttle.is_totp_disabled(position):
            if position == throttle.TOTP_CAP:
                self._audit.record(
                    "second_factor.closed", origin=origin, outcome="failure", reason="too_many_attempts", subject=user.id, method="totp"
                )
            raise Invalid("totp.closed", field="code")
        if throttle.may_disclose_verdict(position, credential.failures):
            self._locks.record_begin(_totp_lock(position, now), now=now, **about)
        if not throttle.may_disclose_verdict(position, credential.failures):
            raise Throttled(throttle.wait_seconds(position))
        raise Invalid("totp.wrong", field="code")

    def _use_recovery(self, user_id: str, code: str) -> bool:
        def others(sealed: bytes | None) -> list[str]:
            """Return the digests of an earlier release, and of the deployment that the person comes from."""
            earlier = recovery_codes.earlier_digest(user_id, code)
            if not sealed:
                return [earlier]
            return [earlier, recovery_codes.digest(self._keyring.reveal(f"recovery:{user_id}", sealed), user_id, code)]

        digest = recovery_codes.digest(self._keyring.derive(recovery_codes.PURPOSE), user_id, code)
        return self._factors.use_recovery_code(user_id, digest, attempt=self._new_id(), others=others)

    def _check_recovery(self, user: User, typed: str, read: Sequence[Any], *, origin: Origin, now: int) -> None:
        if self._bypass.has_form(typed):
            self._bypass.use(user, typed, origin=origin, now=now)
            count("SecondFactors", Outcome="success", Reason="temporary_code")
            return
        attempt = self._throttling.guard("recovery", user.id, now).begin(read[2:])
        about: Any = {"type_": "second_factor", "origin": origin, "user_id": user.id}
        code = recovery_codes.canonical(typed)
        if code and self._use_recovery(user.id, code):
            forgotten = self._throttling.count_success(attempt)
            self._locks.record_end(forgotten.ended, **about)
            count("SecondFactors", Outcome="success", Reason="recovery_code")
            self._audit.record("recovery_code.used", origin=origin, actor=user.id, subject=user.id)
            self._notices.tell(user, "recovery_code_used", origin=origin, now=now)
            return
        counted = self._throttling.count_failure(attempt)
        self._locks.record_end(counted.ended, **about)
        self._audit.record(
            "second_factor.failed", origin=origin, outcome="failure", reason="wrong_code", subject=user.id, method="recovery_code",
            failures=str(counted.failures),
        )  # fmt: skip
        self._locks.record_begin(counted.begun, now=now, **about)
        raise Invalid("recovery_code.wrong", field="code") if counted.may_disclose else Throttled(counted.wait)


def _may_be_shown(read: Sequence[Any], typed: str) -> bool:
    """Return whether the user has an authenticator with as many digits as were typed."""
    item = read[0]
    return bool(item) and totp.parse_code(typed, item.parameters.digits) is not None


def _totp_lock(failures: int, last_at: int) -> tuple[Wait, ...]:
    """Return the lock that so many wrong codes cause, the last of them at `last_at`. Empty for the first few."""
    wait = throttle.wait_seconds(failures)
    return (Wait("totp", "", failures, last_at + wait),) if wait else ()
