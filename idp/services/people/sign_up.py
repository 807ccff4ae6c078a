"""Creating one's own account. The address comes first; password, name and terms come after its proof, so that a stranger can plant nothing
in the account of somebody else (threats G-11, O-01).

    ask      BatchGet  address, ticket of this browser, count of codes, app
             Transact  the ticket, the count of codes, and the counters of mails of the network, the deployment and the address
    code     Update    count the try
    finish   BatchGet  ticket, app
             Transact  user and address if both are free, the ticket is used, the audit event
             (the session follows: `store_first_factor`)

An address with an account, one without, and one whose domain may not sign up cause the same calls on the same kind of keys, and the same
page (G-01, G-02, M-06). Only the mail tells its owner which it is.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.apps.client import Client
from idp.domain.apps.sign_up_offer import CLOSED, is_offered
from idp.domain.errors import Invalid, PageError
from idp.domain.people import asked_claims
from idp.domain.people import terms as terms_of
from idp.domain.people.mail_domains import MailDomains
from idp.domain.people.terms import APP_PREFIX, DEPLOYMENT, Terms
from idp.domain.people.user import ID_PREFIX, User
from idp.domain.tickets.code import format_code, parse
from idp.domain.tickets.ticket import INVITE, LIFETIMES, SIGN_UP, Ticket
from idp.services.factors.password_sign_in import Proved
from idp.services.mail.app_of_mail import app_of_mail
from idp.services.mail.recipient_language import language_for
from idp.services.passkeys import in_place_of_password as by_passkey
from idp.services.people.user_changes import parse_email
from idp.store import keys
from idp.store.clients import place as client_place
from idp.store.users import EmailItem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import NewId
    from idp.domain.people.asked_claims import AskedClaim
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.mail.mailer import Mailer
    from idp.services.passkeys.authentication import Given
    from idp.services.passkeys.in_place_of_password import InPlaceOfPassword, Made
    from idp.services.people.invitations import Admission, InvitationService
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Issued, Tickets
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.users import Users

_HOUR = 3600
_APP = "app"
_SHOWN = ("id", "name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "registered_by")
"""The members of the app that the ticket keeps for the pages, so that these need no read of it."""
_REFUSED = "refused"
"""The detail of a ticket for an address that may not sign up. Its code is never accepted."""


class Asked(NamedTuple):
    """A person typed an address. `owner`: of the ticket. `client`: the app that they came from, or None."""

    owner: str
    email: str
    client: Client | None


class Came(NamedTuple):
    """Where the person came from: the sealed request, the app's id or "", and the digest of the browser."""

    request: str
    client_id: str
    browser: str


