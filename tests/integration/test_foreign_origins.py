"""What a page of another site can read or send with a user's cookies (F-13), and where a token is accepted (J-06)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import httpx
import pytest

from tests.support.served_provider import ServedProvider, served_provider

ORIGINS = ["null", "https://evil.example", "https://id.example.evil.example"]
WITH_COOKIES = [
    "/",
    "/authorize",
    "/login",
    "/totp",
    "/consent",
    "/account",
    "/logout",
    "/admin/v1/users",
    "/static/idp.css",
    "/healthz",
    "/nothing",
]
WITHOUT = ["/token", "/userinfo", "/revoke", "/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]


@pytest.fixture(scope="module")
def idp(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    with served_provider(quick_endpoint, prefix=f"o{uuid.uuid4().hex[:8]}", folder=tmp_path_factory.mktemp("origins")) as running:
        yield running


def asked(idp: ServedProvider, path: str, origin: str) -> list[httpx.Response]:
    """The answers to a GET, a form POST and a browser's CORS preflight."""
    before = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    return [
        httpx.get(idp.issuer + path, headers={"Origin": origin}),
        httpx.post(idp.issuer + path, headers={"Origin": origin}, data={"x": "y"}),
        httpx.options(idp.issuer + path, headers={"Origin": origin, **before}),
    ]


@pytest.mark.parametrize("origin", [*ORIGINS, "itself"])
@pytest.mark.parametrize("path", WITH_COOKIES)
def test_nothing_that_knows_cookies_is_read_from_elsewhere(idp: ServedProvider, path: str, origin: str) -> None:
    """F-13: no page and no admin route sends a CORS header, not even to our own origin."""
    for answer in asked(idp, path, idp.issuer if origin == "itself" else origin):
        assert not [name for name in answer.headers if name.startswith("access-control-")], answer.request.method


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("path", WITHOUT)
def test_what_apps_in_a_browser_call_never_takes_cookies(idp: ServedProvider, path: str, origin: str) -> None:
    """F-13: any origin may read the endpoints that apps call in a browser. CORS never allows credentials there."""
    for answer in asked(idp, path, origin):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert not answer.cookies


def test_a_token_counts_in_the_header_only(idp: ServedProvider) -> None:
    """J-06, RFC 9700 §4.3.2: URLs end up in logs and histories, so UserInfo and the admin API ignore a token in the URL."""
    scopes = "users:read"
    client, secret = idp.client(
        client_name="Console", grant_types=["client_credentials"], scope=scopes, resources=[idp.issuer + "/admin/v1"]
    )
    token = httpx.post(idp.issuer + "/token", data={"grant_type": "client_credentials"}, auth=(client.id, secret or "")).json()[
        "access_token"
    ]
    users = idp.issuer + "/admin/v1/users"
    assert httpx.get(users, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    for name in ("access_token", "token", "api_key", "key"):
        assert httpx.get(users, params={name: token}).status_code == 401
        assert httpx.get(users, headers={name: token, f"X-{name}": token}).status_code == 401
    assert httpx.get(idp.issuer + "/userinfo", params={"access_token": token}).status_code == 401


def test_a_service_makes_no_key_for_itself(idp: ServedProvider) -> None:
    """J-06: the token expires after ten minutes, and the service gets no refresh token."""
    client, secret = idp.client(
        client_name="Console", grant_types=["client_credentials"], scope="users:read", resources=[idp.issuer + "/admin/v1"]
    )
    given = httpx.post(idp.issuer + "/token", data={"grant_type": "client_credentials"}, auth=(client.id, secret or "")).json()
    assert "refresh_token" not in given
    assert given["expires_in"] == 600
    idp.clock.advance(601)
    assert httpx.get(idp.issuer + "/admin/v1/users", headers={"Authorization": f"Bearer {given['access_token']}"}).status_code == 401
    idp.clock.advance(-601)
