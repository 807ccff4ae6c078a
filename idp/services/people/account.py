"""What a signed-in person changes about their own account: the confirmation of who they are, and the password."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Invalid

if TYPE_CHECKING:
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.factors.password_sign_in import SignIn
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.authentication import UsedPasskey
    from idp.services.sessions.browser_sessions import SessionService
    from idp.services.sessions.sessions_and_grants import Access
    from idp.store.users import Users


class Account:
    """The account of the visitor. Sessions and grants of the account are in `idp.services.sessions.sessions_and_grants`."""

    def __init__(
        self, *, users: Users, sessions: SessionService, sign_in: SignIn, second_factor: SecondFactor, passwords: NewPasswords,
        access: Access, audit: Audit, notices: Notices,
    ) -> None:  # fmt: skip
        self._users, self._sessions, self._sign_in, self._second_factor = users, sessions, sign_in, second_factor
        self._passwords, self._access, self._audit, self._notices = passwords, access, audit, notices

    def confirm(self, visitor: Visitor, password: str, code: str, *, device: str | None, origin: Origin, now: int) -> Session:
        """Check the visitor's password, and the second factor if they have one. Return the session that replaces the visitor's.

        Raises:
            Invalid: the password or the code is wrong.
            Throttled: too many attempts, in this or any other browser.
        """
        user = visitor.user
        self._sign_in.again(user, password, device=device, origin=origin, now=now, event="reauthentication.failed")
        if user.has_second_factor:
            method = self._second_factor.again(user, code, origin=origin, now=now)
            session = self._sessions.elevate(_begun_with(visitor.session, "pwd"), method=method, proved_for="")
        else:
            session = self._sessions.begin(
                user, proved_for="", origin=origin, follows=visitor.session, browser_known_since=visitor.session.browser_known_since
            )  # fmt: skip
        return self.replace_session(visitor, session, origin=origin)

    def confirm_by_passkey(self, visitor: Visitor, used: UsedPasskey, *, origin: Origin) -> Session:
        """Take a passkey of the visitor, which was used, for the confirmation. Return the session that replaces the visitor's.

        Raises:
            Invalid: its authenticator did not check a PIN, a fingerprint or the like, so it is one factor only.
        """
        if not used.verified:
            raise Invalid("passkey.not_verified", field="passkey")
        session = self._sessions.elevate(_begun_with(visitor.session), method=used.methods, proved_for="")
        return self.replace_session(visitor, session, origin=origin)

    def change_password(
        self, visitor: Visitor, current: str, new: str, code: str, *, device: str | None, origin: Origin, now: int
    ) -> Session:  # fmt: skip
        """Set a new password. All other sessions and all grants end. Return the session that replaces the visitor's.

        Raises:
            Invalid: the current password or the code is wrong, or the new password is refused.
            Throttled: too many attempts, in this or any other browser.
            Conflict: another request changed the password at the same time.
        """
        user = visitor.user
        self._passwords.require_acceptable(new, user, field="new_password")
        if new == current:
            raise Invalid("password.unchanged", field="new_password")
        self._sign_in.again(user, current, device=device, origin=origin, now=now, event="password_change.failed")
        hashed = self._passwords.hash(new, user, field="new_password")  # before the code, which can be used only once
        if user.has_second_factor and not visitor.is_recent(now):
            self._second_factor.again(user, code, origin=origin, now=now)
        if not self._users.set_password(user.id, hashed, was=user.password_hash, now=now, end_everything=True):
            raise Conflict("password.changed_meanwhile")
        after = replace(user, security_stamp=user.security_stamp + 1)
        self._access.notify_ended(after, now)
        self._audit.record("password.changed", origin=origin, actor=user.id, subject=user.id)
        self._notices.tell(user, "password_changed", origin=origin, now=now)
        return self.replace_session(visitor, self._sessions.renew(visitor.session, after), origin=origin)

    def replace_session(self, visitor: Visitor, session: Session, *, origin: Origin) -> Session:
        """Write the session that replaces the visitor's. The id of the old session is invalid from now on (F-01)."""
        return self._sessions.write(session, replaces=visitor.session, request_id=origin.request_id).session


def _begun_with(session: Session, *methods: str) -> Session:
    """Return the session with these methods in place of a code from a mail, which it began with and which is not enough any more."""
    return replace(session, amr=methods) if session.by_mail else session
