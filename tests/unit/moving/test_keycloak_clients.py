"""Keycloak's clients: which become apps, what they lose, and which are refused (threats R-10)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.messages import render
from idp.domain.moving.clients.client import ImportedClient
from idp.domain.moving.clients.keycloak import read
from idp.domain.moving.person import BrokenFileError, RefusedRow
from tests.unit.moving.reading import changed

CLIENT: dict[str, Any] = {
    "id": "0b7e", "clientId": "shop", "name": "Corner shop", "rootUrl": "https://shop.example", "enabled": True, "secret": "x" * 32,
    "clientAuthenticatorType": "client-secret", "redirectUris": ["/callback", "https://shop.example/other"], "webOrigins": ["+"],
    "bearerOnly": False, "consentRequired": False, "standardFlowEnabled": True, "implicitFlowEnabled": False,
    "directAccessGrantsEnabled": False, "serviceAccountsEnabled": False, "publicClient": False, "protocol": "openid-connect",
    "attributes": {"post.logout.redirect.uris": "+##/bye", "backchannel.logout.url": "https://shop.example/logout"},
}  # fmt: skip
OWN = [{"clientId": name, "enabled": True} for name in ("account", "admin-cli", "realm-management", "security-admin-console")]


def rows(content: Any) -> list[ImportedClient | RefusedRow]:
    """Read a file: bytes, or what is written as JSON."""
    return list(read(io.BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())))


def one(**changes: Any) -> ImportedClient | RefusedRow:
    """What becomes of a client."""
    (row,) = rows({"realm": "meadow", "clients": [*OWN, changed(CLIENT, changes)], "users": []})
    return row


def app(**changes: Any) -> ImportedClient:
    """A client that becomes an app."""
    row = one(**changes)
    assert isinstance(row, ImportedClient), row
    return row


def notes(found: ImportedClient) -> str:
    """What the app loses, in sentences."""
    return " ".join(map(render, found.notes))


def test_a_client_of_a_realm_export() -> None:
    """With its secret. Relative addresses belong to the root. Clients of Keycloak itself are passed over."""
    found = app()
    assert (found.client_id, found.secret, found.notes) == ("shop", "x" * 32, ())
    assert found.metadata == {
        "client_name": "Corner shop", "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://shop.example/callback", "https://shop.example/other"],
        "post_logout_redirect_uris": ["https://shop.example/callback", "https://shop.example/other", "https://shop.example/bye"],
        "first_party": True, "backchannel_logout_uri": "https://shop.example/logout", "require_pushed_authorization_requests": False,
        "token_endpoint_auth_method": "client_secret_basic", "require_pkce": False,
    }  # fmt: skip


def test_a_public_client_has_no_secret() -> None:
    found = app(publicClient=True)
    assert (found.secret, found.metadata["token_endpoint_auth_method"]) == ("", "none")
    assert "require_pkce" not in found.metadata


def test_a_secret_that_the_console_hides_is_none() -> None:
    """The app gets a new one."""
    assert app(secret="**********").secret == ""


@pytest.mark.parametrize("uri", ["https://shop.example/*", "*", "/app/*", "http://localhost*"])
def test_a_pattern_is_left_out_with_the_reason(uri: str) -> None:
    """A code goes to addresses that are registered, character by character."""
    found = app(redirectUris=[uri, "/callback"], attributes={"post.logout.redirect.uris": "+##https://shop.example/*"})
    assert found.metadata["redirect_uris"] == found.metadata["post_logout_redirect_uris"] == ["https://shop.example/callback"]
    assert notes(found).count("It is a pattern") == 2


def test_grants_that_do_not_exist_here_are_left_out_with_a_note() -> None:
    found = app(implicitFlowEnabled=True, directAccessGrantsEnabled=True, attributes={"oidc.ciba.grant.enabled": "true"})
    assert found.metadata["grant_types"] == ["authorization_code", "refresh_token"]
    assert all(f"The grant {name} was left out." in notes(found) for name in ("implicit", "password", "ciba"))


def test_grants_that_exist_here_stay() -> None:
    more = {"oauth2.device.authorization.grant.enabled": "true", "use.refresh.tokens": "false", "pkce.code.challenge.method": "S256"}
    found = app(serviceAccountsEnabled=True, attributes=more, consentRequired=True)
    assert found.metadata["grant_types"] == ["authorization_code", DEVICE_CODE, "client_credentials"]
    assert (found.metadata["require_pkce"], found.metadata["first_party"]) == (True, False)


def test_a_client_with_keys_at_an_address_keeps_them() -> None:
    found = app(clientAuthenticatorType="client-jwt", attributes={"use.jwks.url": "true", "jwks.url": "https://shop.example/jwks"})
    assert (found.metadata["token_endpoint_auth_method"], found.metadata["jwks_uri"]) == ("private_key_jwt", "https://shop.example/jwks")
    assert found.secret == ""


def test_claims_that_were_mapped_are_named() -> None:
    assert "protocolMappers" in notes(app(protocolMappers=[{"name": "department"}]))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"protocol": "saml"}, "moving.client_protocol"),
        ({"enabled": False}, "moving.client_disabled"),
        ({"bearerOnly": True}, "moving.client_without_grant"),
        ({"standardFlowEnabled": False, "directAccessGrantsEnabled": True}, "moving.client_without_grant"),
        ({"standardFlowEnabled": False, "serviceAccountsEnabled": True, "publicClient": True}, "moving.client_without_grant"),
        ({"clientAuthenticatorType": "client-jwt"}, "moving.client_keys"),
        ({"clientAuthenticatorType": "client-jwt", "attributes": {"use.jwks.url": "true"}}, "moving.client_keys"),
        ({"clientAuthenticatorType": "client-x509"}, "moving.client_keys"),
        ({"clientAuthenticatorType": "client-secret-jwt"}, "moving.client_keys"),
        ({"attributes": {"request.object.required": "request or request_uri"}}, "moving.client_keys"),
        ({"attributes": {"dpop.bound.access.tokens": "true"}}, "moving.client_profile"),
        ({"attributes": {"tls.client.certificate.bound.access.tokens": "true"}}, "moving.client_profile"),
        ({"attributes": []}, "moving.wrong_type"),
        ({"attributes": {"logoUri": 7}}, "moving.wrong_type"),
        ({"publicClient": "false"}, "moving.wrong_type"),
        ({"redirectUris": "https://shop.example/"}, "moving.wrong_type"),
        ({"secret": 7}, "moving.wrong_type"),
        ({"name": "x" * 1_100_000}, "moving.too_long"),
    ],
)
def test_a_client_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    row = one(**changes)
    assert isinstance(row, RefusedRow)
    assert row.reason.id == expected


def test_the_answer_of_the_admin_api_is_an_array() -> None:
    first, second = rows([7, CLIENT])
    assert isinstance(first, RefusedRow)
    assert isinstance(second, ImportedClient)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"users": []}', b"[] x", b'{"clients": {}}', b"7"])
def test_a_file_without_clients_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenFileError):
        rows(content)
