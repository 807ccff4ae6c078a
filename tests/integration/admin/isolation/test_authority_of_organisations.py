"""Who administers an organisation, and with which OAuth scopes (threats Q-05, Q-06)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access import admin_scopes
from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES, delegated
from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.domain.errors import Forbidden, NotFound
from idp.domain.organisations.membership import Membership
from idp.store.memberships import Memberships
from idp.store.organisations import Organisations
from tests.integration.admin.isolation.tenants import Tenant, member
from tests.support.pages import recorded
from tests.support.people import PASSWORD
from tests.support.world import World


def change(tenant: Tenant, **members: Any) -> None:
    """Change the membership of the organisation's admin."""
    store = Memberships(tenant.world.services.database)
    found = store.get(tenant.boss.id, tenant.id)
    assert found
    assert store.replace(replace(found, **members), was=found)


def test_an_admin_of_an_organisation_has_its_scopes_and_no_others(acme: Tenant) -> None:
    """Although the app may have every scope, and the token has every scope."""
    assert acme.call("GET", "/users").status_code == 200
    assert ORGANISATION_SCOPES < admin_scopes.ALL
    for path in ("/clients", "/keys", "/policies/versions", "/connections", "/groups"):
        refused = acme.call("GET", path)
        assert (refused.status_code, refused.json()["error"]) == (403, "insufficient_scope"), path


@pytest.mark.parametrize(
    ("given", "has"),
    [
        ({}, frozenset()),
        ({"admin_scopes": frozenset({"users:read"})}, frozenset()),
        ({"admin": True}, ORGANISATION_SCOPES),
        ({"admin": True, "admin_scopes": frozenset({"users:read", "keys:write"})}, frozenset({"users:read"})),
        ({"admin": True, "admin_scopes": frozenset()}, frozenset()),
        ({"admin": True, "admin_scopes": admin_scopes.ALL}, ORGANISATION_SCOPES),
    ],
)
def test_scopes_of_a_member(given: dict[str, Any], has: frozenset[str]) -> None:
    assert delegated(Membership("m", "org_a", "usr_a", **given)) == has


def test_a_limited_admin_of_an_organisation_uses_the_limit_at_once(acme: Tenant) -> None:
    acme.prove()
    token = acme.token()
    assert acme.call("POST", "/users", token=token, json={"email": "one@acme.example"}).status_code == 201
    change(acme, admin_scopes=frozenset({"users:read"}))
    assert acme.call("GET", "/users", token=token).status_code == 200
    assert acme.call("POST", "/users", token=token, json={"email": "two@acme.example"}).status_code == 403
    assert acme.call("GET", "/audit", token=token).status_code == 403


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda t: change(t, admin=False),
        lambda t: Memberships(t.world.services.database).leave(t.boss.id, t.id),
        lambda t: Organisations(t.world.services.database).replace(replace(t.profile, disabled=True), was=t.profile),
        lambda t: t.world.services.user_service.patch(t.boss.id, {"disabled": True}, scope=DEPLOYMENT),
        lambda t: t.world.services.client_service.patch("console", {"disabled": True}, scope=DEPLOYMENT),
    ],
    ids=["no admin", "no member", "organisation disabled", "user disabled", "app disabled"],
)
def test_what_is_withdrawn_counts_at_the_next_request(acme: Tenant, withdraw: Callable[[Tenant], object]) -> None:
    token = acme.token()
    assert acme.call("GET", "/users", token=token).status_code == 200
    assert withdraw(acme) is not False
    for method, path, body in (("GET", "/users", None), ("POST", "/users", {"email": "x@acme.example"}), ("GET", "/audit", None)):
        assert acme.call(method, path, token=token, json=body).status_code in {401, 403}
    assert acme.world.services.users.id_of("x@acme.example") is None


def test_a_member_without_the_second_factor_or_without_the_role_is_refused(acme: Tenant) -> None:
    assert acme.call("GET", "/users", token=acme.token(who=acme.guest)).status_code == 403
    assert acme.call("GET", "/users", token=acme.token(who=acme.owned)).status_code == 403
    weak = acme.call("GET", "/users", token=acme.token(second_factor=False))
    assert (weak.status_code, weak.json()["error"]) == (401, "insufficient_user_authentication")


def test_an_admin_of_the_deployment_is_only_a_member_with_a_token_for_an_organisation(world: World, acme: Tenant, other: Tenant) -> None:
    """The token says for whom the person acts. It never gives the authority of both."""
    everything = member(world, acme.id, world.admin)
    assert acme.call("GET", "/users", token=acme.token(who=everything)).status_code == 403
    assert acme.call("GET", "/users", token=other.token(who=world.user(admin=True))).status_code in {401, 403}
    boss = acme.boss
    world.services.user_service.patch(boss.id, {"admin": True}, scope=DEPLOYMENT)
    assert acme.call("GET", "/clients").status_code == 403
    assert world.call("GET", "/clients", token=world.token(world.services.users.get(boss.id) or boss, world.console)).status_code == 200


