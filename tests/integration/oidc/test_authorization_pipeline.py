"""The phases that /authorize, the pushed request endpoint and the device endpoint share: no endpoint can leave one out unnoticed."""

from __future__ import annotations

import ast
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from idp.domain.errors import InvalidClient, OAuthError
from idp.http.oidc import ENDPOINTS
from idp.oauth.authorization.checks import CHECKS, redirect_uri, scope
from idp.oauth.authorization.endpoints import AUTHORIZE, DEVICE, PUSHED_REQUEST, AuthorizationEndpoint
from idp.oauth.authorization.pipeline import Accepted, accept
from idp.oauth.authorization.request_object import from_claims
from idp.oauth.caller import Caller
from tests.support.deployment import WEB, App, Deployment, asked_by

ROOT = Path(__file__).resolve().parents[3]
DUMMY = "urn:example:dummy-grant"
ENDPOINT = AuthorizationEndpoint(DUMMY)
WITHOUT_CLIENT_AUTHENTICATION = {
    "/register": "A client that registers is not known yet. Its initial access token is checked (RFC 7591 §3)."
}
BY_CLIENTS = [path for path, _, _, methods in ENDPOINTS if methods == ["POST"] and path not in WITHOUT_CLIENT_AUTHENTICATION]


def caller(secret: str | None, client: App) -> Caller:
    basic = b64encode(f"{quote_plus(client.id)}:{quote_plus(secret or '')}".encode()).decode()
    return Caller(authorization=None if secret is None else f"Basic {basic}")


def accepted(idp: Deployment, client: App, secret: str | None = "", **changes: str | None) -> Accepted:
    """Return what the dummy endpoint accepts. An empty `secret` means the client's own secret."""
    sent = from_claims({**asked_by(client, **changes)})
    return accept(ENDPOINT, idp.services, sent, caller(client.secret if secret == "" else secret, client))


@pytest.fixture
def app(idp: Deployment) -> App:
    return idp.app(grant_types=("authorization_code", DUMMY))


@pytest.mark.parametrize("path", BY_CLIENTS)
def test_every_endpoint_of_clients_refuses_a_client_that_does_not_authenticate(idp: Deployment, path: str) -> None:
    """A new endpoint that only accepts POST fails here unless it authenticates the client, or is listed with its reason."""
    sent = {**asked_by(WEB), "grant_type": "client_credentials", "token": "a"}
    assert (idp.post(path, sent).status, idp.post(path, sent).error) == (401, "invalid_client")
    for wrong in (replace(WEB, secret="another"), replace(WEB, secret="")):
        answer = idp.call(wrong, path, **{name: value for name, value in sent.items() if name != "client_id"})
        assert (answer.status, answer.error) == (401, "invalid_client")


def test_the_endpoints_of_clients_are_found() -> None:
    """BY_CLIENTS is not empty. The test above would pass with an empty list."""
    assert {"/token", "/par", "/device_authorization", "/revoke", "/introspect"} <= set(BY_CLIENTS)


def test_a_request_with_everything_right_is_accepted(idp: Deployment, app: App) -> None:
    """A valid request is accepted."""
    result = accepted(idp, app)
    assert result.client.id == app.id
    assert result.draft["redirect_uri"] == app.redirect_uri


@pytest.mark.parametrize("secret", [None, "another"])
def test_a_request_without_client_authentication_is_refused(idp: Deployment, app: App, secret: str | None) -> None:
    """The pipeline authenticates the client. The endpoint needs no code for it."""
    with pytest.raises(InvalidClient):
        accepted(idp, app, secret)


def test_a_client_without_the_grant_type_is_refused(idp: Deployment, app: App) -> None:
    """The pipeline checks the grant type. The endpoint only names it."""
    idp.change(app, grant_types=("authorization_code",))
    with pytest.raises(OAuthError) as caught:
        accepted(idp, app)
    assert caught.value.code == "unauthorized_client"


def test_a_client_that_breaks_its_fapi_profile_is_refused(idp: Deployment, app: App) -> None:
    """FAPI 2.0 §5.3.2.1: no client secrets."""
    idp.change(app, profile="fapi2")
    with pytest.raises(OAuthError) as caught:
        accepted(idp, app)
    assert caught.value.code == "unauthorized_client"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"redirect_uri": "https://evil.example/cb"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"resource": "https://other.example"}, "invalid_target"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"max_age": "x"}, "invalid_request"),
    ],
)
def test_an_endpoint_that_names_no_reason_leaves_no_check_out(idp: Deployment, app: App, changes: dict[str, str], code: str) -> None:
    """Each check runs unless the table has a reason for the endpoint to leave it out."""
    with pytest.raises(OAuthError) as caught:
        accepted(idp, app, **changes)
    assert caught.value.code == code


def test_the_table_gives_a_reason_for_every_check_that_is_left_out() -> None:
    """/authorize and pushed requests leave nothing out; the device endpoint runs exactly four checks."""
    known = {redirect_uri.check, *CHECKS}
    assert not AUTHORIZE.left_out
    assert not PUSHED_REQUEST.left_out
    assert set(DEVICE.left_out) <= known
    assert all(reason.endswith(".") for reason in DEVICE.left_out.values())
    kept = {check.__module__.rpartition(".")[2] for check in known - set(DEVICE.left_out)}
    assert kept == {"scope", "organization", "resource", "authorization_details"}
    assert scope.check not in DEVICE.left_out


def test_only_the_shared_paths_authenticate_clients() -> None:
    """Only the shared functions call client authentication, so no endpoint can run a part of it."""
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "idp").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "idp.oauth.clients.authentication"
        and {"authenticate", "parse_credentials"} & {alias.name for alias in node.names}
    }  # fmt: skip
    assert callers == {"idp/oauth/clients/authenticated_client.py", "idp/oauth/token/endpoint.py"}
