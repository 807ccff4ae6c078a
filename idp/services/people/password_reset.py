"""A forgotten password: ask for a mail, prove the address by its link or code, set a new password (OWASP ASVS 6.4.3, people's own reset).

    ask      BatchGet  address, ticket of this browser, count of codes; Get  user, or a random id
             Transact  ticket, count of codes, and the counters of mails of the network, the deployment and the address
    link     BatchGet  ticket, user                      uses nothing up
    code     Update    ticket                            counted before it is compared
    finish   BatchGet  ticket, user, second factor; Update  second factor; TransactWrite  ticket, user, event; Query  grants

An address without an account, and one of a disabled account, cause the same calls and the same work, and the mail is discarded
(threats M-06, G-02). The second factor stays required. No one is signed in by a reset: the sign-in page follows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid
from idp.domain.factors.added import Added
from idp.domain.sessions.request_origin import Origin
from idp.domain.tickets.code import format_code, parse
from idp.domain.tickets.ticket import LIFETIMES, RESET, Ticket
from idp.services.mail.app_of_mail import app_of_mail
from idp.services.mail.recipient_language import language_for
from idp.services.passkeys import authentication
from idp.store import keys
from idp.store.user_items import EmailItem, UserItem

if TYPE_CHECKING:
    from typing import Any

    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Audit
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.mail.mailer import Mailer
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.authentication import Given, PasskeyAuthentication
    from idp.services.passkeys.options import Asked
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Issued, Opened, Tickets
    from idp.settings import Settings
    from idp.store.added_factors import AddedFactors
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


class Proved(NamedTuple):
    """The address was proved. `handle`: what the page sends back with the new password. `factor`: PASSKEY, HAS, OWES or NONE.

    `minimum`: characters of the new password. `passkey`: what the page asks a browser for, if the account has passkeys.
    `request`: the sealed authorization request that the person came with.
    """

    handle: str
    email: str
    factor: str
    minimum: int
    passkey: Asked | None = None
    request: str = ""


class PasswordReset:
    """Resets passwords. It acts only on the account whose address a link or code proved."""

    def __init__(
        self, *, database: Database, users: Users, tickets: Tickets, limits: TicketLimits, passwords: NewPasswords,
        second_factor: SecondFactor, passkeys: PasskeyAuthentication, added_factors: AddedFactors, access: Access,
        audit: Audit, notices: Notices, mailer: Mailer, settings: Settings, new_id: NewId,
    ) -> None:  # fmt: skip
        self._db, self._users, self._tickets, self._limits, self._passwords = database, users, tickets, limits, passwords
        self._added_factors, self._passkeys = added_factors, passkeys
        self._second_factor, self._access, self._audit, self._notices = second_factor, access, audit, notices
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

    def look(self, handle: str, opened: Opened, *, now: int) -> Proved:
        """Return what the page of a link shows. One call, and nothing is used up.

        Raises:
            Invalid: `ticket.expired`: the ticket is over, or the account changed since then.
        """
        item, user_item = self._db.batch_get(
            self._tickets.place(opened.owner, opened.kind, opened.slot), (UserItem, keys.user(opened.user_id))
        )
        ticket, user = self.checked(item, user_item, opened, now)
        kept = self.added(ticket, user).without(user)
        return self.proved(handle, ticket, factor_of(kept), kept)._replace(request=ticket.request)

    def prove_code(self, owner: str, code: str, *, browser: str, now: int) -> Proved:
        """Return the same for a typed code, in the browser that asked for the mail. One call, and another one if the account has passkeys.

        Raises:
            Invalid: the code is wrong or the ticket is over (`Tickets.try_code`).
        """
        ticket = self._tickets.try_code(owner, RESET, code, now=now, slot=self._tickets.slot_of(browser))
        factor = ticket.details.get(FACTOR, NONE)
        user = self._users.get(ticket.user_id) if factor == PASSKEY else None
        kept = self.added(ticket, user).without(user) if user else None
        return self.proved(self._tickets.handle(ticket, parse(code) or ""), ticket, factor, kept)

    def finish(self, handle: str, password: str, code: str, passkey: Given, *, origin: Origin, now: int) -> User:
        """Set the new password. All sessions, grants and tickets of the account end. Returns the account as it is now.

        If the account has a second factor, one of two is needed. `code`: of the authenticator app, a recovery code or a temporary code.
        `passkey`: what a browser answered to `Proved.passkey`.

        Raises:
            Invalid: the password is refused, the code or the passkey is wrong, or the ticket is over (`ticket.expired`). Only a right
                second factor is used up then.
            Throttled: too many codes of the second factor.
        """
        opened = self.opened(handle, now)
        places = (self._tickets.place(opened.owner, RESET, opened.slot), (UserItem, keys.user(opened.user_id)))
        of_passkey = self._passkeys.list_keys(opened.user_id, passkey) if passkey.answer else None
        of_factor = self._second_factor.list_keys(opened.user_id, now) if of_passkey is None else of_passkey
        item, user_item, *factor = self._db.batch_get(*places, *of_factor)
        ticket, user = self.checked(item, user_item, opened, now)
        added = self.added(ticket, user)
        kept = added.without(user)
        hashed = self._passwords.hash(password, kept, field="new_password")  # before the code, which can be used only once
        if kept.has_second_factor:  # a reset by mail alone must not replace it (H-13)
            if passkey.answer:
                self._passkeys.use(kept, authentication.RESET, ticket.id, passkey, read=factor, origin=origin, now=now)
            else:
                self._second_factor.check(user, code, factor, origin=origin, now=now)
        self._write(ticket, user, added, hashed, origin=origin, now=now)
        after = replace(kept, security_stamp=user.security_stamp + 1, password_hash=hashed)
        self._access.notify_ended(after, now)
        self._notices.tell(user, "password_changed", origin=origin, now=now)
        return after

    def opened(self, handle: str, now: int) -> Opened:
        """Return what the handle of a page contains. No call.

        Raises:
            Invalid: `ticket.expired`.
        """
        opened = self._tickets.open(handle, now=now)
        if opened is None or opened.kind != RESET:
            raise Invalid("ticket.expired")
        return opened

    def added(self, ticket: Ticket, user: User) -> Added:
        """Return the factors that this reset removes. No call, except after "this was not me"."""
        since = ticket.details.get(SINCE)
        return self._added_factors.find(user, since=int(since)) if since else Added()

    def _write(self, ticket: Ticket, user: User, added: Added, hashed: str, *, origin: Origin, now: int) -> None:
        """Write ticket, user and event in one transaction, on condition that nothing changed since they were read."""
        removed = added.describe() if added != Added() else {}
        refused = self._db.transact(
            self._tickets.use_part(ticket, attempt=self._new_id(), now=now),
            self._users.reset_password_part(user, hashed, now=now, kept=added.without(user) if added != Added() else None),
            self._audit.record_part("password.reset", origin=origin, actor=user.id, subject=user.id, **removed),
            self._tickets.forget_codes_part(ticket.owner, RESET),
            *self._added_factors.remove_parts(user, added),
        )
        if refused is not None and not self._users.was_reset(refused[1], hashed):
            raise Invalid("ticket.expired")

    def checked(self, item: Any, user_item: Any, opened: Opened, now: int) -> tuple[Ticket, User]:
        """Return ticket and account, if the ticket is live and the account has not changed since (H-12, H-14)."""
        ticket, user = self._tickets.check(item, opened, now=now), user_item.user() if user_item else None
        if user is None or not ticket.is_of(user):
            raise Invalid("ticket.expired")
        return ticket, user

    def proved(self, handle: str, ticket: Ticket, factor: str, user: User | None) -> Proved:
        """Return what a page shows. `user`: with the factors that stay; None if no passkey can be asked for."""
        minimum = self._settings.password_min_length_mfa if factor else self._settings.password_min_length
        asked = self._passkeys.request(user, authentication.RESET, ticket.id) if user and user.passkeys else None
        return Proved(handle, ticket.email, factor, minimum, asked)


def factor_of(user: User) -> str:
    """Return PASSKEY, HAS, OWES or NONE."""
    return PASSKEY if user.passkeys else HAS if user.has_second_factor else OWES if user.needs_second_factor else NONE


def _draft(owner: str, email: str, user: User | None, request: str) -> Ticket:
    if user is None:
        return Ticket(owner, RESET, email, request=request)
    return Ticket(owner, RESET, email, user_id=user.id, stamp=user.security_stamp, request=request, details={FACTOR: factor_of(user)})
