"""Temporary codes in place of a lost second factor: an admin has one mailed to the person, and never sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, NotFound, Throttled
from idp.domain.tickets.code import format_code
from idp.domain.tickets.ticket import BYPASS, LIFETIMES, PAUSE, Ticket
from idp.services.audit.recorder import SYSTEM
from idp.services.mail.recipient_language import language_for

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.mail.mailer import Mailer
    from idp.services.tickets.tickets import Tickets
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.users import Users

_HOUR = 3600


class TemporaryCodes:
    """Sends them. `idp.services.factors.bypass` uses them."""

    def __init__(
        self, *, database: Database, users: Users, tickets: Tickets, audit: Audit, mailer: Mailer, settings: Settings, clock: Clock,
        people: OrganisationPeople,
    ) -> None:  # fmt: skip
        self._db, self._users, self._tickets, self._audit = database, users, tickets, audit
        self._mailer, self._settings, self._clock, self._people = mailer, settings, clock, people

    def send(self, user_id: str, *, scope: Scope, by: Actor = SYSTEM) -> tuple[User, int]:
        """Mail a code to the user. An earlier one ends. Returns the user, and when the code expires (epoch seconds).

        Raises:
            NotFound: there is no such user.
            Forbidden: the user is an admin, of the deployment or an organisation, with rights that the caller lacks.
            Conflict: the user is disabled or has no second factor, or this deployment sends no mails.
            Throttled: a code was sent less than a minute ago, or five in this hour.
        """
        scope.require_deployment()
        user, now = self._users.get(user_id), self._clock()
        if user is None:
            raise NotFound("user.unknown")
        self._people.require_power_over(user, by, scope=scope)
        if not self._settings.sends_mail:
            raise Conflict("temporary_code.no_mail")
        if user.disabled or not user.has_second_factor:
            raise Conflict("temporary_code.no_factor")
        (found,) = self._db.batch_get(self._tickets.place(user.id, BYPASS))
        draft = Ticket(user.id, BYPASS, user.email, user_id=user.id, stamp=user.security_stamp)
        issued = self._tickets.issue(draft, found, now=now)
        if issued is None:
            raise Throttled(PAUSE, "password_reset.too_soon")
        context = {
            "code": format_code(issued.code), "hours": str(LIFETIMES[BYPASS] // _HOUR), "email": user.email,
            "issuer": self._settings.issuer, "brand": self._settings.brand, "lang": language_for(self._settings, user),
        }  # fmt: skip
        self._mailer.send(user.email, "temporary_code", context)
        self._audit.act("user.temporary_code_sent", by, subject=user_id, scope=scope)
        return user, issued.ticket.expires_at
