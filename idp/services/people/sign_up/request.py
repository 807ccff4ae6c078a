"""Asking for an account: a person types an address, and it gets a mail.

    BatchGet  address, ticket of this browser, count of codes, app
    Transact  the ticket, the count of codes, and the counters of mails of the network, the deployment and the address

An address with an account, one without, and one whose domain may not sign up cause the same calls on the same kind of keys, and the same
page (G-01, G-02, M-06). Only the mail tells its owner which it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.apps.client import Client
from idp.domain.people.mail_domains import MailDomains
from idp.domain.tickets.code import format_code
from idp.domain.tickets.ticket import LIFETIMES, SIGN_UP, Ticket
from idp.services.mail.app_of_mail import app_of_mail
from idp.services.mail.recipient_language import language_for
from idp.services.people.sign_up.rules import REFUSED, UPSTREAM, require_offered
from idp.services.people.user_changes import parse_email
from idp.store import keys
from idp.store.clients import place as client_place
from idp.store.user_items import EmailItem

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.sessions.request_origin import Origin
    from idp.services.mail.mailer import Mailer
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Issued, Tickets
    from idp.settings import Settings
    from idp.store.database import Database

_HOUR = 3600
_APP = "app"
_SHOWN = ("id", "name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "registered_by")
"""The members of the app that the ticket keeps for the pages, so that these need no read of it."""


class Asked(NamedTuple):
    """A person typed an address. `owner`: of the ticket. `client`: the app that they came from, or None."""

    owner: str
    email: str
    client: Client | None


class Came(NamedTuple):
    """Where the person came from: the sealed request, the app's id or "", and the digest of the browser.

    `upstream`: the id of the link that an upstream identity will have, or "".
    """

    request: str
    client_id: str
    browser: str
    upstream: str = ""


class SignUpRequest:
    """Sends the mail that proves an address, or tells its owner that there is an account already."""

    def __init__(self, settings: Settings, database: Database, tickets: Tickets, limits: TicketLimits, mailer: Mailer) -> None:
        self._settings, self._db, self._tickets, self._limits, self._mailer = settings, database, tickets, limits, mailer

    def ask(self, typed: str, came: Came, *, solved: bool, origin: Origin, now: int, scope: Scope) -> Asked:
        """Send a mail to this address. What is returned does not tell whether the address has an account, or whether a mail was sent.

        `solved`: the browser solved the challenge, or there is none. Without that, far fewer mails are sent.

        Raises:
            Invalid: the text is not an email address.
            PageError: sign-up is not offered here.
            Throttled: all people together asked for too many mails in this hour.
        """
        scope.require_deployment()
        email = parse_email(typed)
        owner = self._tickets.address_owner(email)
        of_client = [client_place(came.client_id)] if came.client_id else []
        slot = self._tickets.slot_of(came.browser)
        places = (self._tickets.place(owner, SIGN_UP, slot), self._tickets.codes_place(owner, SIGN_UP))
        taken, item, counted, *rest = self._db.batch_get((EmailItem, keys.email(email)), *places, *of_client)
        client = rest[0].client() if rest and rest[0] else None
        require_offered(self._settings, client)
        refused = not MailDomains.parse(self._settings.sign_up_domains, self._settings.sign_up_denied_domains).accept(email)
        known = taken.user_id if taken and not taken.is_free(now) else ""
        draft = Ticket(
            owner=owner, kind=SIGN_UP, email=email, user_id=known, browser=came.browser, request=came.request, slot=slot,
            details=({REFUSED: "1"} if refused else {}) | _app_details(client) | ({UPSTREAM: came.upstream} if came.upstream else {}),
        )  # fmt: skip
        limits = self._limits.of_strangers(origin.address, now, about=f"{SIGN_UP} {owner}", solved=solved)
        issued = self._tickets.issue_in_slot(draft, item, counted, limits=limits, now=now)
        if issued:
            self._mail(issued, client, origin)
        return Asked(owner, email, client)

    def _mail(self, issued: Issued, client: Client | None, origin: Origin) -> None:
        """Send the mail that the address gets: a code; or that it has an account already; or that it may not have one here."""
        ticket, s = issued.ticket, self._settings
        name = "sign_up_known" if ticket.user_id else "sign_up_refused" if ticket.details.get(REFUSED) else "sign_up"
        context = {
            "code": format_code(issued.code), "link": issued.link, **app_of_mail(client), "address": origin.address,
            "hours": str(LIFETIMES[SIGN_UP] // _HOUR), "issuer": s.issuer, "brand": s.brand,
            "reset": s.issuer + "/forgot" if s.resets_passwords else "", "lang": language_for(s, page=origin.language),
        }  # fmt: skip
        self._mailer.send(ticket.email, name, context)


def shown_app(ticket: Ticket) -> Client | None:
    """Return what a page shows of the app that the person came from, as it was when the mail was sent. It decides nothing."""
    app = ticket.details.get(_APP)
    return Client(**json.loads(app)) if app else None


def _app_details(client: Client | None) -> dict[str, str]:
    return {_APP: json.dumps({name: getattr(client, name) for name in _SHOWN}, separators=(",", ":"))} if client else {}
