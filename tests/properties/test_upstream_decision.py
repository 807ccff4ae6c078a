"""The decision table of upstream sign-in (docs/accounts.md): which account an upstream identity leads to, and which it never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.connections import decision
from idp.domain.connections.connection import Connection
from idp.domain.connections.decision import CreateAccount, Facts, LinkSilently, ProveAddress, ProveLocalAccount, Refuse, SignIn, decide
from idp.domain.connections.identity import UpstreamIdentity
from idp.domain.people.user import User

ADA = User(id="usr_ada", email="ada@corp.example", email_verified=True)
OTHER = User(id="usr_other", email="other@example.net", email_verified=True)
CORP = Connection("corp", "oidc", name="Corp", domains=("corp.example",), email_trust="domains")
ANY = Connection("any", "oidc", name="Any", email_trust="verified")


def identity(**changes: Any) -> UpstreamIdentity:
    base = UpstreamIdentity(
        connection_id="corp", issuer="https://up.example", tenant="", subject="1", email="ada@corp.example", email_verified=True,
        email_authoritative=False, email_is_relay=False, claims={}, amr=(), acr="", auth_time=None, sid="",
    )  # fmt: skip
    return replace(base, **changes)


def linked(user: User | None, local: User | None, client_id: str = "") -> Facts:
    return Facts(linked=True, user=user, local=local, client_id=client_id)


def unlinked(user: User | None, local: User | None, *, sign_up: bool = False) -> Facts:
    return Facts(linked=False, user=user, local=local, sign_up=sign_up)


flags = st.booleans()
emails = st.sampled_from([None, "ada@corp.example", "ada@evil.example", "ada@notcorp.example", "ada@sub.corp.example"])
connections = st.builds(
    Connection, id=st.just("corp"), type=st.just("oidc"), name=st.just("Corp"), enabled=flags, link_verified=flags,
    apps=st.sampled_from([(), ("app",), ("other",)]), domains=st.sampled_from([(), ("corp.example",)]),
    accounts=st.sampled_from(["create", "link", "known"]), email_trust=st.sampled_from(["none", "verified", "domains"]),
)  # fmt: skip
identities = st.builds(
    identity, email=emails, email_verified=flags, email_authoritative=flags, email_is_relay=flags
)  # fmt: skip
users = st.builds(User, id=st.just("usr_1"), email=st.just("ada@corp.example"), email_verified=flags, disabled=flags, admin=flags)
facts = st.builds(
    Facts, linked=flags, user=st.none() | users, local=st.none() | users, client_id=st.sampled_from(["", "app"]), sign_up=flags
)


@given(connections, identities, facts)
def test_no_address_opens_an_account_that_exists(connection: Connection, who: UpstreamIdentity, known: Facts) -> None:
    """Without a link there is no sign-in. An address leads into an account only by the owner's proof, or by the rule of silent links."""
    found = decide(connection, who, known)
    if isinstance(found, SignIn):
        assert known.linked
        assert found.user is known.user
        assert not found.user.disabled
    if isinstance(found, LinkSilently):
        assert connection.link_verified
        assert connection.accounts != "known"
        assert who.email_authoritative
        assert not who.email_is_relay
        assert found.user.email_verified
        assert not found.user.disabled
        assert not found.user.admin
    if known.local and not known.linked and decision.trusted_email(connection, who):
        assert not isinstance(found, CreateAccount | ProveAddress)


@given(connections, identities, facts)
def test_a_new_account_has_an_address_that_the_connection_may_vouch_for(
    connection: Connection, who: UpstreamIdentity, known: Facts
) -> None:  # fmt: skip
    found = decide(connection, who, known)
    if isinstance(found, CreateAccount):
        assert found.email == who.email
        assert connection.email_trust != "none"
        assert connection.accounts == "create"
        assert who.email_verified or who.email_authoritative
        assert not who.email_is_relay
        if connection.email_trust == "domains":
            assert found.email.endswith("@corp.example")
    if isinstance(found, CreateAccount | ProveAddress):
        assert known.sign_up or (connection.email_trust == "domains" and isinstance(found, CreateAccount))