def test_a_token_without_an_organisation_gives_its_admin_nothing(world: World, acme: Tenant) -> None:
    assert world.call("GET", "/users", token=world.token(acme.boss, world.console)).status_code == 403


def test_a_token_with_the_name_of_another_organisation_gives_nothing(acme: Tenant, other: Tenant) -> None:
    """The person is no member there, whatever the token says."""
    assert acme.call("GET", "/users", token=other.token(who=acme.boss)).status_code in {401, 403}


def test_authority_over_an_organisation_takes_no_further_call(world: World, acme: Tenant) -> None:
    made = []
    for token in (world.token(world.admin, world.console), acme.token()):
        with recorded(world) as calls:
            assert world.call("GET", "/keys", token=token).status_code in {200, 403}
        made.append(calls[0])
        assert calls.count("BatchGetItem") == 1
    assert made == ["BatchGetItem", "BatchGetItem"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/password", {"password": PASSWORD}), ("PATCH", "", {"email": "mine@example.com"}), ("DELETE", "/factors", None),
        ("PATCH", "", {"disabled": True}), ("DELETE", "", None), ("POST", "/password-reset", None), ("POST", "/temporary-code", None),
        ("DELETE", f"/passkeys/{'k' * 43}", None),
    ],
)  # fmt: skip
def test_a_caller_with_few_scopes_takes_over_no_admin_of_an_organisation(acme: Tenant, method: str, path: str, body: Any) -> None:
    """J-05: with a new password and without factors they could sign in as the admin, who may more than they."""
    world, users = acme.world, acme.world.services.users
    little = world.service_token(world.root, "users:read", "users:write")
    before = users.get(acme.boss.id)
    refused = world.call(method, f"/users/{acme.boss.id}{path}", token=little, json=body)
    assert (refused.status_code, users.get(acme.boss.id)) == (403, before)
    change(acme, admin_scopes=frozenset({"users:read"}))
    assert world.call(method, f"/users/{acme.boss.id}{path}", token=little, json=body).status_code != 403


def test_a_caller_with_few_scopes_links_no_admin_of_an_organisation(acme: Tenant) -> None:
    """J-05: by an issuer of theirs they could come as the admin."""
    service, issuer = acme.world.services.issuer_link_service, "https://issuer.example"
    acme.world.services.trusted_issuers.create(TrustedIssuer(issuer, "Issuer", created_at=1, updated_at=1))
    little = replace(acme.world.by, held=frozenset({"users:write", "issuers:write"}))
    with pytest.raises(Forbidden):
        service.create(acme.boss.id, issuer, "mine", by=little, scope=DEPLOYMENT)
    assert service.of(acme.boss.id, scope=DEPLOYMENT) == []
    change(acme, admin_scopes=frozenset({"users:write"}))
    link = service.create(acme.boss.id, issuer, "mine", by=little, scope=DEPLOYMENT)
    change(acme, admin_scopes=None)
    with pytest.raises(Forbidden):
        service.delete(acme.boss.id, link.id, by=little, scope=DEPLOYMENT)


def machine(tenant: Tenant) -> str:
    """The token of a machine client of the organisation, with every OAuth scope."""
    client = tenant.world.service_client(*sorted(admin_scopes.ALL), client_id="machine", org_id=tenant.id)
    return tenant.world.services.tokens.issue_access_token(client, scopes=client.scopes, organisation=tenant.profile)


def test_a_machine_client_of_an_organisation_reaches_the_organisation_only(acme: Tenant, other: Tenant) -> None:
    acme.prove()
    token = machine(acme)
    found = {each["id"] for each in acme.call("GET", "/users", token=token).json()["items"]}
    assert found == {acme.boss.id, acme.owned.id, acme.guest.id}
    assert acme.call("GET", f"/users/{other.owned.id}", token=token).status_code == 404
    for path in ("/clients", "/keys", "/roles"):
        assert acme.call("GET", path, token=token).status_code == 403
    made = acme.call("POST", "/users", token=token, json={"email": "made@acme.example"})
    assert (made.status_code, made.json()["owned"]) == (201, True)


def test_a_machine_client_of_a_disabled_organisation_reaches_nothing(acme: Tenant) -> None:
    token = machine(acme)
    assert Organisations(acme.world.services.database).replace(replace(acme.profile, disabled=True), was=acme.profile)
    assert acme.call("GET", "/users", token=token).status_code in {401, 403}


def test_the_service_judges_by_itself_whose_sessions_end(acme: Tenant, other: Tenant) -> None:
    """Not only its route: another caller of the verb may have read the person elsewhere."""
    access, scope = acme.world.services.access, Organisation(acme.id)
    with pytest.raises(Forbidden):
        access.end_everything(acme.guest, acme.world.by, scope=scope)
    with pytest.raises(NotFound):
        access.end_everything(other.owned, acme.world.by, scope=scope)
    access.end_everything(acme.owned, acme.world.by, scope=scope)
