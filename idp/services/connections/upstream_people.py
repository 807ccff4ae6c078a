"""The person behind an upstream identity: their account, a new one, or the question that has to be answered first.

    sign in  BatchGet  the link's finder, app, (address, the owner of its domain)
             BatchGet  user, consent, (remembered device), (organisation, membership)

The session follows: `store_first_factor`. `idp.domain.connections.decision` decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.connections.decision import Facts, LinkSilently, Refuse, SignIn, decide
from idp.domain.connections.of_organisation import bounded
from idp.domain.connections.pending_link import pending_link
from idp.domain.errors import Invalid
from idp.domain.message import Message
from idp.domain.people.user import User
from idp.services.connections.upstream_links import BY_RULE
from idp.services.factors.password_sign_in import Proved
from idp.store import issuer_keys, keys
from idp.store.clients import place as client_place
from idp.store.consents import ConsentItem
from idp.store.issuer_links import IssuerSubjectItem
from idp.store.user_items import EmailItem, UserItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.decision import Decision
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.people.consent import Consent
    from idp.services.audit.recorder import Audit
    from idp.services.connections.joining import ConnectionMembers
    from idp.services.connections.upstream_accounts import UpstreamAccounts
    from idp.services.connections.upstream_links import UpstreamLinks
    from idp.services.connections.upstream_proof import Came, UpstreamProof
    from idp.services.sessions.remembered_devices import RememberedDevices
    from idp.services.upstream.kept_tokens import TokenKeeper
    from idp.services.upstream.token_request import UpstreamTokens
    from idp.store.database import Database
    from idp.store.organisation_items import MembershipItem, OrganisationItem


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
    """Finds the accounts of upstream identities."""

    def __init__(
        self, *, database: Database, remembered_devices: Callable[[], RememberedDevices], keeper: TokenKeeper, audit: Audit,
        members: ConnectionMembers, accounts: UpstreamAccounts, links: UpstreamLinks, proof: UpstreamProof,
    ) -> None:  # fmt: skip
        self._db, self._remembered_devices, self._keeper, self._audit = database, remembered_devices, keeper, audit
        self._members, self._accounts, self._links, self._proof = members, accounts, links, proof

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
        owners = self._members.wanted_at_sign_in(connection, pending, now)
        finder, *rest = self._db.batch_get((IssuerSubjectItem, issuer_keys.issuer_subject(pending.id)), *app, *address, *owners)
        client = rest[0].client() if app and rest[0] else None
        taken = rest[len(app)] if address else None
        if owners:
            pending = pending._replace(org_id=self._members.organisation_at_sign_in(connection, pending, rest[-1], now))
        user_id = finder.user_id if finder else taken.user_id if taken and not taken.is_free(now) else ""
        user, consent, skips, belongs = self._read(user_id, came, pending.org_id, now) if user_id else (None, None, "", (None, None))
        local = None if finder or user is None or user.email != pending.trusted else user
        if connection.org_id and pending.org_id != connection.org_id:
            connection, pending = bounded(connection), pending._replace(trusted="", org_id="")  # the domain is another one's by now
        offered = self._accounts.may_sign_up(client, pending.trusted)
        facts = Facts(bool(finder), user if finder else None, local, came.client_id, offered, client)
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
            proved = self._proof.proved(decision.user, client, consent, pending, came, skips=skips, parts=(*parts, *kept), now=now)
            return Arrived(decision, connection, pending, client, proved)
        if isinstance(decision, Refuse):
            decision = self._refused(decision, user if finder else None, pending, came)
        return Arrived(decision, connection, pending, client, parts=parts, tokens=tokens)

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
            known_since = self._proof.known_since(decision.user, came, now)
            self._links.link(connection, pending, decision.user, how=BY_RULE, browser_known_since=known_since, origin=came.origin, now=now)
        except Invalid as refused:
            return Refuse(refused.message)
        return SignIn(decision.user)

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
