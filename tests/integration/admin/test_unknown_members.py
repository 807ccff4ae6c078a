"""Unknown and read-only members are refused (threats J-02, E-10), and members that were read can be sent back (E-11)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.world import World

MAPPED = {"source": "roles", "in": ["userinfo"]}
NEVER_ON_USERS: list[dict[str, Any]] = [
    {"id": "usr_other"}, {"sub": "x"}, {"is_admin": True}, {"roles": ["admin"]}, {"scopes": ["users:write"]}, {"password": "a quiet river"},
    {"password_hash": "$argon2id$x"}, {"totp_enabled": True}, {"mfa_enabled": False}, {"created_at": 0}, {"updated_at": 0}, {"version": 9},
    {"security_stamp": 0}, {"has_password": True}, {"pk": "USER#x"}, {"sk": "USER"}, {"kind": "client"}, {"listing_pk": "CLIENT"},
    {"password_scheme": "argon2id"},
    {"tenant_id": "x"},
    {"claims": {"sub": "x"}}, {"claims": {"email": "x@example.com"}}, {"claims": {"email_verified": True}}, {"claims": {"updated_at": 1}},
    {"claims": {"iss": "x"}}, {"claims": {"address": {"planet": "x"}}}, {"__proto__": {}}, {"": 1},
]  # fmt: skip
WRONG_ON_USERS: list[dict[str, Any]] = [
    {"admin_scopes": []}, {"admin_scopes": "users:read"}, {"admin_scopes": ["users:all"]}, {"admin_scopes": [5]},
    {"admin_scopes": {"users:read": True}}, {"admin_scopes": ["users:read", None]},
    {"admin": "true"}, {"admin": 1}, {"admin": None}, {"admin": [True]}, {"disabled": None}, {"disabled": 0}, {"email_verified": "yes"},
    {"mfa_required": {}}, {"email": None}, {"email": ["ada@example.com"]}, {"email": {"S": "x"}}, {"email": 5}, {"email": ""},
    {"email": "x" * 5000},
    {"claims": []}, {"claims": "x"}, {"claims": {"name": 5}}, {"claims": {"name": {"S": "x"}}}, {"claims": {"name": "x" * 256}},
    {"claims": {"name": "a\nb"}}, {"claims": {"name": "a\u0000b"}}, {"claims": {"birthdate": "2026-02-30"}}, {"claims": {"locale": "<x>"}},
    {"claims": {"picture": "javascript:alert(1)"}}, {"claims": {"website": "https://user:pw@example.com"}},
    {"claims": {"address": "London"}},
    {"claims": {"phone_number_verified": "true"}}, {"claims": {"address": {"formatted": "x" * 1025}}},
    {"claims": {"zoneinfo": "../../etc/passwd"}},
    {"roles": "admin"}, {"roles": ["nobody-made-this"]}, {"roles": [5]}, {"roles": {"admin": "x"}}, {"roles": [["admin"]]}, {"roles": [""]},
    {"groups": ["nobody-made-this"]}, {"groups": True}, {"groups": [None]}, {"roles": ["ROLE#x"]}, {"groups": ["../x"]},
    {"attributes": []}, {"attributes": "x"}, {"attributes": {"a": {}}}, {"attributes": {"a": {"S": "x"}}}, {"attributes": {"a b": "x"}},
    {"attributes": {"": "x"}}, {"attributes": {"__proto__": "x"}}, {"attributes": {"a": ""}}, {"attributes": {"a": "x" * 257}},
    {"attributes": {"a": "b\nc"}}, {"attributes": {"a": [1]}}, {"attributes": {"a": [["x"]]}}, {"attributes": {"a": ["x"] * 51}},
    {"attributes": {"a": 2**53}}, {"attributes": {f"a{n}": n for n in range(51)}}, {"attributes": {f"a{n}": "x" * 256 for n in range(40)}},
]  # fmt: skip
NEVER_ON_CLIENTS: list[dict[str, Any]] = [
    {"client_secret": "x" * 43}, {"secrets": []}, {"secret": "x"}, {"digest": "x"}, {"created_at": 0}, {"updated_at": 0}, {"version": 9},
    {"client_id_issued_at": 0}, {"client_secret_expires_at": 0}, {"pk": "x"}, {"kind": "user"}, {"name": "x"},
    {"scopes": []}, {"software_statement": "x"}, {"public": True}, {"id": "x"}, {"registered_by": None}, {"kept_by_admin": []},
    {"incarnation": "x"}, {"security_stamp": 0}, {"client_stamp": ""},
    {"client_roles": ["x"]}, {"permissions": ["x"]}, {"groups": []}, {"attributes": {}},
    {"registration_token_digest": "x"}, {"registrable_scopes": ["a"]}, {"provisional_until": None}, {"registration_access_token": "x"},
]  # fmt: skip
WRONG_ON_CLIENTS: list[dict[str, Any]] = [
    {"id_token_signed_response_alg": "none"}, {"id_token_signed_response_alg": "HS256"}, {"access_token_signed_response_alg": None},
    {"access_token_signed_response_alg": ["RS256"]}, {"id_token_signed_response_alg": "rs256"},
    {"redirect_uris": "https://a.example/cb"}, {"redirect_uris": 5}, {"redirect_uris": [["https://a.example/cb"]]},
    {"redirect_uris": [None]},
    {"redirect_uris": {"0": "https://a.example"}}, {"redirect_uris": None}, {"redirect_uris": []}, {"redirect_uris": [""]},
    {"redirect_uris": [f"https://a.example/{n}" for n in range(51)]}, {"redirect_uris": ["https://a.example/" + "x" * 2048]},
    {"redirect_uris": ["https://*.example/cb"]}, {"redirect_uris": ["https://a.example/cb#f"]}, {"redirect_uris": ["javascript:alert(1)"]},
    {"redirect_uris": ["http://a.example/cb"]}, {"redirect_uris": ["com.example.app:/cb"]}, {"client_name": 5}, {"client_name": "x" * 201},
    {"client_name": "a\r\nb"}, {"grant_types": ["implicit"]}, {"grant_types": ["password"]}, {"grant_types": []}, {"grant_types": None},
    {"grant_types": ["refresh_token"]}, {"response_types": ["token"]}, {"response_types": ["code", "code id_token"]},
    {"response_types": []},
    {"token_endpoint_auth_method": "private_key_jwt"}, {"token_endpoint_auth_method": None},
    {"auth_methods": ["none", "client_secret_post"]},
    {"auth_methods": []}, {"token_endpoint_auth_method": "none", "require_pkce": False}, {"scope": ["openid"]}, {"scope": 'a"b'},
    {"scope": " ".join(str(n) for n in range(101))}, {"require_pkce": None}, {"require_pkce": "false"}, {"first_party": 1},
    {"require_mfa": None}, {"id_token_claims": None}, {"id_token_claims": "true"}, {"id_token_claims": ["email"]},
    {"disabled": None}, {"logo_uri": "http://a.example/logo"}, {"logo_uri": "data:image/png;base64,x"}, {"tos_uri": "//a.example"},
    {"contacts": "x"}, {"contacts": ["x"] * 3 + [5]}, {"resources": ["api"]}, {"resources": ["https://a.example#f"]},
    {"application_type": "tv"},
    {"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"},
    {"jwks": {"keys": []}}, {"jwks": []}, {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, {"jwks": {"keys": [7]}},
    {"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": "c"}]}},
    {"jwks": {"keys": [{"kty": "RSA", "n": 5, "e": "AQAB"}]}},
    {"jwks_uri": "http://a.example/jwks"},
    {"jwks_uri": "https://a.example/jwks", "jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "a"}]}},
    {"sector_identifier_uri": "http://a.example"}, {"sector_identifier_uri": "https://169.254.169.254/"}, {"subject_type": "private"},
    {"request_uris": ["http://a.example/r"]}, {"backchannel_logout_uri": "http://169.254.169.254/"}, {"initiate_login_uri": "http://a.example/"},
    {"frontchannel_logout_uri": "https://elsewhere.example/"}, {"default_max_age": -1}, {"default_max_age": True}, {"default_max_age": "5"},
    {"userinfo_encrypted_response_enc": "A256GCM"}, {"id_token_encrypted_response_alg": "RSA-OAEP-256"}, {"profile": "fapi2"},
    {"profile": "x"},
    {"id_token_encrypted_response_alg": "RSA1_5"}, {"request_object_signing_alg": "none"}, {"request_object_signing_alg": "HS256"},
    {"token_endpoint_auth_method": "tls_client_auth"}, {"tls_client_auth_san_dns": "a.example"}, {"require_signed_request_object": True},
    {"token_endpoint_auth_method": "client_secret_jwt"}, {"tls_client_auth_san_ip": "1"}, {"default_acr_values": ["aal9"]},
    {"authorization_details_types": "payment"}, {"dpop_bound_access_tokens": "true"}, {"userinfo_signed_response_alg": "none"},
    {"roles": ["nobody-made-this"]}, {"roles": "admin"}, {"roles": {"admin": "x"}}, {"claim_mappings": []}, {"claim_mappings": "roles"},
    {"claim_mappings": {"roles": "roles"}}, {"claim_mappings": {"roles": {"source": "roles"}}},
    {"claim_mappings": {"roles": {"in": ["userinfo"]}}},
    {"claim_mappings": {"roles": {"source": "roles", "in": []}}}, {"claim_mappings": {"roles": MAPPED | {"in": ["refresh_token"]}}},
    {"claim_mappings": {"roles": MAPPED | {"in": "userinfo"}}}, {"claim_mappings": {"roles": {"source": "roles", "in_": ["userinfo"]}}},
    {"claim_mappings": {"roles": {"source": "attributes.roles", "in": ["userinfo"]}}}, {"claim_mappings": {"": MAPPED}},
    *({"claim_mappings": {name: {"source": "attributes.x", "in": ["access_token"]}}} for name in (
        "sub", "iss", "aud", "exp", "client_id", "scope", "scp", "acr", "amr", "cnf", "act", "gid", "uid", "email", "email_verified", "SUB",
        "nonce", "authorization_details", "_x", "__proto__", "a b", "ünicode", "x" * 129, "permissions", "groups", "entitlements",
    )),
    *({"claim_mappings": {"x": {"source": source, "in": ["access_token"]}}} for source in (
        "password_hash", "attributes.", "attributes", "attributes.a.b", "claims.email", "user.password_hash", "", "attributes.__class__",
    )),
    {"claim_mappings": {f"c{n}": MAPPED for n in range(21)}},
    {"claim_mappings": {"a": MAPPED, "A": MAPPED}},
]  # fmt: skip


@pytest.mark.parametrize("body", NEVER_ON_USERS + WRONG_ON_USERS, ids=lambda body: str(body)[:40])
def test_unknown_members_of_a_user_are_refused(shared: World, body: dict[str, Any]) -> None:
    """400 with the member's name, on PATCH and on POST, and nothing changes."""
    world = shared
    user = world.user(claims={"name": "Ada"})
    refused = world.call("PATCH", f"/users/{user.id}", json=body)
    assert refused.status_code == 400, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert world.services.user_service.get(user.id, scope=DEPLOYMENT) == user
    if body not in ({"password": "a quiet river"}, {"disabled": None}):
        made = world.call("POST", "/users", json={"email": "new@example.com", **body})
        assert made.status_code == 400, made.text
        assert world.services.users.id_of("new@example.com") is None