class Found(NamedTuple):
    """The ticket of a person who proved an address, and the app that they came from or are invited to. `admission`: of an invitation."""

    ticket: Ticket
    client: Client | None
    admission: Admission | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person enters for the new account. `typed`: the fields of the form by name.

    `passkey`: what a browser answered, if the person made a passkey in place of a password. `passkey_name`: what they call it.
    """

    password: str = field(repr=False)
    typed: Mapping[str, str] = field(repr=False)
    passkey: Given | None = None
    passkey_name: str = ""


def required_terms(settings: Settings, client: Client | None) -> list[Terms]:
    """Return the terms that have to be accepted: those of the deployment, and those of an app that an admin registered."""
    found = [Terms(DEPLOYMENT, settings.terms_uri, settings.terms_version)] if settings.terms_uri else []
    if client and client.tos_uri and client.registered_by is None:
        found.append(Terms(APP_PREFIX + client.id, client.tos_uri, client.tos_uri))
    return found


class SignUp:
    """Creates accounts for people who prove that they read the mail of an address. It does not decide whether sign-up is offered."""

    def __init__(
        self, settings: Settings, database: Database, users: Users, tickets: Tickets, limits: TicketLimits, passwords: NewPasswords,
        devices: Devices, mailer: Mailer, audit: Audit, new_id: NewId, invitations: InvitationService, by_passkey: InPlaceOfPassword,
    ) -> None:  # fmt: skip
        self._settings, self._db, self._users, self._tickets, self._limits = settings, database, users, tickets, limits
        self._passwords, self._devices, self._mailer, self._audit, self._new_id = passwords, devices, mailer, audit, new_id
        self._invitations, self._by_passkey = invitations, by_passkey

    @property
    def claims(self) -> tuple[AskedClaim, ...]:
        """Return the claims that a new account is asked for."""
        return asked_claims.parse(self._settings.sign_up_claims)

    def require_offered(self, client: Client | None) -> None:
        """Require that people may create an account here, on the way to this app.

        Raises:
            PageError: they may not (threats G-13).
        """
        if not is_offered(self._settings.sign_up, client):
            raise PageError("forbidden", "sign_up.closed", status=403, app=client)

    def require_any(self) -> None:
        """Require that people may create accounts here at all, by themselves or by an invitation.

        Raises:
            PageError: they may not.
        """
        if self._settings.sign_up == CLOSED:
            self.require_offered(None)

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
        self.require_offered(client)
        refused = not MailDomains.parse(self._settings.sign_up_domains, self._settings.sign_up_denied_domains).accept(email)
        known = taken.user_id if taken and not taken.is_free(now) else ""
        draft = Ticket(
            owner=owner, kind=SIGN_UP, email=email, user_id=known, browser=came.browser, request=came.request, slot=slot,
            details=({_REFUSED: "1"} if refused else {}) | _app_details(client),
        )  # fmt: skip
        limits = self._limits.of_strangers(origin.address, now, about=f"{SIGN_UP} {owner}", solved=solved)
        issued = self._tickets.issue_in_slot(draft, item, counted, limits=limits, now=now)
        if issued:
            self._mail(issued, client, origin)
        return Asked(owner, email, client)

    def try_code(self, owner: str, typed: str, *, browser: str, now: int, scope: Scope) -> tuple[Ticket, str]:
        """Count that a code was typed, and compare it. Return the ticket and its handle, which is the proof for `find`.

        Raises:
            Invalid: the code is wrong, over, or of another browser.
            Throttled: too many codes were typed for this address.
        """
        scope.require_deployment()
        ticket = self._tickets.try_code(owner, SIGN_UP, typed, now=now, slot=self._tickets.slot_of(browser))
        if not _may_create(ticket) or not hmac.compare_digest(ticket.browser, browser):
            raise Invalid("ticket.wrong_code", field="code")
        return ticket, self._tickets.handle(ticket, parse(typed) or "")

    def find(self, handle: str, *, client_id: str, now: int, scope: Scope) -> Found | None:
        """Read the ticket that a link or a page names, and the app. One call, or none for a forged handle. Nothing is used up.

        None: the ticket was used or replaced, or is over.
        """
        scope.require_deployment()
        opened = self._tickets.open(handle, now=now)
        if opened is None or opened.kind not in {SIGN_UP, INVITE}:
            return None
        if opened.kind == SIGN_UP:
            self.require_offered(None)
        of_client = [client_place(client_id)] if client_id else []
        item, *rest = self._db.batch_get(self._tickets.place(opened.owner, opened.kind, opened.slot), *of_client)
        try:
            ticket = self._tickets.check(item, opened, now=now)
        except Invalid:
            return None
        if opened.kind == INVITE:
            admission = self._invitations.admit(ticket, scope=scope)
            return Found(ticket, admission.client, admission) if admission else None
        return Found(ticket, rest[0].client() if rest and rest[0] else None) if _may_create(ticket) else None

    def create(self, found: Found, entered: Entered, *, origin: Origin, now: int, scope: Scope) -> Proved | None:
        """Create the account, and return it as a proved first factor. None if the address has an account by now, or the ticket was used.

        With a passkey in place of a password it has recovery codes, and both factors are proved.

        Raises:
            Invalid: a claim, the password or the passkey is not acceptable, or terms are not accepted. `field` names the field of the form.
            PageError: sign-up is not offered here.
        """
        scope.require_deployment()
        ticket, client, admission = found
        if admission is None:
            self.require_offered(client)
        claims = asked_claims.read(self.claims, entered.typed)
        terms = required_terms(self._settings, client)
        for each in terms:
            if not entered.typed.get(each.field):
                raise Invalid("terms.not_accepted", field=each.field)
        passkey = entered.passkey
        user_id = self._by_passkey.user_id(passkey, by_passkey.SIGN_UP, ticket.id) if passkey else ID_PREFIX + self._new_id()
        user = User(
            id=user_id, email=ticket.email, email_verified=True, claims=claims, terms=terms_of.record(terms, now),
            roles=admission.roles if admission else {}, groups=admission.groups if admission else {}, created_at=now, updated_at=now,
        )  # fmt: skip
        made: Made | None = None
        if passkey:
            made = self._by_passkey.judge(
                user, passkey, by_passkey.SIGN_UP, ticket.id, name=entered.passkey_name, known=False, origin=origin, now=now
            )  # fmt: skip
            user = replace(user, passkeys={made.new.passkey.id: made.new.passkey.summary})
        else:
            app = client.name if client else ""
            encoded = self._passwords.hash(entered.password, user, field="new_password", app=app)
            user = replace(user, password_hash=encoded, password_changed_at=now)
        event = self._audit.record_part(
            "user.signed_up", origin=origin, actor=user.id, subject=user.id, client_id=client.id if client else "",
            terms=" ".join(each.version for each in terms), **_describe(admission),
        )  # fmt: skip
        used = self._tickets.use_part(ticket, attempt=origin.request_id or user.id, now=now)
        also = self._invitations.accepted_part(admission) if admission else self._tickets.forget_codes_part(ticket.owner, SIGN_UP)
        if not self._users.create(user, use=used, also=[event, also, *(made.parts if made else ())]):
            return None
        device = self._devices.remember(user.email, now).handle
        if made is None:
            return Proved(user, client, None, device, device_is_new=True)
        return Proved(user, client, None, device, device_is_new=True, amr=(*made.new.methods, "mfa"), recovery_codes=made.new.codes)

    def _mail(self, issued: Issued, client: Client | None, origin: Origin) -> None:
        """Send the mail that the address gets: a code; or that it has an account already; or that it may not have one here."""
        ticket, s = issued.ticket, self._settings
        name = "sign_up_known" if ticket.user_id else "sign_up_refused" if ticket.details.get(_REFUSED) else "sign_up"
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


def _describe(admission: Admission | None) -> dict[str, str]:
    """Return the invitation and its inviter, for the audit event."""
    return {"invitation": admission.invitation.id, "invited_by": admission.invitation.invited_by} if admission else {}


def _may_create(ticket: Ticket) -> bool:
    """Return whether an account may be created by this ticket: its address had none, and its domain may sign up."""
    return not ticket.user_id and not ticket.details.get(_REFUSED)
