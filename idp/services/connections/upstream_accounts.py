"""The account that an upstream identity gets: whether it may have one, and what is written.

    create  Transact  user and address if both are free, the link if the subject has none, (ticket), (membership), the audit event

The session follows: `store_first_factor`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.sign_up_offer import is_offered
from idp.domain.connections.decision import may_create, refusal_of, vouches_for
from idp.domain.connections.of_organisation import may_serve
from idp.domain.errors import Invalid
from idp.domain.people import asked_claims
from idp.domain.people import terms as terms_of
from idp.domain.people.mail_domains import MailDomains
from idp.domain.people.standard_claims import check_claims
from idp.domain.people.user import ID_PREFIX, User
from idp.services.connections.upstream_links import BY_MAIL, BY_UPSTREAM
from idp.services.hooks.registration import BY_CONNECTION
from idp.services.people.sign_up.rules import required_terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.tickets.ticket import Ticket
    from idp.services.audit.recorder import Audit
    from idp.services.connections.joining import ConnectionMembers
    from idp.services.connections.upstream_proof import Came, UpstreamProof
    from idp.services.factors.password_sign_in import Proved
    from idp.services.hooks.registration import RegistrationHooks
    from idp.services.tickets.tickets import Tickets
    from idp.services.upstream.kept_tokens import TokenKeeper
    from idp.services.upstream.token_request import UpstreamTokens
    from idp.settings import Settings
    from idp.store.issuer_links import IssuerLinks
    from idp.store.users import Users


class UpstreamAccounts:
    """Makes the accounts of upstream identities."""

    def __init__(
        self, *, settings: Settings, users: Users, links: IssuerLinks, tickets: Tickets, keeper: TokenKeeper, audit: Audit, new_id: NewId,
        registration_hooks: RegistrationHooks, members: ConnectionMembers, proof: UpstreamProof,
    ) -> None:  # fmt: skip
        self._settings, self._users, self._links, self._tickets = settings, users, links, tickets
        self._keeper, self._audit, self._new_id = keeper, audit, new_id
        self._registration_hooks, self._members, self._proof = registration_hooks, members, proof

    def may_sign_up(self, client: Client | None, email: str) -> bool:
        """Return whether sign-up is offered at the app, for this address. `email`: "" if none is known."""
        s = self._settings
        accepted = not email or MailDomains.parse(s.sign_up_domains, s.sign_up_denied_domains).accept(email)
        return is_offered(s.sign_up, client) and accepted

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
        if not vouched or not may_create(connection, "" if ticket else email, sign_up=self.may_sign_up(client, email)):
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
        known_since = self._proof.known_since(user, came, now)
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
        return self._proof.proved(user, client, None, pending, came, now=now)


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
