"""A deployment with one of everything, for exports, and the secrets that it has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.policy_version import LivePolicies, PolicyVersion
from idp.domain.access.scope_text import ScopeText, ScopeWords
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.connections.connection import Connection
from idp.domain.organisations.domain_claim import PROVEN, DomainClaim
from idp.domain.passkeys.passkey import Passkey
from idp.domain.people.consent import Consent
from idp.domain.requests.authorization_details import DetailType, OwnMember
from idp.services.upstream.secret import seal_secret
from idp.store import consents, issuer_links
from tests.support.access_cases import POLICIES, RULES, SCHEMA
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from pathlib import Path

    from idp.wiring.all_services import AllServices

WORDS = "correct horse battery staple"
"""The password of Edith."""


def deployment_with_everything(endpoint: str, prefix: str, folder: Path) -> CommandLine:
    """The demo's users and apps, a role, a group, and Edith, who has one of everything."""
    made = CommandLine(endpoint, prefix, folder)
    made.done("bootstrap", "--json", "--demo")
    made.done("roles", "create", "reader", "--permission", "orders:read")
    made.done("groups", "create", "staff", "--role", "reader")
    names = '{"given_name": "Edith", "family_name": "Clarke"}'
    edith = ("users", "create", "edith@example.com", "--password-stdin", "--claims", names, "--role", "reader", "--group", "staff")
    assert made(*edith, stdin=f"{WORDS}\n").status == 0
    fill(made.services())
    return made


def fill(services: AllServices) -> None:
    """Store a passkey, a link, a consent, a connection, policies, the texts of a scope and a type of authorization details."""
    database, now = services.database, services.clock()
    edith = services.users.id_of("edith@example.com") or ""
    client = services.clients.get("demo-web")
    assert client
    passkey = made_passkey(edith, b"credential", "Phone")
    account = services.users.get(edith)
    assert account
    assert services.passkeys.add(account, passkey, issued=1, attempt="a")
    database.put(issuer_links.item(IssuerLink(edith, "https://accounts.example", "", "subject-1", now, "example", "e@example.com", "new")))
    database.put(consents.item(Consent(edith, client.id, ("openid", "email"), now, "", client.stamp)))
    sealed = seal_secret(services.keyring, "example", "upstream secret")
    assert services.connections.create(Connection("example", "oidc", issuer="https://accounts.example", secret=sealed))
    first = PolicyVersion(1, POLICIES, SCHEMA, rules=RULES, note="The first", created_at=now, created_by="usr_who_wrote_it")
    for version in (first, PolicyVersion(2, rules=RULES, created_at=now), PolicyVersion(3, POLICIES, SCHEMA, created_at=now)):
        assert services.policies.create(version, attempt="a")
    for revision, number in enumerate((3, 2), 1):
        assert services.policies.publish(LivePolicies(number, revision, now, "usr_who_wrote_it"), attempt="a")
    words = ScopeWords("See your orders", "What you ordered", "Meadow")
    assert services.scope_texts.put(ScopeText("orders:read", words, "en", {"de": ScopeWords("Bestellungen sehen")}))
    members = {"amount": OwnMember("number", "Amount", required=True)}
    organise(services)
    assert services.detail_types.put(DetailType("payment", "Make a payment", "One payment", actions=("start", "cancel"), members=members))


def organise(services: AllServices) -> None:
    """Two organisations: Edith is in both, and administers one. It has a policy, a machine client and a proven domain with a connection."""
    scope = DEPLOYMENT
    acme = services.organisation_service.create(
        "acme", "Acme", scope=scope, policy={"mfa_required": True, "session_hours": 8}, branding={"name": "Acme Ltd"},
        metadata={"plan": "gold"},
    )  # fmt: skip
    other = services.organisation_service.create("other-school", "Other School", scope=scope)
    for org, name, permissions in ((acme, "buyer", ["orders:write"]), (acme, "viewer", []), (other, "buyer", [])):
        services.organisation_role_service.create(org.id, name, scope=scope, permissions=permissions, description=f"{name} of {org.name}")
    edith, ada = (services.users.id_of(f"{name}@example.com") or "" for name in ("edith", "ada"))
    add = services.member_service.add
    add(acme.id, edith, scope=scope, roles=["buyer"], admin=True, admin_scopes=["users:read"], owned=True)
    add(acme.id, ada, scope=scope, roles=["buyer", "viewer"])
    add(other.id, edith, scope=scope, roles=["buyer"], admin=True)
    app = {"client_id": "acme-sync", "client_name": "Acme sync", "grant_types": ["client_credentials"], "org_id": acme.id}
    services.client_service.create({**app, "roles": ["buyer"]}, scope=scope)
    now = services.clock()
    claim = DomainClaim(acme.id, "acme.example", "value-of-the-record", connection_id="example", created_at=now)
    assert services.organisation_domains.create(claim)
    assert services.organisation_domains.replace(replace(claim, state=PROVEN, proven_at=now, checked_at=now), was=claim)
    assert services.organisation_domains.create(DomainClaim(other.id, "school.example", "another-value", created_at=now))


def made_passkey(user_id: str, credential_id: bytes, name: str) -> Passkey:
    """A passkey."""
    return Passkey(
        user_id=user_id, credential_id=credential_id, public_key=b"public", alg=-7, sign_count=3, backup_eligible=True, backed_up=True,
        user_verified=True, transports=("internal",), aaguid="", name=name, created_at=1,
    )  # fmt: skip


def secret_texts(services: AllServices) -> Iterator[str]:
    """Everything that no reader of the file or the terminal may see."""
    for raw in services.database.scan("directory"):
        if "password_hash" in raw:
            yield raw["password_hash"]["S"]
        if "codes" in raw:
            yield from raw["codes"]["M"]
        if raw["kind"]["S"] == "client":
            yield from (each["digest"] for each in json.loads(raw["metadata"]["S"]).get("secrets", ()))
    grace = services.users.id_of("grace@example.com") or ""
    credential = services.factors.totp(grace)
    assert credential
    yield services.keyring.reveal(f"totp:{grace}", credential.sealed).decode()
    yield "upstream secret"
    yield from ("value-of-the-record", "another-value")


def events(idp: CommandLine) -> list[dict[str, Any]]:
    """The events of exports."""
    return [raw for raw in idp.services().database.scan("state") if raw.get("type") == {"S": "export.made"}]
