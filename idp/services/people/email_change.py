"""Change of the own address: it is proved by a mail to the new one before anything is taken, and can be undone from the old one.

The new address is not taken before the proof, so that a person cannot squat the address of another (threats M-14). An address that
another user has gets a mail that says so, and the page is the same, so that it does not tell who has an account (M-06).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, Throttled
from idp.domain.people import email as emails
from idp.domain.people import former_emails
from idp.domain.tickets import code as codes
from idp.domain.tickets.ticket import EMAIL_CHANGE, EMAIL_UNDO, HOURLY, LIFETIMES, PAUSE, Ticket
from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for
from idp.services.people.user_changes import parse_email
from idp.store import keys
from idp.store.user_items import EmailItem, EmailTakenError

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
    from idp.store.email_changes import EmailChanges
    from idp.store.tickets import TicketItem

_HOUR, _DAY = 3600, 86400


class EmailChange:
    """The two halves of a change: `ask` sends a code to the new address, `commit` writes the change after the proof."""

    def __init__(
        self, settings: Settings, changes: EmailChanges, tickets: Tickets, limits: TicketLimits, audit: Audit, mailer: Mailer
    ) -> None:
        self._settings, self._changes, self._tickets = settings, changes, tickets
        self._limits, self._audit, self._mailer = limits, audit, mailer

    def list_wanted(self, typed: str) -> More:
        """Return what must be read with the visitor for `ask`: the item of the typed address, and the visitor's ticket."""
        email = keys.email(emails.identity(typed))
        return lambda user_id: [(EmailItem, email), self._tickets.place(user_id, EMAIL_CHANGE)]

    def ask(self, visitor: Visitor, typed: str, *, origin: Origin, now: int) -> str:
        """Send a link and a code to the typed address, and return its canonical form. One call. `visitor.more`: as `list_wanted` says.

        Raises:
            Invalid: it is not an address, or the visitor has it already, or changed the address too often.
            Throttled: the last mail was sent a moment ago, or there were too many, also from this network.
        """
        user, address = visitor.user, parse_email(typed)
        taken, found = visitor.more
        if address == user.email:
            raise Invalid("email.unchanged", field="email")
        if len(former_emails.list_reserved(user.former_emails, now)) >= former_emails.MOST:
            raise Invalid("email.too_many_changes", field="email")
        if wait := _wait(found, now):
            raise Throttled(wait)
        details = {"from": user.email, "session": visitor.session.sid}
        draft = Ticket(user.id, EMAIL_CHANGE, address, user.id, user.security_stamp, details=details)
        issued = self._tickets.issue(draft, found, now=now, also=self._limits.of_people(origin.address, now))
        if issued is None:
            raise Throttled(PAUSE)
        mine = taken is not None and taken.user_id == user.id
        free = taken is None or mine or taken.is_free(now)
        context = {**self._context(user, origin, now), "minutes": str(LIFETIMES[EMAIL_CHANGE] // 60)}
        secrets = {"code": codes.format_code(issued.code), "link": issued.link} if free else {}
        self._mailer.send(address, "email_change" if free else "email_taken", {**context, **secrets})
        return address

    @staticmethod
    def is_of(ticket: Ticket, visitor: Visitor) -> bool:
        """Return whether the visitor asked for this ticket in the session that they have now."""
        return ticket.user_id == visitor.user.id and ticket.details.get("session") == visitor.session.sid

    def commit(self, visitor: Visitor, ticket: Ticket, *, attempt: str, origin: Origin, now: int) -> User:
        """Write the change after the ticket was proved, and tell the old address. One call. Return the changed user.

        Raises:
            Invalid: the ticket belongs to another session, an earlier address or an earlier stamp; or another user has the address by now.
        """
        user = visitor.user
        if ticket.user_id != user.id or not user.accepts(ticket.stamp) or ticket.details.get("from") != user.email:
            raise Invalid("ticket.expired", field="code")
        if not self.is_of(ticket, visitor):
            raise Invalid("email.other_session", field="code")
        draft = Ticket(self._tickets.address_owner(user.email), EMAIL_UNDO, user.email, user.id, user.security_stamp)
        undo, undo_part = self._tickets.issue_part(draft, now=now)
        reserved = former_emails.list_reserved(user.former_emails, now)
        former = former_emails.add({k: v for k, v in reserved.items() if k != ticket.email}, user.email, undo.ticket.id, now)
        after = replace(user, email=ticket.email, email_verified=True, former_emails=former, updated_at=now)
        use = self._tickets.use_part(ticket, attempt=attempt, now=now)
        event = self._audit.record_part("email.changed", origin=origin, actor=user.id, subject=user.id)
        try:
            written = self._changes.change(after, email_was=user.email, now=now, use=use, parts=[undo_part, event])
        except EmailTakenError:
            raise Invalid("email.taken_by_another", field="email") from None
        if written is None:
            raise Invalid("email.changed_meanwhile", field="code")
        for email in user.former_emails.keys() - former.keys() - {ticket.email}:
            self._changes.release(user, email)
        name, days = str(user.claims.get("name") or ""), str(LIFETIMES[EMAIL_UNDO] // _DAY)
        self._mailer.send(user.email, "email_changed", {**self._context(user, origin, now), "name": name, "link": undo.link, "days": days})
        return written

    def _context(self, user: User, origin: Origin, now: int) -> dict[str, str]:
        return {
            "at": at(now), "address": origin.address, "issuer": self._settings.issuer, "brand": self._settings.brand,
            "lang": language_for(self._settings, user, page=origin.language),
        }  # fmt: skip


def _wait(found: TicketItem | None, now: int) -> int:
    """Return the seconds until another mail may be asked for."""
    before = found.ticket() if found else None
    if before is None or not before.too_soon(now):
        return 0
    many = before.asked_hour == now // _HOUR and before.asked_count >= HOURLY  # its tickets are valid for an hour
    return _HOUR - now % _HOUR if many else before.created_at + PAUSE - now
