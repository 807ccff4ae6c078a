"""The audit trail, its reading end: what happened, newest first, of one user, of one address or of everybody, within the retention."""

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
    """Pages of events. `place` is where the page before ended.

    `attempts_of` takes the canonical form of an email address and returns the keyed hash under which attempts with it are kept.
    """

    def __init__(self, trail: Trail, users: Users, attempts_of: Callable[[str], str], settings: Settings, clock: Clock) -> None:
        self._trail, self._users, self._attempts_of = trail, users, attempts_of
        self._settings, self._clock = settings, clock

    def page(
        self, *, scope: Scope, since: int | None, until: int | None, place: str | None, limit: int, user_id: str | None = None,
        email: str | None = None, wanted: AuditFilter = _EVERYTHING,
    ) -> TrailPage:  # fmt: skip
        """Events from `since` on and before `until` (epoch seconds) that are `wanted`, and the place to go on from; None: no more.

        With `user_id`, those about this user. With `email`, those about the user who has this address now, and the attempts that were
        made with it while no user had it: these are kept under a keyed hash of the address, which is never stored itself.
        """
        scope.require_deployment()
        now = self._clock()
        # Tomorrow: events of this second have to be seen, and a writer's clock may be a little ahead.
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
