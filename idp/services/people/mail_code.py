"""Sign-in with a code from a mail, or with its link: a first factor, never a second one (NIST SP 800-63B-4 §3.1.3).

    ask      BatchGet  address, ticket of this browser, count of codes, app; Get  user, or a random id
             Transact  ticket, count of codes, and the counters of mails of the network, the deployment and the address
    link     BatchGet  ticket, app                       in the browser that asked; uses nothing up
    code     Update    ticket                            counted before it is compared
    sign in  BatchGet  user, app, consent, (ticket); Transact  ticket, count of codes, session, grant

An address without an account, and one of a disabled account, cause the same calls and the same work, and the mail is discarded (threats
M-06, G-02). Code and link count only in the browser that asked (M-11), for an app that lets people sign in like this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.apps.mail_code_offer import is_offered
from idp.domain.errors import Invalid, PageError
from idp.domain.sessions.session import EMAIL
from idp.domain.tickets.code import format_code
from idp.domain.tickets.ticket import LIFETIMES, SIGN_IN_CODE, Ticket
from idp.services.factors.password_sign_in import Proved
from idp.services.mail.app_of_mail import app_of_mail
from idp.services.mail.recipient_language import language_for
from idp.store import keys
from idp.store.clients import place as client_place
from idp.store.consents import ConsentItem
from idp.store.user_items import EmailItem, UserItem
from idp.telemetry.record import count

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.throttling import Throttling
    from idp.services.mail.mailer import Mailer
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Issued, Opened, Tickets
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.users import Users


class Came(NamedTuple):
    """Where the person came from: the digest of the browser, the app's id or "", the browser's cookie of a known device, and the origin."""

    browser: str
    client_id: str
    device: str | None
    origin: Origin


class MailCode:
    """Signs in people who read the mail of an account's address."""

    def __init__(
        self, *, settings: Settings, database: Database, users: Users, tickets: Tickets, limits: TicketLimits, devices: Devices,
        throttling: Throttling, mailer: Mailer, audit: Audit, new_id: NewId,
    ) -> None:  # fmt: skip
        self._settings, self._db, self._users, self._tickets, self._limits = settings, database, users, tickets, limits
        self._devices, self._throttling, self._mailer, self._audit, self._new_id = devices, throttling, mailer, audit, new_id

    def require_offered(self, client: Client | None) -> None:
        """Require that people may sign in to this app with a code from a mail. `client`: None for the account page.

        Raises:
            PageError: they may not, or no mail can be sent.
        """
        if not (self._settings.sends_mail and is_offered(client, by_default=self._settings.signs_in_by_mail)):
            raise PageError("forbidden", "mail_code.off", status=403, app=client)

    def ask(self, email: str, came: Came, *, request: str, now: int) -> tuple[str, Client | None]:
        """Send the mail, if an account that is not disabled has this canonical address. What happens cannot be seen from outside.

        `request`: the sealed authorization request that the person came with. Returns the owner of the ticket, and the app.

        Raises:
            PageError: the app does not let people sign in like this. Nothing was written or sent.
            Throttled: the deployment has sent as many mails as it may in this hour.
        """
        owner, slot = self._tickets.address_owner(email), self._tickets.slot_of(came.browser)
        places = (self._tickets.place(owner, SIGN_IN_CODE, slot), self._tickets.codes_place(owner, SIGN_IN_CODE))
        app = [client_place(came.client_id)] if came.client_id else []
        email_item, found, counted, *rest = self._db.batch_get((EmailItem, keys.email(email)), *places, *app)
        client = rest[0].client() if rest and rest[0] else None
        self.require_offered(client)
        user = self._users.get(email_item.user_id if email_item else self._new_id())
        if user and (user.email != email or user.disabled):
            user = None
        draft = Ticket(owner, SIGN_IN_CODE, email, browser=came.browser, request=request, slot=slot)
        if user:
            draft = Ticket(
                owner, SIGN_IN_CODE, email, user_id=user.id, stamp=user.security_stamp, browser=came.browser, request=request, slot=slot
            )
        limits = self._limits.of_strangers(came.origin.address, now, about=f"{SIGN_IN_CODE} {owner}")
        issued = self._tickets.issue_in_slot(draft, found, counted, limits=limits, now=now)
        if issued:
            self._send(issued, user, client=client, origin=came.origin)
        return owner, client

    def look(self, opened: Opened, *, now: int) -> Ticket:
        """Return the ticket of a link. One call, and nothing is used up.

        Raises:
            Invalid: it was used or replaced, or has expired.
        """
        return self._tickets.read(opened, now=now)

    def by_code(self, owner: str, email: str, code: str, came: Came, *, now: int) -> Proved:
        """Check a typed code, in the browser that asked for the mail. `email`: the address that was typed there.

        Raises:
            Invalid: the code is wrong, or the ticket is over (`Tickets.try_code`).
            PageError: the app does not let people sign in like this.
        """
        try:
            ticket = self._tickets.try_code(owner, SIGN_IN_CODE, code, now=now, slot=self._tickets.slot_of(came.browser))
        except Invalid as wrong:
            self._refused(wrong, email, came)
            raise
        return self._prove(ticket, came, *self._read(ticket.user_id, came), now=now)

    def by_link(self, handle: str, came: Came, *, now: int) -> Proved:
        """Check the link, in the browser that asked for the mail. It raises as `by_code` does."""
        opened = self._tickets.open(handle, now=now)
        if opened is None or opened.kind != SIGN_IN_CODE or opened.slot != self._tickets.slot_of(came.browser):
            raise Invalid("ticket.expired")
        more = self._tickets.place(opened.owner, opened.kind, opened.slot)
        *read, item = self._read(opened.user_id, came, more)
        return self._prove(self._tickets.check(item, opened, now=now), came, *read, now=now)

    def _read(self, user_id: str, came: Came, *more: Any) -> list[Any]:
        """Return the items of the user, the app and the consent, by one read, and those of `more`."""
        app = [client_place(came.client_id), (ConsentItem, keys.consent(user_id, came.client_id))] if came.client_id else []
        user, *rest = self._db.batch_get((UserItem, keys.user(user_id or self._new_id())), *app, *more)
        return [user, *(rest if came.client_id else [None, None, *rest])]

    def _prove(self, ticket: Ticket, came: Came, user_item: Any, client_item: Any, consent_item: Any, *, now: int) -> Proved:
        """Return what the session begins with. Its write uses up the ticket, so of code and link only one begins a session."""
        client = client_item.client() if client_item else None
        self.require_offered(client)
        user = user_item.user() if user_item else None
        if user is None or not ticket.is_of(user):
            raise Invalid("ticket.expired")
        known = self._devices.of(came.device, user, now)
        device = known or self._devices.remember(user.email, now)
        count("SignIns", Outcome="success", Reason="mail_code")
        parts = (
            self._tickets.use_part(ticket, attempt=self._new_id(), now=now),
            self._tickets.forget_codes_part(ticket.owner, SIGN_IN_CODE),
        )
        consent = consent_item.consent() if consent_item else None
        return Proved(user, client, consent, device.handle, known is None, device.known_since, amr=(EMAIL,), parts=parts)

    def _refused(self, wrong: Invalid, email: str, came: Came) -> None:
        """Write the event of a wrong code. It names no user: the address may have no account, and both cause the same calls."""
        if wrong.message.id == "ticket.wrong_code":
            self._audit.record(
                "sign_in.failed", origin=came.origin, outcome="failure", reason="wrong_mail_code", client_id=came.client_id,
                account=self._throttling.trace(email),
            )  # fmt: skip

    def _send(self, issued: Issued, user: User | None, *, client: Client | None, origin: Origin) -> None:
        """Send the mail. Without a user it is discarded at the end."""
        context = {
            "code": format_code(issued.code), "link": issued.link, **app_of_mail(client), "address": origin.address,
            "minutes": str(LIFETIMES[SIGN_IN_CODE] // 60), "issuer": self._settings.issuer, "brand": self._settings.brand,
            "lang": language_for(self._settings, user, page=origin.language),
        }  # fmt: skip
        self._mailer.send(issued.ticket.email, "sign_in_code", context, discard=user is None)
