"""What follows when an upstream vouches for a person: one pure function from stored facts (docs/accounts.md, Upstream sign-in).

An account is found by the link of (connection, issuer, tenant, subject), never by an address alone. So an upstream that repeats an address
which it did not check, or that lets people change it, opens no account (threats I-01, I-02, O-01, O-05, O-06).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.connections.connection import CREATE, DOMAINS, KNOWN, PASSWORD, VERIFIED
from idp.domain.connections.of_organisation import may_open, may_serve
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.domain.people.user import User


class Facts(NamedTuple):
    """What is stored. `linked`: this identity has a link. `user`: the account of the link, or None.

    `local`: the account that has the upstream's address, or None. `client_id`: the app of the request, or "" for the account page.
    `sign_up`: people may create accounts by themselves on the way to this app.

    For a connection of an organisation, `client`: the app, or None; `member`: the user is a member of this organisation; `alone`: nobody
    but the organisation owns the account; `joins`: its sign-ins make members.
    """

    linked: bool
    user: User | None
    local: User | None
    client_id: str = ""
    sign_up: bool = False
    client: Client | None = None
    member: bool = False
    alone: bool = False
    joins: bool = False


class SignIn(NamedTuple):
    """The person is this user."""

    user: User


class CreateAccount(NamedTuple):
    """No account has this address, and the upstream's word about it counts: make one with the verified address."""

    email: str


class ProveAddress(NamedTuple):
    """An account needs an address that the person proves by a code from a mail. `email`: filled in, or ""."""

    email: str


class ProveLocalAccount(NamedTuple):
    """The person signs in to an account that exists, and then links it. `email`: filled in, or "" if the upstream's word does not count."""

    email: str


class LinkSilently(NamedTuple):
    """Link this user without a question: the connection may, it decides about the address, and the user's address is verified."""

    user: User


class Refuse(NamedTuple):
    """The sign-in is refused. `reason`: for the page."""

    reason: Message


Decision = SignIn | CreateAccount | ProveAddress | ProveLocalAccount | LinkSilently | Refuse


def decide(connection: Connection, identity: UpstreamIdentity, facts: Facts) -> Decision:
    """Return what follows for this identity, which was verified."""
    if refused := refusal_of(connection, facts.client_id):
        return Refuse(refused)
    by = _decide_for_organisation if connection.org_id else _decide_for_deployment
    return by(connection, identity, facts)


def _decide_for_deployment(connection: Connection, identity: UpstreamIdentity, facts: Facts) -> Decision:
    if facts.linked:
        known = facts.user is not None and not facts.user.disabled
        return SignIn(facts.user) if facts.user is not None and known else Refuse(Message("upstream.account_closed"))
    if connection.accounts == KNOWN:
        return Refuse(Message("upstream.not_linked", name=connection.name))
    email = trusted_email(connection, identity)
    if email and facts.local:
        silent = connection.link_verified and identity.email_authoritative and _may_be_linked_silently(facts.local)
        return LinkSilently(facts.local) if silent else ProveLocalAccount(email)
    if not may_create(connection, email, sign_up=facts.sign_up):
        return ProveLocalAccount(email)
    return CreateAccount(email) if email else ProveAddress("" if identity.email_is_relay else identity.email or "")


def _decide_for_organisation(connection: Connection, identity: UpstreamIdentity, facts: Facts) -> Decision:
    """Return what follows by a connection of an organisation, bounded by what the organisation has proven (threats Q-17).

    No proof by a mail replaces the address that the upstream vouches for: the person behind it could be anybody.
    """
    email, user = trusted_email(connection, identity), facts.user if facts.linked else facts.local
    if refused := _refusal_for_organisation(connection, email, user, facts):
        return Refuse(refused)
    if user is None:
        return CreateAccount(email)
    if facts.linked:
        return SignIn(user)
    silent = connection.link_verified and identity.email_authoritative and facts.alone
    return LinkSilently(user) if silent else ProveLocalAccount(email)


def _refusal_for_organisation(connection: Connection, email: str, user: User | None, facts: Facts) -> Message | None:
    """Return why the connection of an organisation opens or makes no account. `email`: trusted. `user`: of the link or of the address."""
    makes = facts.joins and may_create(connection, email, sign_up=facts.sign_up)
    links = facts.linked or (makes if user is None else connection.accounts != KNOWN)
    why: Message | None = None
    if not may_serve(connection, facts.client):
        why = Message("upstream.not_for_app", name=connection.name)
    elif not email:
        why = Message("upstream.address_of_others", name=connection.name)
    elif not links:
        why = Message("upstream.not_linked", name=connection.name)
    elif (user is None and facts.linked) or (user is not None and user.disabled):
        why = Message("upstream.account_closed")
    elif user is not None and not may_open(connection, email, user):
        why = Message("upstream.account_of_others", name=connection.name)
    elif user is not None and not (facts.member or facts.joins):
        why = Message("upstream.no_member", name=connection.name)
    return why


def _may_be_linked_silently(user: User) -> bool:
    """Return whether no question is needed. An admin is always asked: a connection could be made to become one (threats O-19)."""
    return user.email_verified and not user.disabled and not user.admin


def refusal_of(connection: Connection, client_id: str) -> Message | None:
    """Return why this connection cannot be used for this app ("" for the account page), or None."""
    if not connection.enabled or connection.type == PASSWORD:
        return Message("upstream.connection_off", name=connection.name)
    if client_id and connection.apps and client_id not in connection.apps:
        return Message("upstream.not_for_app", name=connection.name)
    return None


def trusted_email(connection: Connection, identity: UpstreamIdentity) -> str:
    """Return the identity's address if the connection's word counts that the person reads its mail, or "".

    An address of a relay never counts: it says nothing about the person's other addresses, and may not take mail (threats O-07).
    """
    if not identity.email or identity.email_is_relay or not (identity.email_verified or identity.email_authoritative):
        return ""
    by_domain = connection.email_trust == DOMAINS
    return identity.email if vouches_for(connection, identity.email) and (by_domain or identity.email_verified) else ""


def vouches_for(connection: Connection, email: str) -> bool:
    """Return whether the connection's word about this address may count: for every address, or for those of its own domains."""
    ours = email.rpartition("@")[2] in connection.domains
    return connection.email_trust == VERIFIED or (connection.email_trust == DOMAINS and ours)


def may_create(connection: Connection, email: str, *, sign_up: bool) -> bool:
    """Return whether the connection may make an account. `email`: what `trusted_email` returned.

    While people may not sign up by themselves, only an organisation's connection makes accounts, for the addresses of its domains.
    """
    return connection.accounts == CREATE and (sign_up or (connection.email_trust == DOMAINS and bool(email)))