@pytest.mark.parametrize("body", NEVER_ON_CLIENTS + WRONG_ON_CLIENTS, ids=lambda body: str(body)[:40])
def test_unknown_members_of_an_app_are_refused(shared: World, body: dict[str, Any]) -> None:
    """The same for apps."""
    world = shared
    client = world.web_client()
    refused = world.call("PATCH", f"/clients/{client.id}", json=body)
    assert refused.status_code == 400, refused.text
    assert world.services.client_service.get(client.id, scope=DEPLOYMENT) == client
    made = world.call("POST", "/clients", json={"client_id": "new", "redirect_uris": ["https://a.example/cb"], **body})
    assert made.status_code == 400, made.text
    assert world.services.clients.get("new") is None


def test_a_client_id_cannot_be_changed(world: World) -> None:
    """A PATCH cannot rename."""
    world.web_client(client_id="app")
    assert world.call("PATCH", "/clients/app", json={"client_id": "other"}).status_code == 400


def test_members_that_were_read_can_be_sent_back(world: World) -> None:
    """E-11: each writable member, unchanged: none is dropped, and the version stays."""
    world.services.role_service.create("app-role", scope=DEPLOYMENT)
    world.services.group_service.create("team", scope=DEPLOYMENT)
    world.services.client_service.create(
        {
            "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"], "scope": "openid api:read",
            "post_logout_redirect_uris": ["https://a.example/"], "auth_methods": ["client_secret_post", "client_secret_basic"],
            "require_pkce": False, "require_mfa": True, "first_party": True, "id_token_claims": True, "resources": ["https://api.example"],
            "contacts": ["ops@a.example"],
            "introspects": ["https://api.example"], "logo_uri": "https://a.example/logo", "policy_uri": "https://a.example/p",
            "tos_uri": "https://a.example/t", "client_uri": "https://a.example", "disabled": True, "application_type": "web",
            "id_token_signed_response_alg": "ES256", "access_token_signed_response_alg": "Ed25519",
            "jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "a", "kid": "1"}]}, "request_uris": ["https://a.example/r#hash"],
            "userinfo_encrypted_response_alg": "ECDH-ES", "userinfo_signed_response_alg": "PS256", "default_max_age": 0,
            "subject_type": "pairwise", "initiate_login_uri": "https://a.example/login", "default_acr_values": ["aal2"],
            "backchannel_logout_uri": "https://a.example/out", "frontchannel_logout_uri": "https://a.example/out?f=1",
            "backchannel_logout_session_required": True, "require_auth_time": True, "dpop_bound_access_tokens": True,
            "require_signed_request_object": True, "request_object_signing_alg": "EdDSA", "authorization_details_types": ["payment"],
            "software_id": "shop", "software_version": "2", "roles": ["app-role"],
            "claim_mappings": {"roles": {"source": "roles", "in": ["id_token"]}, "team": {"source": "attributes.team", "in": ["userinfo"]}},
        }, scope=DEPLOYMENT
    )  # fmt: skip
    bare = world.service_client("api:read", client_id="bare", resources=["https://api.example"])
    for client_id in ("app", bare.id):
        before = world.services.client_service.get(client_id, scope=DEPLOYMENT)
        read = world.call("GET", f"/clients/{client_id}")
        readonly = {"client_id", "client_id_issued_at", "secrets", "created_at", "updated_at", "registered_by", "software_statement"}
        told = {name: value for name, value in read.json().items() if name not in readonly}
        back = world.call("PATCH", f"/clients/{client_id}", json=told, headers={"If-Match": read.headers["etag"]})
        assert back.status_code == 200, back.text
        assert asdict(world.services.client_service.get(client_id, scope=DEPLOYMENT)) == asdict(before)
    access = {
        "roles": ["app-role"],
        "groups": ["team"],
        "attributes": {"department": "sales", "level": 2.5, "sites": ["a", "b"], "lead": False},
    }
    user = world.user(email_verified=True, mfa_required=True, claims={"name": "Ada", "address": {"country": "UK"}}, **access)
    read = world.call("GET", f"/users/{user.id}")
    writable = {"email", "email_verified", "claims", "mfa_required", "admin", "admin_scopes", "disabled", "roles", "groups", "attributes"}
    told = {name: value for name, value in read.json().items() if name in writable}
    assert world.call("PATCH", f"/users/{user.id}", json=told).headers["etag"] == read.headers["etag"]
    assert world.services.user_service.get(user.id, scope=DEPLOYMENT) == user
