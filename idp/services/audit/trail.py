"""Reading audit events, the newest first: those about one user, those about one email address, or all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.audit.filter import AuditFilter
from idp.domain.errors import Forbidden
from idp.domain.people import email as emails
from idp.store.trail import MOST_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.settings import Settings
    from idp.store.trail import Trail, TrailPage
    from idp.store.users import Users

FIRST_DAYS = 4
"""Days that the first view of a list reads. It is opened often, and each day costs a call, also if it has no event."""
SOME_DAYS = 16
"""Days that other pages of the admin API read: with filters, from a time on, and those that go on."""
_DAY = 86400
_AHEAD = 3600
"""Seconds. Events of this second belong to the page, and the clock of a writer may be ahead."""
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
        email: str | None = None, wanted: AuditFilter = _EVERYTHING, most_days: int | None = None,
    ) -> TrailPage:  # fmt: skip
        """Return one page of events, and the place of the next page or None.

        The events are from `since` on and before `until` (epoch seconds) and match `wanted`. `place`: where the page before ended. With
        `user_id`, only events about this user. With `email`, only events about the user who has this address now, and attempts with the
        address while no user had it. Those are stored under a keyed hash of the address; the address itself is not stored.
        `most_days`: that a page of all events reads, MOST_DAYS without it. The next page goes on from there.

        An organisation's admin gets the events of the organisation.

        Raises:
            Forbidden: an organisation's admin asks by `email` or network, which would tell what the organisation's events do not.
        """
        if scope.organisation and (email is not None or wanted.network is not None):
            raise Forbidden("organisation.not_served")
        now = self._clock()
        last = now + _AHEAD if until is None else max(0, min(until, now + _AHEAD))
        first = max(since or 0, now - self._settings.event_retention.longest - _DAY, 0)
        low, high = f"{first * 1000:013d}", place or f"{last * 1000:013d}"
        if scope.organisation:
            wanted = replace(wanted, subject=user_id or "")
            return self._trail.of_organisation(scope.organisation, since=low, before=high, limit=limit, wanted=wanted)
        if email is not None:
            identity = emails.identity(email)
            found, account = self._users.id_of(identity) or "", self._attempts_of(identity)
            return self._trail.of_user(found, since=low, before=high, limit=limit, wanted=wanted, account=account)
        if user_id is not None:
            return self._trail.of_user(user_id, since=low, before=high, limit=limit, wanted=wanted)
        return self._trail.of_all(since=low, before=high, limit=limit, wanted=wanted, most_days=most_days or MOST_DAYS)
