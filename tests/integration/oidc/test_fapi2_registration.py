"""An admin sets FAPI 2.0 by the member `profile`: required members are set, forbidden ones are refused, and the client works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import Actor
from tests.integration.oidc import fapi
from tests.integration.oidc.proving import Signer
from tests.support.deployment import App, Deployment

if TYPE_CHECKING:
    from idp.domain.apps.client import Client

KEY = Signer("PS256")
METADATA: dict[str, Any] = {
    "client_name": "A bank's app", "redirect_uris": ["https://bank.example/cb"], "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{**KEY.public, "kid": "k1"}]}, "scope": "openid offline_access",
    "first_party": True,
}  # fmt: skip


def register(idp: Deployment, **changes: Any) -> Client:
    """Registers a client as the admin API and `idp clients create` do."""
    made = {name: value for name, value in {**METADATA, **changes}.items() if value is not None}
    client, _ = idp.services.client_service.create(made, by=Actor("admin", Origin(), frozenset({"users:read"})), scope=DEPLOYMENT)
    return client


@pytest.mark.parametrize("profile", ["fapi2", "fapi2-message-signing"])
def test_the_profile_name_alone_registers_a_client(idp: Deployment, profile: str) -> None:
    """A client that registers with `profile` and no other member of FAPI gets tokens. Its metadata shows the required members."""
    made = register(idp, profile=profile)
    assert made.require_pushed_authorization_requests
    assert made.dpop_bound_access_tokens
    assert made.require_signed_request_object is (profile == "fapi2-message-signing")
    assert "RS256" not in {made.id_token_signed_response_alg, made.access_token_signed_response_alg}
    client = fapi.FapiClient(idp, App(made), KEY)
    tokens = client.redeem(client.code()).json
    assert tokens["token_type"] == "DPoP"
    assert client.refresh(tokens["refresh_token"]).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"profile": "fapi"},
        {"profile": "fapi1"},
        {"profile": "FAPI2"},
        {"profile": ["fapi2"]},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"token_endpoint_auth_method": "none"},
        {"redirect_uris": ["http://127.0.0.1/cb"]},
        {"request_object_signing_alg": "RS256"},
        {"token_endpoint_auth_signing_alg": "RS256"},
    ],
    ids=str,
)
def test_what_it_forbids(idp: Deployment, changes: dict[str, Any]) -> None:
    """A forbidden member is refused at registration, not at use."""
    with pytest.raises(Invalid):
        register(idp, **{"profile": "fapi2", **changes})
