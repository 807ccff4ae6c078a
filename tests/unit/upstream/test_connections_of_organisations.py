"""What a connection of an organisation may do, whatever its admins set and its upstream says (threats Q-17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.apps.client import Client
from idp.domain.connections.connection import Connection
from idp.domain.connections.decision import CreateAccount, Facts, LinkSilently, ProveLocalAccount, Refuse, SignIn, decide
from idp.domain.connections.identity import UpstreamIdentity
from idp.domain.connections.ids import is_connection_id, org_id_of, whole_id
from idp.domain.connections.of_organisation import bounded
from idp.domain.connections.pending_link import pending_link
from idp.domain.connections.tenants import knows_all_of
from idp.domain.people.user import User

GREEDY = Connection(
    "org_a.okta", "oidc", name="Okta", issuer="https://okta.example", domains=("acme.example", "other.example"), email_trust="verified",
    shown=True, trusts_factors=True, keeps_tokens=True, token_apps=("app",), token_incarnations={"app": "1"}, link_verified=True,
    hook="https://evil.example", logo_uri="https://evil.example/google.svg",
)  # fmt: skip
"""What is stored has more power than an organisation can give: by an import, or a mistake."""
OKTA = bounded(GREEDY, ("acme.example",))
ADA = User("usr_ada", "ada@acme.example", email_verified=True, memberships=1)
SAID = UpstreamIdentity(
    "org_a.okta", "https://okta.example", "", "1", "ada@acme.example", email_verified=True, email_authoritative=True, amr=("mfa",)
)  # fmt: skip
MEMBER: dict[str, Any] = {"member": True, "alone": True}


def facts(**changes: Any) -> Facts:
    return Facts(**{"linked": False, "user": None, "local": None, "client_id": "app", **changes})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts(joins=True), CreateAccount),
        (facts(linked=True, user=ADA, **MEMBER), SignIn),
        (facts(linked=True, user=ADA, joins=True), SignIn),
        (facts(local=ADA, **MEMBER), LinkSilently),
        (facts(local=ADA, member=True), ProveLocalAccount),
        (facts(local=ADA, joins=True), ProveLocalAccount),
    ],
)  # fmt: skip
def test_it_opens_accounts_of_the_own_people(given: Facts, expected: type) -> None:
    assert isinstance(decide(OKTA, SAID, given), expected)


@pytest.mark.parametrize(
    ("said", "given", "reason"),
    [
        ({}, facts(), "not_linked"),
        ({}, facts(sign_up=True), "not_linked"),
        ({}, facts(local=ADA), "no_member"),
        ({}, facts(linked=True, user=ADA), "no_member"),
        ({}, facts(linked=True, user=replace(ADA, admin=True), **MEMBER), "account_of_others"),
        ({}, facts(local=replace(ADA, admin=True), **MEMBER), "account_of_others"),
        ({}, facts(linked=True, user=replace(ADA, email="ada@home.example"), **MEMBER), "account_of_others"),
        ({}, facts(linked=True, user=replace(ADA, email_verified=False), **MEMBER), "account_of_others"),
        ({}, facts(local=replace(ADA, email_verified=False), **MEMBER), "account_of_others"),
        ({}, facts(linked=True, user=replace(ADA, disabled=True), **MEMBER), "account_closed"),
        ({}, facts(linked=True, user=None, **MEMBER), "account_closed"),
        ({"email": "ada@home.example"}, facts(joins=True), "address_of_others"),
        ({"email": "ada@other.example"}, facts(joins=True), "address_of_others"),
        ({"email": "ada@sub.acme.example"}, facts(joins=True), "address_of_others"),
        ({"email": "ada@other.example"}, facts(linked=True, user=replace(ADA, email="ada@other.example"), **MEMBER), "address_of_others"),
        ({"email": None, "email_verified": False}, facts(linked=True, user=ADA, **MEMBER), "address_of_others"),
        ({"email_verified": False, "email_authoritative": False}, facts(linked=True, user=ADA, **MEMBER), "address_of_others"),
        ({"email_is_relay": True}, facts(joins=True, sign_up=True), "address_of_others"),
    ],
)  # fmt: skip
def test_it_opens_no_account_of_others(said: dict[str, Any], given: Facts, reason: str) -> None:
    decision = decide(OKTA, replace(SAID, **said), given)
    assert isinstance(decision, Refuse)
    assert decision.reason.id == f"upstream.{reason}"


@pytest.mark.parametrize(
    ("accounts", "given", "expected"),
    [
        ("link", facts(joins=True), Refuse), ("known", facts(joins=True), Refuse), ("known", facts(local=ADA, **MEMBER), Refuse),
        ("link", facts(local=ADA, **MEMBER), LinkSilently), ("known", facts(linked=True, user=ADA, **MEMBER), SignIn),
    ],
)  # fmt: skip
def test_its_admins_can_let_fewer_people_in(accounts: str, given: Facts, expected: type) -> None:
    assert isinstance(decide(replace(OKTA, accounts=accounts), SAID, given), expected)


@pytest.mark.parametrize(("link_verified", "authoritative"), [(False, True), (True, False)])
def test_an_account_is_linked_without_a_question_by_both_words_only(link_verified: bool, authoritative: bool) -> None:
    said = replace(SAID, email_authoritative=authoritative)
    assert isinstance(decide(replace(OKTA, link_verified=link_verified), said, facts(local=ADA, **MEMBER)), ProveLocalAccount)


@pytest.mark.parametrize(("organization", "expected"), [("none", Refuse), ("allowed", Refuse), ("required", SignIn)])
def test_an_app_that_accepts_connections_only_takes_it_for_an_organisation(organization: str, expected: type) -> None:
    app = Client("app", connections_only=True, organization=organization)
    assert isinstance(decide(OKTA, SAID, facts(linked=True, user=ADA, client=app, **MEMBER)), expected)


def test_what_is_stored_gives_it_no_more_power() -> None:
    """It has no button, gives no tokens, asks no hook, and its factors stand for none of ours."""
    assert (OKTA.domains, OKTA.email_trust) == (("acme.example",), "domains")
    assert {OKTA.shown, OKTA.keeps_tokens, OKTA.trusts_factors} == {False}
    assert {OKTA.logo_uri, OKTA.hook, *OKTA.token_apps} == {""}
    pending = pending_link(OKTA, SAID)
    assert (pending.trusted, pending.two_factors) == ("ada@acme.example", False)
    assert pending_link(bounded(GREEDY), SAID).trusted == ""


def test_no_id_of_the_deployment_is_one_of_an_organisation() -> None:
    assert whole_id("okta", "org_a") == "org_a.okta"
    assert (org_id_of("org_a.okta"), org_id_of("okta"), org_id_of("org-a-okta")) == ("org_a", "", "")
    assert is_connection_id("okta")
    assert is_connection_id("org_a.okta")
    for wrong in ("org_a.", ".okta", "org_a.okta.x", "org_a.Okta", "a.okta", "org_a/okta", "org_.okta", "org_a.okta\n", ""):
        assert not is_connection_id(wrong)


TEMPLATE, SAML = "https://login.example/{tenantid}/v2.0", replace(OKTA, type="saml", certificates=("c",))


@pytest.mark.parametrize(
    ("before", "changes", "same"),
    [
        (OKTA, {"client_id": "other", "accounts": "known", "name": "Other", "name_id_format": "email"}, True),
        (OKTA, {"issuer": "https://okta.example/"}, False),
        (OKTA, {"issuer": ""}, False),
        (replace(OKTA, issuer=TEMPLATE, tenants=("a", "b")), {"tenants": ("b", "c", "a")}, True),
        (replace(OKTA, issuer=TEMPLATE, tenants=("a", "b")), {"tenants": ("a", "c")}, False),
        (replace(OKTA, issuer=TEMPLATE, tenants=("a",)), {"issuer": "https://login.example/a/v2.0", "tenants": ()}, True),
        (SAML, {"certificates": ("d",), "claims": {"name": "cn"}}, True),
        (SAML, {"name_id_format": "email"}, False),
        (SAML, {"claims": {"sub": "employee"}}, False),
        (replace(SAML, claims={"sub": "employee"}), {"name_id_format": "email"}, True),
        (replace(SAML, claims={"sub": "employee"}), {"claims": {"sub": "mail"}}, False),
    ],
)
def test_people_who_are_linked_are_known_by_issuer_and_subject(before: Connection, changes: dict[str, Any], *, same: bool) -> None:
    assert knows_all_of(before, replace(before, **changes)) is same
