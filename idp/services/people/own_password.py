"""An account without a password: its owner sets one, or removes the one that it has (NIST SP 800-63B-4 §4.1).

A passkey that checks the person opens an account alone. Removing the password needs such a passkey, used at that moment as a sign-in uses
it, so the removal cannot lock the owner out (N-13).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Forbidden
from idp.services.passkeys.authentication import WITHOUT_PASSWORD

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.authentication import Given, PasskeyAuthentication
    from idp.services.passkeys.options import Asked
    from idp.services.people.account import Account
    from idp.services.sessions.browser_sessions import SessionService
    from idp.services.sessions.sessions_and_grants import Access
    from idp.settings import Settings
    from idp.store.users import Users


class OwnPassword:
    """Sets the first password of the visitor's account, and removes it. Each ends all other sessions and all grants."""

    def __init__(
        self, settings: Settings, users: Users, passwords: NewPasswords, passkeys: PasskeyAuthentication, sessions: SessionService,
        account: Account, access: Access, audit: Audit, notices: Notices,
    ) -> None:  # fmt: skip
        self._settings, self._users, self._passwords, self._passkeys, self._sessions = settings, users, passwords, passkeys, sessions
        self._account, self._access, self._audit, self._notices = account, access, audit, notices

    def set_first(self, visitor: Visitor, new: str, *, origin: Origin, now: int) -> Session:
        """Set a password for an account that has none. Return the session that replaces the visitor's.

        Raises:
            Forbidden: the visitor did not sign in recently.
            Invalid: the password is refused.
            Conflict: the account got one at the same time.
        """
        user = visitor.user
        if not visitor.is_recent(now):
            raise Forbidden("factor.confirm_first")
        hashed = self._passwords.hash(new, user, field="new_password")
        if user.password_hash is not None or not self._users.set_password(user.id, hashed, was=None, now=now, end_everything=True):
            raise Conflict("password.changed_meanwhile")
        return self._after(visitor, "password.set", "password_added", origin=origin, now=now)

    def may_remove(self, user: User) -> bool:
        """Return whether the account page offers the removal."""
        return self._settings.allows_passwordless and user.password_hash is not None and bool(user.passkeys)

    def ask(self, visitor: Visitor) -> Asked:
        """Return the options for the passkey that confirms the removal, as a sign-in without a password asks for it.

        Raises:
            Forbidden: the account has no passkey, or needs a password here.
        """
        if not self.may_remove(visitor.user):
            raise Forbidden("password.not_removable")
        return self._passkeys.request(visitor.user, WITHOUT_PASSWORD, visitor.session.id, alone=True)

    def remove(self, visitor: Visitor, given: Given, *, origin: Origin, now: int) -> Session:
        """Remove the password, after the passkey was used. Return the session that replaces the visitor's.

        Raises:
            Forbidden: the account has no passkey, or needs a password here.
            Invalid: the passkey is refused: it names no user, or did not check the person.
            Conflict: another request changed the account.
        """
        user = visitor.user
        if not self.may_remove(user):
            raise Forbidden("password.not_removable")
        self._passkeys.use(user, WITHOUT_PASSWORD, visitor.session.id, given, alone=True, origin=origin, now=now)
        if not self._users.remove_password(user, now):
            raise Conflict("user.busy")
        return self._after(visitor, "password.removed", "password_removed", origin=origin, now=now)

    def _after(self, visitor: Visitor, event: str, notice: str, *, origin: Origin, now: int) -> Session:
        """What follows the write: the apps are told, the event, the notice, and the session with the new stamp."""
        user = visitor.user
        after = replace(user, security_stamp=user.security_stamp + 1)
        self._access.notify_ended(after, now)
        self._audit.record(event, origin=origin, actor=user.id, subject=user.id)
        self._notices.tell(user, notice, origin=origin, now=now)
        return self._account.replace_session(visitor, self._sessions.renew(visitor.session, after), origin=origin)
