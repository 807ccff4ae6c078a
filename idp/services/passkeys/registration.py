"""Adds a passkey to the visitor's account (WebAuthn Level 3 §7.1): the options for the browser, then the check of its answer.

A passkey changes how the account is protected, so it needs a recent sign-in (H-06). The page carries the challenge and the version of the
user that it was made for. The write is conditional on this version, so a page adds one passkey (N-02).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Conflict, Forbidden, Invalid
from idp.domain.passkeys.passkey import MOST
from idp.services.passkeys import options
from idp.services.passkeys.options import Asked
from idp.store.passkeys import CredentialTakenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.clock import NewId
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.challenges import Challenge, Challenges
    from idp.services.passkeys.new_passkeys import NewPasskeys
    from idp.settings import Settings
    from idp.store.passkeys import Passkeys

PURPOSE = "register"
"""The purpose of the challenge."""


class Added(NamedTuple):
    """A new passkey. `user`: as written. `methods`: the `amr` values that it proved. `codes`: new recovery codes, to be shown once."""

    user: User
    passkey: Passkey
    methods: tuple[str, ...]
    codes: Sequence[str]


class PasskeyRegistration:
    """Adds passkeys, always to the visitor's own account."""

    def __init__(
        self, settings: Settings, passkeys: Passkeys, challenges: Challenges, new_passkeys: NewPasskeys, audit: Audit, notices: Notices,
        new_id: NewId,
    ) -> None:  # fmt: skip
        self._settings, self._passkeys, self._challenges, self._new_passkeys = settings, passkeys, challenges, new_passkeys
        self._audit, self._notices, self._new_id = audit, notices, new_id

    def may_add(self, visitor: Visitor, handle: str | None = None, *, now: int) -> bool:
        """Return whether the visitor may add a passkey: signed in recently, or had done so when the page of `handle` was made.

        A session that waits for its second factor may set up the first one only. It is always recent.
        """
        if visitor.session.pending:
            return not visitor.user.has_second_factor
        return visitor.is_recent(now) or self._opened(visitor, handle) is not None

    def offer(self, visitor: Visitor, *, now: int, handle: str | None = None) -> Asked:
        """Return the options for a new passkey. `handle`: of the page that is shown again.

        Raises:
            Forbidden: the visitor did not sign in recently.
            Conflict: they have as many as possible.
        """
        if not self.may_add(visitor, handle, now=now):
            raise Forbidden("factor.confirm_first")
        user = visitor.user
        if len(user.all_passkeys) >= MOST:
            raise Conflict("passkey.too_many", most=MOST)
        challenge = self._challenges.issue(PURPOSE, *_bound(visitor))
        return Asked(options.creation(self._settings, user, challenge.text), challenge.handle)

    def finish(
        self, visitor: Visitor, handle: str | None, answer: str, *, name: str, origin: Origin, now: int
    ) -> Added:  # fmt: skip
        """Check the answer of the browser and store the passkey. `name`: what the person calls it.

        Raises:
            Invalid: the answer is refused, or the page is too old.
            Conflict: another request changed the account, or a user has this passkey.
        """
        user = visitor.user
        challenge = self._challenges.open(handle, PURPOSE, *_bound(visitor))
        if len(user.all_passkeys) >= MOST:
            raise Conflict("passkey.too_many", most=MOST)
        made = self._new_passkeys.judge(user, challenge, answer, name=name, origin=origin, now=now)
        passkey = replace(made.passkey, browser_known_since=visitor.session.browser_known_since)
        event = self._audit.record_part(
            "passkey.added", origin=origin, actor=user.id, subject=user.id, target=passkey.id, synced=str(passkey.backed_up).lower(),
            verified=str(passkey.user_verified).lower(), aaguid=passkey.aaguid,
        )  # fmt: skip
        try:
            after = self._passkeys.add(
                user, passkey, issued=challenge.issued, attempt=self._new_id(), recovery=made.digests, also=[event]
            )  # fmt: skip
        except CredentialTakenError:
            raise Invalid("passkey.taken", field="passkey") from None
        if after is None:
            raise Invalid("passkey.expired", field="passkey")
        self._notices.tell(user, "passkey_added", origin=origin, now=now)
        return Added(after, passkey, made.methods, made.codes)

    def _opened(self, visitor: Visitor, handle: str | None) -> Challenge | None:
        try:
            return self._challenges.open(handle, PURPOSE, *_bound(visitor))
        except Invalid:
            return None


def _bound(visitor: Visitor) -> tuple[str | int, ...]:
    """What a challenge is bound to: the user as they are now, and the session."""
    return visitor.user.id, visitor.user.version, visitor.session.id
