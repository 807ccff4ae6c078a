"""The passkeys of the visitor: rename, remove. `registration` adds them.

A removal changes how the account is protected, so it needs a recent sign-in (H-06). The last way in stays (N-13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Forbidden
from idp.domain.passkeys.passkey import clean_name

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.mail.notices import Notices
    from idp.store.passkeys import Passkeys


class OwnPasskeys:
    """The passkeys of the visitor's own account."""

    def __init__(self, passkeys: Passkeys, audit: Audit, notices: Notices) -> None:
        self._passkeys, self._audit, self._notices = passkeys, audit, notices

    def rename(self, visitor: Visitor, passkey_id: str, name: str, *, origin: Origin) -> None:
        """Give a passkey another name. One that does not exist any more stays away."""
        user = visitor.user
        cleaned = clean_name(name, "")
        if not cleaned or passkey_id not in user.all_passkeys:
            return
        if self._passkeys.rename(user.id, passkey_id, cleaned):
            self._audit.record("passkey.renamed", origin=origin, actor=user.id, subject=user.id, target=passkey_id)

    def remove(self, visitor: Visitor, passkey_id: str, *, origin: Origin, now: int) -> None:
        """Remove a passkey. Of several requests at once only the one that removes it writes the event and the mail.

        Raises:
            Forbidden: the visitor did not sign in recently; or it is the last second factor of a user who needs one; or the account has no
                password, and no other passkey of it is known to sign in alone.
            Conflict: another request changed the account.
        """
        user = visitor.user
        if not visitor.is_recent(now):
            raise Forbidden("factor.confirm_first")
        if passkey_id not in user.all_passkeys:
            return
        last = list(user.passkeys) == [passkey_id] and not user.totp_enabled
        if last and (user.admin or user.mfa_required):
            raise Forbidden("factor.required")
        if user.password_hash is None and not self._another_alone(user, passkey_id):
            raise Forbidden("passkey.last_way_in")
        event = self._audit.once_part("passkey.removed", origin=origin, actor=user.id, subject=user.id, target=passkey_id)
        if self._passkeys.remove(user, passkey_id, now=now, last_factor=last, event=event):
            self._notices.tell(user, "passkey_removed", origin=origin, now=now)
        elif any(one.id == passkey_id for one in self._passkeys.of(user.id)):
            raise Conflict("user.busy")

    def _another_alone(self, user: User, passkey_id: str) -> bool:
        """Whether a passkey stays that is known to open the account alone. A security key may be a second factor only."""
        return any(one.alone and one.id != passkey_id and one.id in user.passkeys for one in self._passkeys.of(user.id))
