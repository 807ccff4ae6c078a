"""Asking for a new password: a person types an address, or an admin or another act asks for them, and the address gets a mail.

    BatchGet  address, ticket of this browser, count of codes; Get  user, or a random id
    Transact  ticket, count of codes, and the counters of mails of the network, the deployment and the address

An address without an account, and one of a disabled account, cause the same calls and the same work, and the mail is discarded
(threats M-06, G-02).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.sessions.request_origin import Origin
from idp.domain.tickets.code import format_code
from idp.domain.tickets.ticket import LIFETIMES, RESET, Ticket
from idp.services.mail.app_of_mail import app_of_mail
from idp.services.mail.recipient_language import language_for
from idp.store import keys
from idp.store.user_items import EmailItem

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.services.mail.mailer import Mailer
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Issued, Tickets
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.users import Users

FACTOR = "factor"
"""The detail of a ticket that says whether its account has a second factor, or must have one."""
PASSKEY, HAS, OWES, NONE = "passkey", "has", "owes", ""
"""Its values: a passkey, and maybe an authenticator app; an authenticator app only; none, but the account must have one; none."""
SINCE = "since"
"""The detail of a ticket by which the owner takes the account back: a time (epoch seconds). The reset demands no factor that was added at
this time or later, and removes it. A stranger with the password could add one until the new password is set.
"""


class ResetRequest:
    """Sends the mail by which a password is reset."""

    def __init__(
        self, *, database: Database, users: Users, tickets: Tickets, limits: TicketLimits, mailer: Mailer, settings: Settings, new_id: NewId
    ) -> None:
        self._db, self._users, self._tickets, self._limits = database, users, tickets, limits
        self._mailer, self._settings, self._new_id = mailer, settings, new_id

    def ask(self, email: str, *, browser: str, request: str, client: Client | None, origin: Origin, now: int) -> None:
        """Send the mail, if an account that is not disabled has this canonical address. What happens cannot be seen from outside.

        `browser`: the digest of the browser that asks. It has a ticket of its own, so that a stranger who asks for the same address ends
        no link and no code (threats M-13). `request`: the sealed authorization request that the person came with. `client`: its app.

        Raises:
            Throttled: all people together asked for too many mails in this hour.
        """
        owner, slot = self._tickets.address_owner(email), self._tickets.slot_of(browser)
        places = (self._tickets.place(owner, RESET, slot), self._tickets.codes_place(owner, RESET))
        email_item, found, counted = self._db.batch_get((EmailItem, keys.email(email)), *places)
        user = self._users.get(email_item.user_id if email_item else self._new_id())
        if user and (user.email != email or user.disabled):
            user = None
        limits = self._limits.of_strangers(origin.address, now, about=f"{RESET} {owner}")
        draft = replace(_draft(owner, email, user, request), slot=slot)
        issued = self._tickets.issue_in_slot(draft, found, counted, limits=limits, now=now)
        if issued:
            self._send(issued, user, client=client, origin=origin, discard=user is None)

    def send_for_admin(self, user: User, *, now: int) -> int | None:
        """Send the mail to a user for whom an admin asked. Returns when it expires (epoch seconds), or None if it is too soon."""
        owner = self._tickets.address_owner(user.email)
        (found,) = self._db.batch_get(self._tickets.place(owner, RESET))
        issued = self._tickets.issue(_draft(owner, user.email, user, ""), found, now=now)
        if issued is None:
            return None
        self._send(issued, user, client=None, origin=Origin(""), by_admin=True)
        return issued.ticket.expires_at

    def start(self, user: User, origin: Origin, now: int, since: int = 0) -> None:
        """Send a mail to a user whose account was taken back, without a limit: the act that needs it has one. One call.

        `since`: factors that were added at this time (epoch seconds) or later are not demanded, and go with the reset. 0: none of them.
        """
        draft = _draft(self._tickets.address_owner(user.email), user.email, user, "")
        if since:
            draft = replace(draft, details={**draft.details, SINCE: str(since)})
        self._send(self._tickets.issue_at_once(draft, now=now), user, client=None, origin=origin)

    def _send(
        self, issued: Issued, user: User | None, *, client: Client | None, origin: Origin, discard: bool = False, by_admin: bool = False
    ) -> None:  # fmt: skip
        """Send the mail of a ticket. `origin`: of the browser that asked."""
        context = {
            "code": format_code(issued.code), "link": issued.link, "email": issued.ticket.email, **app_of_mail(client),
            "address": origin.address, "minutes": str(LIFETIMES[RESET] // 60),
            "issuer": self._settings.issuer, "brand": self._settings.brand,
            "by_admin": "1" if by_admin else "", "lang": language_for(self._settings, user, page=origin.language),
        }  # fmt: skip
        self._mailer.send(issued.ticket.email, "password_reset", context, discard=discard)


def factor_of(user: User) -> str:
    """Return PASSKEY, HAS, OWES or NONE."""
    return PASSKEY if user.passkeys else HAS if user.has_second_factor else OWES if user.needs_second_factor else NONE


def _draft(owner: str, email: str, user: User | None, request: str) -> Ticket:
    if user is None:
        return Ticket(owner, RESET, email, request=request)
    return Ticket(owner, RESET, email, user_id=user.id, stamp=user.security_stamp, request=request, details={FACTOR: factor_of(user)})
