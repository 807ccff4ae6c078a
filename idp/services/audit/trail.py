"""Reading audit events, the newest first: those about one user, those about one email address, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.audit.filter import AuditFilter
from idp.domain.people import email as emails

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.settings import Settings
    from idp.store.trail import Trail, TrailPage
    from idp.store.users import Users

_DAY = 86400
_EVERYTHING = AuditFilter()


class AuditTrail:
    """Reads pages of events.

    `attempts_of` takes the canonical form of an email address and returns the keyed hash under which attempts with it are stored.
    """

    def __init__(self, trail: Trail, users: Users, attempts_of: Callable[[str], str], settings: Settings, clock: Clock) -> None:
        self._trail, self._users, self._attempts_of = trail, users, attempts_of
        self._settings, self._clock = settings, clock

    def page(
        self, *, scope: Scope, since: int | None, until: int | None, place: str | None, limit: int, user_id: str | None = None,
        email: str | None = None, wanted: AuditFilter = _EVERYTHING,
    ) -> TrailPage:  # fmt: skip
        """Return one page of events, and the place of the next page or None.

        The events are from `since` on and before `until` (epoch seconds) and match `wanted`. `place`: where the page before ended. With
        `user_id`, only events about this user. With `email`, only events about the user who has this address now, and attempts with the
        address while no user had it. Those are stored under a keyed hash of the address; the address itself is not stored.
        """
        scope.require_deployment()
        now = self._clock()
        # The limit is tomorrow, because events of this second belong to the page and the clock of a writer may be ahead.
        last = now + _DAY if until is None else max(0, min(until, now + _DAY))
        first = max(since or 0, now - (self._settings.audit_retention_days + 1) * _DAY, 0)
        low, high = f"{first * 1000:013d}", place or f"{last * 1000:013d}"
        if email is not None:
            identity = emails.identity(email)
            found, account = self._users.id_of(identity) or "", self._attempts_of(identity)
            return self._trail.of_user(found, since=low, before=high, limit=limit, wanted=wanted, account=account)
        if user_id is not None:
            return self._trail.of_user(user_id, since=low, before=high, limit=limit, wanted=wanted)
        return self._trail.of_all(since=low, before=high, limit=limit, wanted=wanted)
