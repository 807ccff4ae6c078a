"""Authority is read at each request, so a withdrawal takes effect at once (threats C-04, D-09, D-10)."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tokens.grant import Grant
from tests.integration.oidc.proving import Signer, proof
from tests.support.world import World


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda w, user, grant: w.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT),
        lambda w, user, grant: w.services.user_service.delete(user.id, scope=DEPLOYMENT),
        lambda w, user, grant: w.services.user_service.set_password(user.id, "another long river", scope=DEPLOYMENT),
        lambda w, user, grant: w.services.user_service.reset_factors(user.id, scope=DEPLOYMENT),
        lambda w, user, grant: w.services.grants.revoke(user.id, grant.id, w.clock.now),
        lambda w, user, grant: w.services.access.end_everything(user, w.by, scope=DEPLOYMENT),
        lambda w, user, grant: w.services.client_service.patch("console", {"disabled": True}, scope=DEPLOYMENT),
        lambda w, user, grant: w.services.client_service.delete("console", scope=DEPLOYMENT),
    ],
    ids=["disabled", "deleted", "password", "factors", "grant", "signed out everywhere", "app disabled", "app deleted"],
)
def test_an_admins_token_ends_with_its_user_grant_and_app(world: World, withdraw: Callable[..., object]) -> None:
    """401, even in the same second, although the token itself is valid for ten minutes."""
    assert world.admin.admin
    user = world.user(admin=True)
    grant = world.granted(user, world.console)
    token = world.services.tokens.issue_access_token(world.console, scopes=grant.scopes, grant=grant)
    assert world.call("GET", "/users", token=token).status_code == 200
    withdraw(world, user, grant)
    refused = world.call("GET", "/users", token=token)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


def test_a_user_who_is_no_longer_an_admin_is_refused(world: World) -> None:
    """403: the user is known and may not use the API."""
    assert world.admin.admin
    user = world.user(admin=True)
    token = world.token(user, world.console)
    world.services.user_service.patch(user.id, {"admin": False}, scope=DEPLOYMENT)
    assert world.call("GET", "/users", token=token).status_code == 403


def test_an_admin_without_a_second_factor_is_refused(world: World) -> None:
    """RFC 9470 §3: insufficient_user_authentication, with the acr that is needed."""
    refused = world.call("GET", "/users", token=world.token(world.admin, world.console, second_factor=False))
    assert refused.status_code == 401
    assert 'error="insufficient_user_authentication", acr_values="aal2"' in refused.headers["www-authenticate"]


@pytest.mark.parametrize(
    "change", [{"disabled": True}, {"scope": "users:write"}, {"resources": ["https://api.example"]}], ids=["disabled", "scope", "audience"]
)
def test_a_service_clients_token_loses_what_the_client_loses(world: World, change: dict[str, object]) -> None:
    """A disabled client gets 401. A client that lost a scope or the API gets 403."""
    client = world.service_client("users:read", "users:write")
    token = world.service_token(client)
    assert world.call("GET", "/users", token=token).status_code == 200
    world.services.client_service.patch(client.id, change, scope=DEPLOYMENT)
    assert world.call("GET", "/users", token=token).status_code in {401, 403}


def test_a_client_without_client_credentials_is_refused(world: World) -> None:
    """The grant type was removed after the token was issued."""
    client = world.service_client("users:read")
    token = world.service_token(client)
    world.services.client_service.patch(
        client.id, {"grant_types": ["authorization_code"], "redirect_uris": ["https://a.example/cb"]}, scope=DEPLOYMENT
    )
    assert world.call("GET", "/users", token=token).status_code == 401


def test_a_revoked_service_token_is_refused(world: World) -> None:
    """RFC 7009: it is revoked by its jti, because it has no grant."""
    token = world.service_token(world.root)
    claims = world.services.tokens.verify_access_token(token)
    world.services.revoked_tokens.revoke(claims["jti"], claims["exp"])
    assert world.call("GET", "/users", token=token).status_code == 401


def test_a_token_for_two_apis_is_refused(world: World) -> None:
    """D-10: the other API could use the token here."""
    both = (world.settings.admin_resource, "https://api.example")
    token = world.services.tokens.issue_access_token(world.root, scopes=world.root.scopes, resources=both)
    assert world.call("GET", "/users", token=token).status_code == 401


def test_a_token_has_no_more_scopes_than_its_client(world: World) -> None:
    """This holds even for a token that was issued with more."""
    client = world.service_client("users:read")
    token = world.services.tokens.issue_access_token(client, scopes=sorted(admin_scopes.ALL))
    assert world.call("GET", "/clients", token=token).status_code == 403


def test_an_admin_with_a_second_factor_may_use_the_api(world: World) -> None:
    """Within the scopes of the token."""
    token = world.token(world.admin, world.console, "openid", "users:read")
    assert world.call("GET", "/users", token=token).status_code == 200
    assert world.call("GET", "/clients", token=token).status_code == 403


def test_a_challenge_uses_the_scheme_of_the_token(world: World) -> None:
    """RFC 9449 §7.1: the challenge for a bound token is DPoP with its algorithms, and that for a bearer token is Bearer."""
    key, scopes = Signer(), ("users:read",)

    def shown(grant: Grant) -> httpx.Response:
        token = world.services.tokens.issue_access_token(world.console, scopes=scopes, grant=grant, confirmation={"jkt": key.jkt})
        proofs = proof(key, world.clock(), "/admin/v1/clients", "GET", token=token)
        return world.http.get("/admin/v1/clients", headers={"Authorization": f"DPoP {token}", "DPoP": proofs})

    lacking = shown(world.granted(world.admin, world.console))
    assert lacking.status_code == 403
    assert lacking.headers["www-authenticate"].startswith('DPoP realm="admin", error="insufficient_scope", scope="clients:read", algs="')
    weak = shown(world.granted(world.admin, world.console, second_factor=False))
    assert weak.status_code == 401
    assert weak.headers["www-authenticate"].startswith('DPoP realm="admin", error="insufficient_user_authentication"')
    bearer = world.call("GET", "/clients", token=world.service_token(world.service_client("users:read")))
    assert bearer.headers["www-authenticate"] == 'Bearer realm="admin", error="insufficient_scope", scope="clients:read"'
