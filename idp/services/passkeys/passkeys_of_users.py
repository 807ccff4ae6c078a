"""The passkeys of any user, as admins and the command line see and remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, NotFound

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.sessions.sessions_and_grants import Access
    from idp.store.passkeys import Passkeys
    from idp.store.users import Users

_TRIES = 5


class PasskeyService:
    """Lists and removes passkeys. Its methods raise NotFound, Forbidden or Conflict; then the passkey is still there."""

    def __init__(self, users: Users, passkeys: Passkeys, access: Access, audit: Audit, clock: Clock, people: OrganisationPeople) -> None:
        self._users, self._passkeys, self._access, self._audit, self._clock = users, passkeys, access, audit, clock
        self._people = people

    def of(self, user_id: str, *, scope: Scope) -> list[Passkey]:
        """Return the passkeys of a user, the oldest first."""
        scope.require_deployment()
        user = self._user(user_id)
        return [one for one in self._passkeys.of(user_id) if one.id in user.all_passkeys]

    def remove(self, user_id: str, passkey_id: str, *, scope: Scope, by: Actor) -> None:
        """Remove a passkey, and end all sessions and grants: who has the authenticator may have used it.

        The sessions end first, so that a removal that fails in between can be repeated. The recovery codes go with the last second factor.
        Of several requests at once only the one that removes the passkey writes the event.
        """
        scope.require_deployment()
        user = self._user(user_id)
        self._people.require_power_over(user, by, scope=scope)
        if passkey_id not in user.all_passkeys:
            raise NotFound("passkey.unknown")
        now = self._clock()
        if ended := self._users.end_everything(user_id, now):
            self._access.notify_ended(ended, now)
        for _ in range(_TRIES):
            user = self._user(user_id)
            last = list(user.passkeys) == [passkey_id] and not user.totp_enabled
            if passkey_id not in user.all_passkeys:
                return
            event = self._audit.once_part("user.passkey_removed", origin=by.origin, actor=by.id, subject=user_id, target=passkey_id)
            if self._passkeys.remove(user, passkey_id, now=now, last_factor=last, event=event):
                return
        raise Conflict("user.busy")

    def _user(self, user_id: str) -> User:
        found = self._users.get(user_id)
        if found is None:
            raise NotFound("user.unknown")
        return found
