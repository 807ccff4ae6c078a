"""Set up, renew and remove a second factor. Each changes the protection of the account, so each needs a recent sign-in (H-06).

Until the user has typed one right code, the secret exists only on the page that shows it: sealed into the form and bound to the user
and the session (H-07). Then it is stored encrypted under the data key and never shown again (H-09).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Forbidden, Invalid
from idp.domain.factors import recovery_codes, totp
from idp.services.factors.totp_codes import matching_step, new_secret, provisioning_uri
from idp.store.factors import Totp

if TYPE_CHECKING:
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.keys.keyring import Keyring
    from idp.services.mail.notices import Notices
    from idp.settings import Settings
    from idp.store.enrolments import Enrolments
    from idp.store.factors import Factors

PURPOSE = "enrolment"
LIFETIME = 900
"""Seconds to install an app, scan the QR code and type a code."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A new secret that is shown on a page and not confirmed yet. `handle`: the sealed secret, carried by the form."""

    handle: str
    secret: str = field(repr=False)
    uri: str = field(repr=False)

    @property
    def shown(self) -> str:
        """The secret in groups of four characters, for typing."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


class Enrolment:
    """Creates, confirms, renews and removes second factors, always of the visitor's own account."""

    def __init__(
        self, settings: Settings, enrolments: Enrolments, factors: Factors, keyring: Keyring, audit: Audit, notices: Notices,
        randbytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:  # fmt: skip
        self._settings, self._enrolments, self._factors, self._keyring = settings, enrolments, factors, keyring
        self._audit, self._notices, self._randbytes = audit, notices, randbytes

    def may_enrol(self, visitor: Visitor, handle: str | None = None, *, now: int) -> bool:
        """Return whether the visitor may set up a first factor: has none, and signed in recently, or had done so when `handle` was made.

        A pending session is always recent; it sets up no second one.
        """
        if visitor.session.pending and visitor.user.passkeys:
            return False
        lately = visitor.session.pending or visitor.is_recent(now) or self._secret(visitor, handle, now) is not None
        return lately and not visitor.user.totp_enabled

    def offer(self, visitor: Visitor, handle: str | None = None, *, now: int) -> Offer:
        """Return the secret of this handle if it can still be confirmed, otherwise a new one.

        Raises:
            Conflict: the visitor has a factor already.
            Forbidden: the visitor did not sign in recently.
        """
        if visitor.user.totp_enabled:
            raise Conflict("totp.already_on")
        if not self.may_enrol(visitor, handle, now=now):
            raise Forbidden("factor.confirm_first")
        secret = self._secret(visitor, handle, now)
        if secret is None or handle is None:
            secret = new_secret(self._randbytes)
            handle = self._keyring.sealer().seal(PURPOSE, [visitor.user.id, visitor.session.id, secret, now])
        return Offer(handle, secret, provisioning_uri(self._settings.brand, visitor.user.email, secret))

    def confirm(self, visitor: Visitor, handle: str | None, typed: str, *, origin: Origin, now: int) -> list[str]:
        """Enable the secret of this handle if `code` is one of its codes. Returns the recovery codes, to be shown once.

        Raises:
            Invalid: the code is wrong, or the page too old.
            Conflict: a factor was set up at the same time.
        """
        if visitor.user.totp_enabled:
            raise Conflict("totp.already_on")
        secret = self._secret(visitor, handle, now)
        if secret is None:
            raise Invalid("totp.enrolment_expired", field="code")
        step = matching_step(secret, totp.parse_code(typed) or "", now=now, last_step=None)
        if step is None:
            raise Invalid("totp.wrong_at_enrolment", field="code")
        user = visitor.user
        credential = Totp(
            user.id, self._keyring.protect(f"totp:{user.id}", secret.encode()), now, step, failures=0,
            browser_known_since=visitor.session.browser_known_since,
        )  # fmt: skip
        codes = recovery_codes.generate(randbytes=self._randbytes)
        if not self._enrolments.enrol(credential, self._digests(user.id, codes), stamp=user.security_stamp):
            raise Conflict("totp.already_on")
        self._audit.record("factor.added", origin=origin, actor=user.id, subject=user.id, method="totp")
        self._notices.tell(user, "factor_added", origin=origin, now=now)
        return codes

    def new_recovery_codes(self, visitor: Visitor, *, origin: Origin, now: int) -> list[str]:
        """Make a new set of recovery codes, to be shown once. The old set becomes invalid.

        Raises:
            Forbidden: the visitor did not sign in recently, or has no second factor.
            Conflict: the user was changed meanwhile.
        """
        _demand_factor(visitor, now)
        codes = recovery_codes.generate(randbytes=self._randbytes)
        known_since = visitor.session.browser_known_since
        if not self._enrolments.renew_codes(visitor.user, self._digests(visitor.user.id, codes), now, known_since):
            raise Conflict("user.busy")
        self._audit.record("recovery_codes.replaced", origin=origin, actor=visitor.user.id, subject=visitor.user.id)
        self._notices.tell(visitor.user, "recovery_codes_replaced", origin=origin, now=now)
        return codes

    def remove(self, visitor: Visitor, *, origin: Origin, now: int) -> None:
        """Remove the authenticator app. Of several requests at once only the one that removes it writes the event and the mail.

        Raises:
            Forbidden: the visitor did not sign in recently, or must have a second factor.
            Conflict: the last passkey was removed at the same time, or the first one was added.
        """
        _demand_factor(visitor, now)
        user = visitor.user
        if not user.totp_enabled:
            raise Forbidden("factor.confirm_first")
        if (user.admin or user.mfa_required) and not user.passkeys:
            raise Forbidden("factor.required")
        event = self._audit.once_part("factor.removed", origin=origin, actor=user.id, subject=user.id, method="totp")
        if not self._enrolments.remove(user.id, now, event=event, passkeys_stay=bool(user.passkeys)):
            if self._factors.totp(user.id):
                raise Conflict("user.busy")
            return  # another request has removed it
        if user.passkeys:
            self._notices.tell(user, "authenticator_removed", origin=origin, now=now)
        else:
            self._notices.tell(user, "factor_removed", origin=origin, now=now)

    def _digests(self, user_id: str, codes: list[str]) -> list[str]:
        key = self._keyring.derive(recovery_codes.PURPOSE)
        return [recovery_codes.digest(key, user_id, recovery_codes.canonical(code) or "") for code in codes]

    def _secret(self, visitor: Visitor, handle: str | None, now: int) -> str | None:
        payload = self._keyring.sealer().open(PURPOSE, handle) if handle else None
        if not isinstance(payload, list) or payload[:2] != [visitor.user.id, visitor.session.id] or now >= payload[3] + LIFETIME:
            return None
        secret: str = payload[2]
        return secret


def _demand_factor(visitor: Visitor, now: int) -> None:
    if not visitor.user.has_second_factor or not visitor.is_recent(now):
        raise Forbidden("factor.confirm_first")