@given(connections, identities, facts)
def test_a_connection_that_is_off_or_of_another_app_does_nothing(
    connection: Connection, who: UpstreamIdentity, known: Facts
) -> None:  # fmt: skip
    off = not connection.enabled or (known.client_id and connection.apps and known.client_id not in connection.apps)
    if off:
        assert isinstance(decide(connection, who, known), Refuse)


@given(connections, identities, facts)
def test_whether_an_account_exists_is_told_only_to_a_person_whose_address_counts(
    connection: Connection, who: UpstreamIdentity, known: Facts
) -> None:  # fmt: skip
    """An upstream that says any address would otherwise tell a stranger who has an account (threats G-02)."""
    if not decision.trusted_email(connection, who):
        assert decide(connection, who, known) == decide(connection, who, known._replace(local=None))


@given(connections, identities, facts, st.text(max_size=20))
def test_claims_and_other_values_of_the_upstream_change_nothing(
    connection: Connection, who: UpstreamIdentity, known: Facts, text: str
) -> None:  # fmt: skip
    other = replace(who, claims={"sub": text, "email": text, "email_verified": True}, amr=(text,), acr=text, sid=text)
    assert decide(connection, other, known) == decide(connection, who, known)


@pytest.mark.parametrize(
    ("connection", "who", "known", "expected"),
    [
        (CORP, identity(), linked(OTHER, ADA), SignIn(OTHER)),
        (CORP, identity(), unlinked(None, None), CreateAccount("ada@corp.example")),
        (CORP, identity(), unlinked(None, ADA), ProveLocalAccount("ada@corp.example")),
        (CORP, identity(email="ada@sub.corp.example"), unlinked(None, None, sign_up=True), ProveAddress("ada@sub.corp.example")),
        (CORP, identity(email="ada@gmail.com"), unlinked(None, None), ProveLocalAccount("")),
        (ANY, identity(), unlinked(None, None), ProveLocalAccount("ada@corp.example")),
        (ANY, identity(), unlinked(None, None, sign_up=True), CreateAccount("ada@corp.example")),
        (ANY, identity(email_verified=False), unlinked(None, ADA, sign_up=True), ProveAddress("ada@corp.example")),
        (ANY, identity(email=None), unlinked(None, None, sign_up=True), ProveAddress("")),
        (ANY, identity(email_is_relay=True), unlinked(None, None, sign_up=True), ProveAddress("")),
        (replace(ANY, email_trust="none"), identity(), unlinked(None, ADA, sign_up=True), ProveAddress("ada@corp.example")),
        (replace(ANY, accounts="link"), identity(), unlinked(None, None, sign_up=True), ProveLocalAccount("ada@corp.example")),
        (replace(CORP, link_verified=True), identity(email_authoritative=True), unlinked(None, ADA), LinkSilently(ADA)),
        (replace(CORP, link_verified=True), identity(), unlinked(None, ADA), ProveLocalAccount("ada@corp.example")),
        (
            replace(CORP, link_verified=True), identity(email_authoritative=True),
            unlinked(None, replace(ADA, email_verified=False)), ProveLocalAccount("ada@corp.example"),
        ),
    ],
)  # fmt: skip
def test_rows_of_the_table(connection: Connection, who: UpstreamIdentity, known: Facts, expected: object) -> None:
    assert decide(connection, who, known) == expected


@pytest.mark.parametrize(
    ("connection", "known", "reason"),
    [
        (replace(CORP, accounts="known"), unlinked(None, ADA, sign_up=True), "upstream.not_linked"),
        (replace(CORP, enabled=False), linked(ADA, None), "upstream.connection_off"),
        (replace(CORP, apps=("other",)), linked(ADA, None, "app"), "upstream.not_for_app"),
        (CORP, linked(replace(ADA, disabled=True), None), "upstream.account_closed"),
        (CORP, linked(None, None), "upstream.account_closed"),
    ],
)
def test_a_refusal_says_its_reason(connection: Connection, known: Facts, reason: str) -> None:
    found = decide(connection, identity(), known)
    assert isinstance(found, Refuse)
    assert found.reason.id == reason


def test_the_account_page_has_every_connection() -> None:
    """A person whose only way in is the connection of one app can manage the account."""
    assert decide(replace(CORP, apps=("other",)), identity(), linked(ADA, None, "")) == SignIn(ADA)
