"""Resets of a password that an admin starts. The admin gets neither link nor code; only the person's mail has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, NotFound, Throttled
from idp.domain.tickets.ticket import PAUSE
from idp.services.access.admin_protection import require_power_over
from idp.services.audit.recorder import SYSTEM

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.people.reset_request import ResetRequest
    from idp.settings import Settings
    from idp.store.users import Users


class StartedResets:
    """Sends people the mail with which they set a new password."""

    def __init__(
        self, *, users: Users, request: ResetRequest, audit: Audit, settings: Settings, clock: Clock, people: OrganisationPeople
    ) -> None:
        self._users, self._request, self._audit, self._settings, self._clock = users, request, audit, settings, clock
        self._people = people

    def start(self, user_id: str, *, scope: Scope, by: Actor = SYSTEM) -> tuple[User, int]:
        """Send the mail. Nothing of the account changes until the person sets a password. Returns the user, and when the mail expires.

        Raises:
            NotFound: there is no such user.
            Forbidden: the user is an admin, and the caller's token has not every scope; or the caller's organisation does not own them.
            Conflict: the user is disabled, or this deployment sends no such mails.
            Throttled: a mail was sent less than a minute ago, or five in this hour.
        """
        org_id = scope.organisation
        user = self._people.owned(org_id, user_id, scope=scope, by=by) if org_id else self._users.get(user_id)
        if user is None:
            raise NotFound("user.unknown")
        if org_id:
            require_power_over(user, by)
        else:
            self._people.require_power_over(user, by, scope=scope)
        if not self._settings.resets_passwords:
            raise Conflict("password_reset.off")
        if user.disabled:
            raise Conflict("password_reset.disabled")
        expires_at = self._request.send_for_admin(user, now=self._clock())
        if expires_at is None:
            raise Throttled(PAUSE, "password_reset.too_soon")
        self._audit.act("user.password_reset_started", by, subject=user_id, scope=scope)
        return user, expires_at
