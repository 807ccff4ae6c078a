"""openid-client 6 and oauth4webapi 3, the certified clients of node-oidc-provider's author: they throw on each invalid response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.real_clients.conftest import APP, CALLBACK, EVERYTHING
from tests.support import node_client

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real_clients.conftest import Register, Visitor
    from tests.support.served_provider import ServedProvider

AUDIENCE = "https://api.example"


@pytest.fixture(params=["openid_client", "oauth4webapi"])
def script(node_clients: Path, request: pytest.FixtureRequest) -> Path:
    """The script of one of the two libraries."""
    return node_clients / f"{request.param}.mjs"


def run(script: Path, idp: ServedProvider, ada: Visitor, task: str, client: dict[str, str | None]) -> dict[str, Any]:
    """Let a client do a task. Its browser ends at the app or at a page of the provider."""
    config = {
        "issuer": idp.issuer,
        "task": task,
        "redirect_uri": CALLBACK,
        "home": APP,
        "scope": EVERYTHING,
        "audience": AUDIENCE,
        **client,
    }
    return node_client.run(script, config, ada.come_back)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_a_client_signs_in_refreshes_and_logs_out(script: Path, idp: ServedProvider, ada: Visitor, register: Register, method: str) -> None:
    """Sign-in with two factors, userinfo, refresh, single sign-on, revocation, logout: confidential clients and a public one."""
    found = run(script, idp, ada, "journey", register(method))
    claims = found["claims"]
    assert claims["sub"] == ada.person.user.id
    assert (claims["acr"], set(claims["amr"])) == ("aal2", {"pwd", "otp", "mfa"})
    assert found["userinfo"]["email"] == ada.person.email
    assert found["userinfo"]["name"] == "Ada Lovelace"
    assert found["again"] == found["userinfo"]
    assert found["rotated"]
    assert found["refreshedSub"] == claims["sub"]
    assert found["secondAuthTime"] == claims["auth_time"]
    assert found["revoked"] == "invalid_grant"
    assert found["dead"] == 401
    assert found["goodbye"] == APP + "?state=bye"
    assert found["nobody"] == "login_required"
    assert found.get("documents", True)


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_a_client_sees_replays_and_mix_ups(script: Path, idp: ServedProvider, ada: Visitor, register: Register, method: str) -> None:
    """A wrong verifier and a replayed code are invalid_grant, and the replay revokes the tokens. The client detects a mix-up."""
    assert run(script, idp, ada, "mistakes", register(method)) == {
        "verifier": "invalid_grant",
        "replayed": "invalid_grant",
        "taken": 401,
        "mixup": "OAUTH_INVALID_RESPONSE",
        "state": "OAUTH_INVALID_RESPONSE",
        "scope": "invalid_scope",
    }


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_service_gets_and_revokes_a_token(script: Path, idp: ServedProvider, ada: Visitor, register: Register, method: str) -> None:
    """client_credentials: a token for its API by RFC 9068, active until it is revoked."""
    client = register(method, grant_types=["client_credentials"], redirect_uris=[], scope="books:read", resources=[AUDIENCE])
    found = run(script, idp, ada, "service", client)
    assert found["tokens"]["scope"] == "books:read"
    assert found["active"]["active"] is True
    assert (found["active"]["sub"], found["active"]["client_id"]) == (client["client_id"], client["client_id"])
    assert found["inactive"] == {"active": False}
    assert found.get("claims", {"client_id": client["client_id"]})["client_id"] == client["client_id"]
