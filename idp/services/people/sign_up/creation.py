"""The account of a person who proved an address: by the code that they type, or by the link.

A step reads and writes:

    code     Update    count the try
    finish   BatchGet  ticket, app
             Transact  user and address if both are free, the ticket is used, the audit event
             (the session follows: `store_first_factor`)

An account is created only by a ticket whose address had none, so what a stranger types changes no account.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.apps.client import Client
from idp.domain.apps.sign_up_offer import CLOSED
from idp.domain.errors import Invalid
from idp.domain.people import asked_claims
from idp.domain.people import terms as terms_of
from idp.domain.people.user import ID_PREFIX, User
from idp.domain.tickets.code import parse
from idp.domain.tickets.ticket import INVITE, JOIN, SIGN_UP, Ticket
from idp.services.factors.password_sign_in import Proved
from idp.services.hooks.registration import BY_INVITATION, BY_SIGN_UP
from idp.services.passkeys import in_place_of_password as by_passkey
from idp.services.people.sign_up.rules import may_create, require_offered, required_terms
from idp.store.clients import place as client_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import NewId
    from idp.domain.people.asked_claims import AskedClaim
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.hooks.registration import RegistrationHooks
    from idp.services.passkeys.authentication import Given
    from idp.services.passkeys.in_place_of_password import InPlaceOfPassword, Made
    from idp.services.people.invitations import Admission, InvitationService
    from idp.services.people.organisation_joining import Joining, OrganisationJoining
    from idp.services.tickets.tickets import Tickets
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.users import Users


class Found(NamedTuple):
    """The ticket of a person who proved an address, and the app that they came from or are invited to. `admission`: of an invitation.

    `joining`: of an invitation into an organisation.
    """

    ticket: Ticket
    client: Client | None
    admission: Admission | None = None
    joining: Joining | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person enters for the new account. `typed`: the fields of the form by name.

    `passkey`: what a browser answered, if the person made a passkey in place of a password. `passkey_name`: what they call it.
    """

    password: str = field(repr=False)
    typed: Mapping[str, str] = field(repr=False)
    passkey: Given | None = None
    passkey_name: str = ""


class SignUp:
    """Creates accounts for people who prove that they read the mail of an address. It does not decide whether sign-up is offered."""

    def __init__(
        self, settings: Settings, database: Database, users: Users, tickets: Tickets, passwords: NewPasswords, devices: Devices,
        audit: Audit, new_id: NewId, invitations: InvitationService, by_passkey: InPlaceOfPassword,
        joinings: OrganisationJoining, registration_hooks: RegistrationHooks,
    ) -> None:  # fmt: skip
        self._settings, self._db, self._users, self._tickets = settings, database, users, tickets
        self._passwords, self._devices, self._audit, self._new_id = passwords, devices, audit, new_id
        self._invitations, self._by_passkey, self._joinings = invitations, by_passkey, joinings
        self._registration_hooks = registration_hooks

    @property
    def claims(self) -> tuple[AskedClaim, ...]:
        """Return the claims that a new account is asked for."""
        return asked_claims.parse(self._settings.sign_up_claims)

    def require_offered(self, client: Client | None) -> None:
        """Require that people may create an account here, on the way to this app.

        Raises:
            PageError: they may not (threats G-13).
        """
        require_offered(self._settings, client)

    def require_any(self) -> None:
        """Require that people may create accounts here at all, by themselves or by an invitation.

        Raises:
            PageError: they may not.
        """
        if self._settings.sign_up == CLOSED:
            self.require_offered(None)

    def try_code(self, owner: str, typed: str, *, browser: str, now: int, scope: Scope) -> tuple[Ticket, str]:
        """Count that a code was typed, and compare it. Return the ticket and its handle, which is the proof for `find`.

        Raises:
            Invalid: the code is wrong, over, or of another browser.
            Throttled: too many codes were typed for this address.
        """
        scope.require_deployment()
        ticket = self._tickets.try_code(owner, SIGN_UP, typed, now=now, slot=self._tickets.slot_of(browser))
        if not may_create(ticket) or not hmac.compare_digest(ticket.browser, browser):
            raise Invalid("ticket.wrong_code", field="code")
        return ticket, self._tickets.handle(ticket, parse(typed) or "")

    def find(self, handle: str, *, client_id: str, now: int, scope: Scope) -> Found | None:
        """Read the ticket that a link or a page names, and the app. One call, or none for a forged handle. Nothing is used up.

        None: the ticket was used or replaced, or is over.
        """
        scope.require_deployment()
        opened = self._tickets.open(handle, now=now)
        if opened is None or opened.kind not in {SIGN_UP, INVITE, JOIN}:
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
        if opened.kind == JOIN:
            joining = self._joinings.admit(ticket, scope=scope)
            return Found(ticket, None, joining=joining) if joining and (joining.user or self._settings.sign_up != CLOSED) else None
        return Found(ticket, rest[0].client() if rest and rest[0] else None) if may_create(ticket) else None

    def create(self, found: Found, entered: Entered, *, origin: Origin, now: int, scope: Scope) -> Proved | None:
        """Create the account, and return it as a proved first factor. None if the address has an account by now, or the ticket was used.

        With a passkey in place of a password it has recovery codes, and both factors are proved.

        Raises:
            Invalid: a claim, the password or the passkey is not acceptable, or terms are not accepted. `field` names the field of the form.
            PageError: sign-up is not offered here.
        """
        scope.require_deployment()
        ticket, client, admission, joining = found
        if admission is None and joining is None:
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
            memberships=1 if joining else 0,
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
        how = BY_INVITATION if admission or joining else BY_SIGN_UP
        self._registration_hooks.require_allowed(user, client, how=how, origin=origin)
        event = self._audit.record_part(
            "user.signed_up", origin=origin, actor=user.id, subject=user.id, client_id=client.id if client else "",
            terms=" ".join(each.version for each in terms), **_describe(admission or joining),
        )  # fmt: skip
        used = self._tickets.use_part(ticket, attempt=origin.request_id or user.id, now=now)
        also = [self._invitations.accepted_part(admission) if admission else self._tickets.forget_codes_part(ticket.owner, SIGN_UP)]
        if joining:
            also = self._joinings.new_account_parts(joining, user, origin=origin, now=now, scope=scope)
        if not self._users.create(user, use=used, also=[event, *(made.parts if made else ()), *also]):
            return None
        device = self._devices.remember(user.email, now)
        if made is None:
            return Proved(user, client, None, device.handle, device_is_new=True, known_since=now)
        return Proved(
            user, client, None, device.handle, device_is_new=True, known_since=now, amr=(*made.new.methods, "mfa"),
            recovery_codes=made.new.codes,
        )  # fmt: skip


def _describe(admission: Admission | Joining | None) -> dict[str, str]:
    """Return the invitation and its inviter, for the audit event."""
    return {"invitation": admission.invitation.id, "invited_by": admission.invitation.invited_by} if admission else {}
