"""A passkey that a browser makes without a gesture, after a sign-in with a password (WebAuthn Level 3 §5.1.3, conditional mediation).

Such a passkey proves nothing about the person: neither a touch nor a check. So it gives the session no further method, and it is no second
factor before it opened the account once with a check of the person (`first_use`). The owner is told by mail. Threat N-15.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden, Invalid
from idp.services.passkeys import options
from idp.services.passkeys.challenges import LIFETIME
from idp.services.passkeys.options import Asked
from idp.store.passkeys import CredentialTakenError

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.authentication import Given
    from idp.services.passkeys.challenges import Challenges
    from idp.services.passkeys.new_passkeys import NewPasskeys
    from idp.settings import Settings
    from idp.store.passkeys import Passkeys

PURPOSE = "upgrade"
"""The purpose of the challenge. The other registrations have another one, so a touch is required there."""


class PasskeyUpgrade:
    """Adds such a passkey to the visitor's own account. The rule `is_upgrade_due` says to whom."""

    def __init__(
        self, settings: Settings, passkeys: Passkeys, challenges: Challenges, new_passkeys: NewPasskeys, audit: Audit, notices: Notices,
        new_id: NewId,
    ) -> None:  # fmt: skip
        self._settings, self._passkeys, self._challenges, self._new_passkeys = settings, passkeys, challenges, new_passkeys
        self._audit, self._notices, self._new_id = audit, notices, new_id

    def may_ask(self, visitor: Visitor, *, now: int) -> bool:
        """Return whether the deployment wants it, and the password was typed within the lifetime of a challenge."""
        return self._settings.upgrades_passkeys and now < visitor.session.auth_time + LIFETIME

    def offer(self, visitor: Visitor, *, now: int) -> Asked:
        """Return the options for the browser.

        Raises:
            Forbidden: `may_ask` is false.
        """
        if not self.may_ask(visitor, now=now):
            raise Forbidden("factor.confirm_first")
        challenge = self._challenges.issue(PURPOSE, *_bound(visitor))
        return Asked(options.creation(self._settings, visitor.user, challenge.text, conditional=True), challenge.handle)

    def finish(self, visitor: Visitor, given: Given, *, name: str, origin: Origin, now: int) -> User:
        """Check the answer of the browser and store the passkey. Returns the user as written. `name`: what the list calls it.

        Raises:
            Invalid: the answer is refused, the page is too old or was used before, or the account changed.
            Forbidden: `may_ask` is false.
        """
        user = visitor.user
        if not self.may_ask(visitor, now=now):
            raise Forbidden("factor.confirm_first")
        challenge = self._challenges.open(given.handle, PURPOSE, *_bound(visitor))
        made = self._new_passkeys.judge(user, challenge, given.answer, name=name, origin=origin, now=now, conditional=True)
        passkey = replace(made.passkey, browser_known_since=visitor.session.browser_known_since)
        event = self._audit.record_part(
            "passkey.made_by_browser", origin=origin, actor=user.id, subject=user.id, target=passkey.id,
            synced=str(passkey.backed_up).lower(), verified=str(passkey.user_verified).lower(), aaguid=passkey.aaguid,
        )  # fmt: skip
        try:
            after = self._passkeys.add(user, passkey, issued=challenge.issued, attempt=self._new_id(), also=[event], waits=True)
        except CredentialTakenError:
            raise Invalid("passkey.taken", field="passkey") from None
        if after is None:
            raise Invalid("passkey.expired", field="passkey")
        self._notices.tell(user, "passkey_made", origin=origin, now=now)
        return after


def _bound(visitor: Visitor) -> tuple[str | int, ...]:
    """What a challenge is bound to: the user as they are now, and the session."""
    return visitor.user.id, visitor.user.version, visitor.session.id
