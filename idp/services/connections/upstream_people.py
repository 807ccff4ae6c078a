"""The person behind an upstream identity: their account, a new one, or the question that has to be answered first.

    sign in  BatchGet  the link's finder, app, (address, the owner of its domain)
             BatchGet  user, consent, (remembered device), (organisation, membership)
    create   Transact  user and address if both are free, the link if the subject has none, (ticket), (membership), the audit event

The session follows: `store_first_factor`. `idp.domain.connections.decision` decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.apps.sign_up_offer import is_offered
from idp.domain.connections.decision import Facts, LinkSilently, Refuse, SignIn, decide, may_create, refusal_of, vouches_for
from idp.domain.connections.of_organisation import bounded, may_open, may_serve
from idp.domain.connections.pending_link import pending_link
from idp.domain.errors import Invalid
from idp.domain.message import Message
from idp.domain.people import asked_claims
from idp.domain.people import terms as terms_of
from idp.domain.people.mail_domains import MailDomains
from idp.domain.people.standard_claims import check_claims
from idp.domain.people.user import ID_PREFIX, User
from idp.domain.sessions.session import FED
from idp.services.factors.password_sign_in import Proved
from idp.services.hooks.registration import BY_CONNECTION
from idp.services.people.sign_up.rules import required_terms
from idp.store import keys
from idp.store.clients import place as client_place
from idp.store.consents import ConsentItem
from idp.store.issuer_links import MOST, IssuerSubjectItem
from idp.store.user_items import EmailItem, UserItem
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.decision import Decision
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.people.consent import Consent
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tickets.ticket import Ticket
    from idp.services.audit.recorder import Audit
    from idp.services.connections.joining import ConnectionMembers
    from idp.services.factors.known_devices import Devices
    from idp.services.hooks.registration import RegistrationHooks
    from idp.services.mail.notices import Notices
    from idp.services.sessions.remembered_devices import RememberedDevices
    from idp.services.tickets.tickets import Tickets
    from idp.services.upstream.kept_tokens import TokenKeeper
    from idp.services.upstream.token_request import UpstreamTokens
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.issuer_links import IssuerLinks
    from idp.store.organisation_items import MembershipItem, OrganisationItem
    from idp.store.users import Users

BY_UPSTREAM, BY_MAIL, BY_SIGN_IN, BY_RULE, BY_PERSON = "new_account", "new_account_by_mail", "sign_in", "verified_address", "account_page"
"""`IssuerLink.how`: with a new account, whose address the upstream vouched for, or a mail proved; after a sign-in to the account; silently
(`Connection.link_verified`); on the account page."""


class Came(NamedTuple):
    """Where the person came from: the app's id or "", the browser's cookies of a known and of a remembered device, and the origin."""

    client_id: str
    device: str | None
    remembered: str | None
    origin: Origin


class Arrived(NamedTuple):
    """What follows. `proved`: the first factor, if the person is known. Otherwise `decision` tells which page to show, with `pending`.

    `parts`: the part that uses the attempt up, for the transaction of an account that is made at once. `tokens`: of the upstream, if the
    connection keeps them.
    """

    decision: Decision
    connection: Connection
    pending: PendingLink
    client: Client | None
    proved: Proved | None = None
    parts: tuple[Any, ...] = ()
    tokens: UpstreamTokens | None = None


class UpstreamPeople:
    """Finds, makes and links the accounts of upstream identities."""

    def __init__(
        self, *, settings: Settings, database: Database, users: Users, links: IssuerLinks, devices: Devices, tickets: Tickets,
        remembered_devices: Callable[[], RememberedDevices], keeper: TokenKeeper, audit: Audit, notices: Notices, new_id: NewId,
        registration_hooks: RegistrationHooks, members: ConnectionMembers,
    ) -> None:  # fmt: skip
        self._settings, self._db, self._users, self._links, self._devices = settings, database, users, links, devices
        self._tickets, self._remembered_devices, self._keeper = tickets, remembered_devices, keeper
        self._audit, self._notices, self._new_id = audit, notices, new_id
        self._registration_hooks, self._members = registration_hooks, members

    def arrive(
        self, connection: Connection, identity: UpstreamIdentity, came: Came, *, parts: tuple[Any, ...] = (),
        attempt: tuple[str, int] = ("", 0), tokens: UpstreamTokens | None = None, now: int,
    ) -> Arrived:  # fmt: skip
        """Decide what follows for a verified identity. `connection`: as read for this request. `parts`: for the session's transaction.

        `attempt`: as in `PendingLink`. `tokens`: as in `Finished`.
        """
        pending = pending_link(connection, identity, attempt)
        app = [client_place(came.client_id)] if came.client_id else []
        address = [(EmailItem, keys.email(pending.trusted))] if pending.trusted else []
        finder, *rest = self._db.batch_get(
            (IssuerSubjectItem, keys.issuer_subject(pending.id)), *app, *address, *self._members.wanted(pending)
        )  # fmt: skip
        client = rest[0].client() if app and rest[0] else None
        taken, owner = rest[-2:] if address else (None, None)
        pending = pending._replace(org_id=self._members.organisation_of(connection, owner, now))
        user_id = finder.user_id if finder else taken.user_id if taken and not taken.is_free(now) else ""
        user, consent, skips, belongs = self._read(user_id, came, pending.org_id, now) if user_id else (None, None, "", (None, None))
        local = None if finder or user is None or user.email != pending.trusted else user
        if connection.org_id and pending.org_id != connection.org_id:
            connection, pending = bounded(connection), pending._replace(trusted="", org_id="")  # the domain is another one's by now
        facts = Facts(bool(finder), user if finder else None, local, came.client_id, self._may_sign_up(client, pending.trusted), client)
        if connection.org_id:
            facts = self._of_organisation(facts, connection, pending, user, belongs)
        decision = decide(connection, identity, facts)
        if isinstance(decision, LinkSilently):
            decision = self._link_silently(decision, connection, pending, came, now)
        if isinstance(decision, SignIn):
            joined = self._members.join(decision.user, pending, *belongs, origin=came.origin, now=now)
            is_in = not connection.org_id or facts.member or joined is not decision.user
            decision = SignIn(joined) if is_in else Refuse(Message("upstream.no_member", name=connection.name))
        if isinstance(decision, SignIn):
            kept = self._keeper.parts(connection, decision.user.id, pending.id, tokens, now)
            proved = self._proved(decision.user, client, consent, pending, came, skips=skips, parts=(*parts, *kept), now=now)
            return Arrived(decision, connection, pending, client, proved)
        if isinstance(decision, Refuse):
            decision = self._refused(decision, user if finder else None, pending, came)
        return Arrived(decision, connection, pending, client, parts=parts, tokens=tokens)

    def asks_nothing(self, pending: PendingLink, client: Client | None) -> bool:
        """Return whether an account can be made without a question: there are no terms, and the upstream told each required claim."""
        asked = asked_claims.parse(self._settings.sign_up_claims)
        return not required_terms(self._settings, client) and all(pending.claims.get(each.name) for each in asked if each.required)

    def create(
        self, connection: Connection, pending: PendingLink, email: str, typed: Mapping[str, str], client: Client | None, came: Came, *,
        ticket: Ticket | None = None, parts: tuple[Any, ...] = (), tokens: UpstreamTokens | None = None, now: int,
    ) -> Proved | None:  # fmt: skip
        """Create the account with its link, and return it as a proved first factor.

        `connection`: as read for this request. `email`: the address, which the connection vouches for or `ticket` proves. `typed`: the
        fields of the form by name. `parts`: of the same transaction. `tokens`: as in `Finished`. None, with nothing written, if the address
        or the identity has an account by now, the ticket was used, or the condition of a part does not hold.

        Raises:
            Invalid: the connection may not make this account, a claim is not acceptable, or terms are not accepted. `field` names the
                field of the form.
        """
        if refused := refusal_of(connection, came.client_id):
            raise Invalid(refused)
        vouched = bool(ticket) or vouches_for(connection, email)  # the trust may have ended since the person came back
        if connection.org_id:
            # No mail proves that a person belongs to an organisation. The account and its membership are made together, or neither.
            vouched = not ticket and email == pending.trusted and vouches_for(connection, email) and may_serve(connection, client)
        if not vouched or not may_create(connection, "" if ticket else email, sign_up=self._may_sign_up(client, email)):
            raise Invalid("upstream.makes_no_account", name=pending.name)
        claims = asked_claims.read(asked_claims.parse(self._settings.sign_up_claims), typed)
        terms = required_terms(self._settings, client)
        for each in terms:
            if not typed.get(each.field):
                raise Invalid("terms.not_accepted", field=each.field)
        user = User(
            id=ID_PREFIX + self._new_id(), email=email, email_verified=True, claims=_acceptable(pending.claims) | claims,
            terms=terms_of.record(terms, now), created_at=now, updated_at=now,
        )  # fmt: skip
        self._registration_hooks.require_allowed(user, client, how=BY_CONNECTION, connection=pending.connection_id, origin=came.origin)
        known_since = self._known_since(user, came, now)
        user, joining = self._members.new_account_parts(user, connection, pending, origin=came.origin, now=now)
        if connection.org_id and not joining:
            raise Invalid("upstream.makes_no_account", name=pending.name)
        link = pending.link(user.id, how=BY_MAIL if ticket else BY_UPSTREAM, browser_known_since=known_since, now=now)
        event = self._audit.record_part(
            "user.signed_up", origin=came.origin, actor=user.id, subject=user.id, client_id=client.id if client else "",
            terms=" ".join(each.version for each in terms), connection=pending.connection_id, link=link.id,
        )  # fmt: skip
        also: list[Any] = [*self._links.create_parts(link), event, *joining, *parts]
        also += self._keeper.parts(connection, user.id, link.id, tokens, now)
        if ticket:
            also.append(self._tickets.use_part(ticket, attempt=came.origin.request_id or user.id, now=now))
            also.append(self._tickets.forget_codes_part(ticket.owner, ticket.kind))
        if not self._users.create(user, also=also):
            return None
        return self._proved(user, client, None, pending, came, now=now)

    def link(
        self, connection: Connection, pending: PendingLink, user: User, *, how: str, browser_known_since: int | None, origin: Origin,
        now: int, parts: tuple[Any, ...] = (),
    ) -> None:  # fmt: skip
        """Link the identity to this user, who proved both. The owner gets a mail.

        `connection`: as read for this request. `browser_known_since`: of the visitor's session. `parts`: of the same transaction.
        One call more for a connection of an organisation: the membership may have ended since the person came back.

        Raises:
            Invalid: the connection of an organisation may not open this account, the person is no member by now, the identity is linked to
                another account, the account has too many links, or it was changed meanwhile.
        """
        if connection.org_id and not may_open(connection, pending.trusted, user):
            raise Invalid("upstream.account_of_others", name=pending.name)
        if connection.org_id and not self._members.may_come_in(user, connection.org_id):
            raise Invalid("upstream.no_member", name=pending.name)
        link = pending.link(user.id, how=how, browser_known_since=browser_known_since, now=now)
        there = self._links.of(user.id)
        if any(each.id == link.id for each in there):
            if parts:  # with the tokens of a person who connected it again; refused if the attempt was used
                self._db.transact(*parts)
            return
        if len(there) >= MOST:
            raise Invalid("issuer_link.too_many", maximum=MOST)
        event = self._audit.record_part(
            "upstream.linked", origin=origin, actor=user.id, subject=user.id, target=link.id, connection=link.connection_id, how=how
        )
        if not self._links.create(link, user, also=(*parts, event)):
            if self._links.user_of(link.id):
                raise Invalid("upstream.linked_elsewhere")
            raise Invalid("user.busy")
        self._notices.tell(user, "upstream_linked", origin=origin, now=now)

    def _read(
        self, user_id: str, came: Came, org_id: str, now: int
    ) -> tuple[User | None, Consent | None, str, tuple[OrganisationItem | None, MembershipItem | None]]:  # fmt: skip
        """Return the user, the consent for the app, the id of the remembered device of this browser, and organisation and membership."""
        consent_key = [(ConsentItem, keys.consent(user_id, came.client_id))] if came.client_id else []
        device_key = self._remembered_devices().wanted(came.remembered, user_id) if came.remembered else []
        places = self._members.places(user_id, org_id)
        item, *others = self._db.batch_get((UserItem, keys.user(user_id)), *consent_key, *device_key, *places)
        belongs = (others[-2], others[-1]) if places else (None, None)
        others = others[: len(others) - len(places)]
        user = item.user() if item else None
        consent = others[0].consent() if consent_key and others[0] else None
        skips = self._remembered_devices().recognise(came.remembered, others[-1], user, now) if device_key and user else ""
        return user, consent, skips, belongs

    def _may_sign_up(self, client: Client | None, email: str) -> bool:
        s = self._settings
        accepted = not email or MailDomains.parse(s.sign_up_domains, s.sign_up_denied_domains).accept(email)
        return is_offered(s.sign_up, client) and accepted

    def _of_organisation(
        self, facts: Facts, connection: Connection, pending: PendingLink, user: User | None,
        belongs: tuple[OrganisationItem | None, MembershipItem | None],
    ) -> Facts:  # fmt: skip
        """Return the facts with those of the organisation that has the connection. One call, if there is no account; else none."""
        if user is None:
            return facts._replace(joins=self._members.takes(pending.org_id))
        member, alone, joins = self._members.facts(connection, user, *belongs)
        return facts._replace(member=member, alone=alone, joins=joins)

    def _link_silently(self, decision: LinkSilently, connection: Connection, pending: PendingLink, came: Came, now: int) -> Decision:
        try:
            known_since = self._known_since(decision.user, came, now)
            self.link(connection, pending, decision.user, how=BY_RULE, browser_known_since=known_since, origin=came.origin, now=now)
        except Invalid as refused:
            return Refuse(refused.message)
        return SignIn(decision.user)

    def _known_since(self, user: User, came: Came, now: int) -> int:
        """Return when the person first signed in in this browser, which is now if its cookie does not tell (epoch seconds)."""
        known = self._devices.of(came.device, user, now)
        return known.known_since if known else now

    def _proved(
        self, user: User, client: Client | None, consent: Consent | None, pending: PendingLink, came: Came, *, skips: str = "",
        parts: tuple[Any, ...] = (), now: int,
    ) -> Proved:  # fmt: skip
        known = self._devices.of(came.device, user, now)
        device = known or self._devices.remember(user.email, now)
        count("SignIns", Outcome="success", Reason="upstream")
        # A person who may change connections could otherwise sign in as an admin whose account is linked (threats O-19).
        amr = (FED, "mfa") if pending.two_factors and not user.must_have_second_factor else (FED,)
        return Proved(
            user, client, consent, device.handle, known is None, device.known_since, amr=amr, remembered_device=skips, parts=parts,
            upstream=pending.in_session,
        )  # fmt: skip

    def _refused(self, decision: Refuse, user: User | None, pending: PendingLink, came: Came) -> Refuse:
        """Write the event. An account that is being deleted is named as such to its owner, who proved that they are."""
        reason = decision.reason
        if user and user.deleting_until:
            from idp.services.mail.moment import at  # imported here because almost no sign-in needs it

            reason = Message("sign_in.deleting", until=at(user.deleting_until))
        self._audit.record(
            "sign_in.failed", origin=came.origin, outcome="failure", reason=decision.reason.id.rpartition(".")[2],
            subject=user.id if user else "", client_id=came.client_id, connection=pending.connection_id, link=pending.id,
        )  # fmt: skip
        return Refuse(reason)


def _acceptable(claims: Mapping[str, str]) -> dict[str, str]:
    """Return the claims of the upstream that an account may have. Others are left out."""
    kept: dict[str, str] = {}
    for name, text in claims.items():
        try:
            check_claims({**kept, name: text})
        except Invalid:
            continue
        kept[name] = text
    return kept
