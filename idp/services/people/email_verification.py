"""A person proves that they read the mail of their address, which an admin entered or an import brought (OIDC Core §5.1, email_verified).

The code and the link count in the session that asked. So a person who reads a code aloud, or opens a link that a stranger caused, verifies
nothing in the account of the stranger (threats M-11, B-17).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, Throttled
from idp.domain.tickets.code import format_code
from idp.domain.tickets.ticket import LIFETIMES, PAUSE, VERIFY_EMAIL, Ticket
from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.mail.mailer import Mailer
    from idp.services.sessions.visitors import More
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Tickets
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.users import Users

_HOUR = 3600
_SESSION = "session"


class EmailVerification:
    """The two halves: `ask` sends the mail, `verify` writes the fact after the proof."""

    def __init__(
        self, settings: Settings, database: Database, users: Users, tickets: Tickets, limits: TicketLimits, audit: Audit, mailer: Mailer
    ) -> None:
        self._settings, self._db, self._users, self._tickets = settings, database, users, tickets
        self._limits, self._audit, self._mailer = limits, audit, mailer

    def list_wanted(self) -> More:
        """Return what must be read with the visitor for `ask`: the visitor's ticket."""
        return lambda user_id: [self._tickets.place(user_id, VERIFY_EMAIL)]

    def ask(self, visitor: Visitor, *, request: str = "", origin: Origin, now: int) -> None:
        """Send a link and a code to the visitor's address. One call. `visitor.more`: as `list_wanted` says.

        `request`: the sealed authorization request that the person came with.

        Raises:
            Throttled: the last mail was sent a moment ago, or there were too many, also from this network.
        """
        user, (found,) = visitor.user, visitor.more
        draft = Ticket(
            user.id, VERIFY_EMAIL, user.email, user.id, user.security_stamp, request=request, details={_SESSION: visitor.session.sid}
        )  # fmt: skip
        issued = self._tickets.issue(draft, found, now=now, also=self._limits.of_people(origin.address, now))
        if issued is None:
            raise Throttled(PAUSE)
        context = {
            "code": format_code(issued.code), "link": issued.link, "at": at(now), "address": origin.address,
            "issuer": self._settings.issuer, "brand": self._settings.brand, "hours": str(LIFETIMES[VERIFY_EMAIL] // _HOUR),
            "lang": language_for(self._settings, user, page=origin.language),
        }  # fmt: skip
        self._mailer.send(user.email, "verify_email", context)

    @staticmethod
    def is_of(ticket: Ticket, visitor: Visitor) -> bool:
        """Return whether the visitor asked for this ticket in the session that they have now."""
        return ticket.user_id == visitor.user.id and ticket.details.get(_SESSION) == visitor.session.sid

    def prove(self, visitor: Visitor, *, code: str, handle: str | None, now: int) -> Ticket:
        """Return the visitor's ticket for a typed code, or for the handle of a link. One call.

        Raises:
            Invalid: the code is wrong, or the ticket is over or of another kind or person.
        """
        if handle is None:
            return self._tickets.try_code(visitor.user.id, VERIFY_EMAIL, code, now=now)
        opened = self._tickets.open(handle, now=now)
        if opened is None or (opened.kind, opened.owner) != (VERIFY_EMAIL, visitor.user.id):
            raise Invalid("ticket.expired", field="code")
        return self._tickets.read(opened, now=now)

    def verify(self, visitor: Visitor, ticket: Ticket, *, attempt: str, origin: Origin, now: int) -> User:
        """Write that the address is verified, and use the ticket up. One call. Return the user as it is now.

        Raises:
            Invalid: the ticket is of another session, address or stamp, or was used.
        """
        user = visitor.user
        if not ticket.is_of(user):
            raise Invalid("ticket.expired", field="code")
        if not self.is_of(ticket, visitor):
            raise Invalid("email.other_session", field="code")
        refused = self._db.transact(
            self._tickets.use_part(ticket, attempt=attempt, now=now),
            self._users.verify_email_part(user, now=now),
            self._audit.record_part("email.verified", origin=origin, actor=user.id, subject=user.id),
        )
        if refused is not None and not self._tickets.was_used(ticket, attempt=attempt):
            raise Invalid("ticket.expired", field="code")
        return replace(user, email_verified=True, version=user.version + 1)
