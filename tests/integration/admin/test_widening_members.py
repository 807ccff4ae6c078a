"""Each member of an app, and the scopes that are needed to set it: those for what the app may do with it (threats J-05).

The tables name all members. A new member must be added to one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access import admin_scopes
from idp.domain.access.access_scopes import EVALUATE, SUBJECTS
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.organisations.profile import OrganisationProfile
from idp.http.admin.schemas.client_changes import ClientChanges, NewClient
from idp.services.apps import client_metadata
from idp.settings import Settings
from idp.store.organisations import Organisations
from tests.support.admin_calls import ADMIN, ISSUER
from tests.support.world import World

API = "https://api.example"
ACCESS = Settings(issuer=ISSUER).access_resource
EXCHANGES: dict[str, Any] = {"grant_types": ["authorization_code", TOKEN_EXCHANGE], "token_exchange_audiences": [API]}
ALL = tuple(sorted(admin_scopes.ALL))

WIDENS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("scope", {"scope": "keys:write", "resources": [ADMIN]}, ("keys:write",)),
    ("scope", {"scope": EVALUATE, "resources": [ACCESS]}, ("policies:read",)),
    ("scope", {"scope": SUBJECTS, "resources": [ACCESS]}, ("roles:read", "users:read")),
    ("resources", {"resources": [API, ADMIN], "scope": "openid audit:read"}, ("audit:read",)),
    ("resources", {"resources": [API, ACCESS], "scope": f"openid {SUBJECTS}"}, ("roles:read", "users:read")),
    ("introspects", {"introspects": [ADMIN]}, ALL),
    ("token_exchange_audiences", EXCHANGES | {"token_exchange_audiences": [API, ADMIN]}, ALL),
    ("token_exchange_scopes", EXCHANGES | {"token_exchange_scopes": ["users:write"]}, ("users:write",)),
    ("token_exchange_scopes", EXCHANGES | {"token_exchange_scopes": ["openid", "email"]}, ("users:read",)),
    ("may_impersonate", {"may_impersonate": True}, ("users:write",)),
    ("id_jag_audiences", EXCHANGES | {"id_jag_audiences": {"https://chat.example": {"client_id": "c"}}}, ("issuers:write",)),
    ("first_party", {"first_party": True}, ("users:read",)),
    ("org_id", {"org_id": "org_acme", "grant_types": ["client_credentials"]}, ("organizations:write",)),
    ("roles", {"roles": ["reader"]}, ("roles:write",)),
    ("claim_mappings", {"claim_mappings": {"roles": {"source": "roles", "in": ["access_token"]}}}, ("roles:write",)),
]
"""A member, what is set, and the scopes that it takes beside clients:write."""

PLAIN = {
    "says what the app is": {
        "client_id", "client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri", "branding",
        "contacts", "software_id", "software_version",
        "application_type",
    },
    "says where the app is; a change of an app that may do more takes the scopes of WIDENS": {
        "redirect_uris", "post_logout_redirect_uris", "initiate_login_uri", "backchannel_logout_uri", "backchannel_logout_session_required",
        "frontchannel_logout_uri", "frontchannel_logout_session_required", "request_uris", "sector_identifier_uri", "subject_type",
    },
    "says how the app proves who it is; a change of an app that may do more takes the scopes of WIDENS": {
        "token_endpoint_auth_method", "auth_methods", "token_endpoint_auth_signing_alg", "jwks", "jwks_uri", "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns", "tls_client_auth_san_uri", "tls_client_auth_san_ip", "tls_client_auth_san_email",
    },
    "says which token tells what the person consented to": {"id_token_claims"},
    "says how answers are signed and encrypted": {
        "id_token_signed_response_alg", "access_token_signed_response_alg", "userinfo_signed_response_alg",
        "introspection_signed_response_alg", "authorization_signed_response_alg", "request_object_signing_alg",
        *(f"{what}_encrypted_response_alg" for what in ("id_token", "userinfo", "introspection", "authorization")),
        *(f"{what}_encrypted_response_enc" for what in ("id_token", "userinfo", "introspection", "authorization")),
    },
    "asks for more of the app or of people, and gives nothing; without it the app may still do no more than WIDENS says": {
        "require_signed_request_object", "require_pushed_authorization_requests", "dpop_bound_access_tokens",
        "tls_client_certificate_bound_access_tokens", "profile", "require_pkce", "require_mfa", "disabled", "default_max_age",
        "require_auth_time", "default_acr_values", "sign_up", "mail_code", "connections_only",
    },
    "a person who is in an organisation is asked for consent to it": {"organization"},
    "a grant gives what scope, resources, token_exchange_… and id_jag_audiences allow, and assertions are for apps that an issuer names": {
        "grant_types", "response_types",
    },
    "types are made with clients:write, and a person sees and allows each request of them": {"authorization_details_types"},
}  # fmt: skip
"""Members that clients:write alone may set, by the reason."""


@pytest.fixture(scope="module")
def world(shared: World, quick_endpoint: str) -> Iterator[World]:
    """A provider that issues ID-JAGs and has a role."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        made = World(replace(shared.settings, id_jag="on"), shared.keys)
        vars(made)["root"] = shared.root
        made.services.role_service.create("reader", permissions=[], scope=DEPLOYMENT)
        Organisations(made.services.database).create(OrganisationProfile("org_acme", "acme", "Acme"))
        yield made


def token(world: World, *scopes: str) -> str:
    """Return a token with clients:write and these scopes."""
    return world.service_token(world.root, "clients:read", "clients:write", *scopes)


def plain(world: World) -> Client:
    """Create an app without special permissions."""
    return world.services.client_service.create({"redirect_uris": ["https://a.example/cb"], "scope": "openid"}, scope=DEPLOYMENT)[0]


def test_each_member_of_an_app_is_classified() -> None:
    """A new member must be added to a table here: which scopes may set it?"""
    members = {field.alias or name for shape in (ClientChanges, NewClient) for name, field in shape.model_fields.items()}
    assert members == {*client_metadata.WRITABLE, "client_id", "roles"}
    listed = [name for names in PLAIN.values() for name in names]
    assert len(listed) == len(set(listed))
    assert set(listed) | {name for name, _, _ in WIDENS} == members
    assert not set(listed) & {name for name, _, _ in WIDENS}


@pytest.mark.parametrize(("member", "body", "needed"), WIDENS, ids=lambda value: value if isinstance(value, str) else None)
def test_setting_a_widening_member_needs_its_scopes(world: World, member: str, body: dict[str, Any], needed: tuple[str, ...]) -> None:
    """403 for clients:write alone and for all scopes without one of the needed, for a new and for an existing app."""
    app, new = plain(world), {"redirect_uris": ["https://a.example/cb"], **body}
    assert member in body
    for missing in needed:
        for held in ((), tuple(scope for scope in ALL if scope != missing and scope not in {"clients:read", "clients:write"})):
            if missing in {"clients:read", "clients:write"}:
                continue
            assert world.call("POST", "/clients", token=token(world, *held), json=new).status_code == 403
            assert world.call("PATCH", f"/clients/{app.id}", token=token(world, *held), json=body).status_code == 403
    assert world.services.client_service.get(app.id, scope=DEPLOYMENT) == app
    assert world.call("POST", "/clients", token=token(world, *needed), json=new).status_code == 201
    assert world.call("PATCH", f"/clients/{app.id}", token=token(world, *needed), json=body).status_code == 200


@pytest.mark.parametrize(("member", "body", "needed"), WIDENS, ids=lambda value: value if isinstance(value, str) else None)
@pytest.mark.parametrize(
    ("method", "path", "change"),
    [
        ("PATCH", "", {"redirect_uris": ["https://evil.example/cb"]}),
        ("PATCH", "", {"token_endpoint_auth_method": "client_secret_post"}),
        ("PATCH", "", {"disabled": True, "redirect_uris": ["https://evil.example/cb"]}),
        ("POST", "/rotate-secret", {}),
    ],
    ids=["redirect URI", "method", "disabled as well", "secret"],
)
def test_an_app_with_a_widening_member_cannot_be_taken_over(
    world: World, member: str, body: dict[str, Any], needed: tuple[str, ...], method: str, path: str, change: dict[str, Any]
) -> None:
    """By its secret or its redirect URIs, with clients:write alone."""
    app = world.services.client_service.patch(plain(world).id, body, scope=DEPLOYMENT)
    assert member in body
    assert world.call(method, f"/clients/{app.id}{path}", token=token(world), json=change).status_code == 403
    assert world.services.client_service.get(app.id, scope=DEPLOYMENT) == app
    assert world.call(method, f"/clients/{app.id}{path}", token=token(world, *needed), json=change).status_code == 200


@pytest.mark.parametrize(("member", "body", "needed"), WIDENS, ids=lambda value: value if isinstance(value, str) else None)
def test_an_app_with_a_widening_member_can_be_stopped(world: World, member: str, body: dict[str, Any], needed: tuple[str, ...]) -> None:
    """clients:write alone disables and deletes it, unless it may use the admin API. Enabling it needs the scopes again."""
    app = world.services.client_service.patch(plain(world).id, body, scope=DEPLOYMENT)
    over_the_api = needed == ALL or bool(admin_scopes.ALL & {*body.get("scope", "").split(), *body.get("token_exchange_scopes", ())})
    stopped = world.call("PATCH", f"/clients/{app.id}", token=token(world), json={"disabled": True})
    assert (stopped.status_code, member in body) == (403 if over_the_api else 200, True)
    assert world.call("PATCH", f"/clients/{app.id}", token=token(world), json={"disabled": False}).status_code == 403
    assert world.call("PATCH", f"/clients/{app.id}", token=token(world, *needed), json={"disabled": False}).status_code == 200
    assert world.call("DELETE", f"/clients/{app.id}", token=token(world)).status_code == (403 if over_the_api else 204)


def test_a_plain_member_needs_clients_write_alone(world: World) -> None:
    """Scopes, audiences and token exchange for other APIs."""
    body = EXCHANGES | {"token_exchange_scopes": ["orders"], "introspects": [API], "resources": [API], "scope": "openid orders users:write"}
    app = plain(world)
    assert world.call("PATCH", f"/clients/{app.id}", token=token(world), json=body).status_code == 200
    assert world.call("POST", f"/clients/{app.id}/rotate-secret", token=token(world)).status_code == 200


def test_the_refusal_names_the_missing_scopes(world: World) -> None:
    """The refusal names the scopes that the token lacks."""
    body = {"redirect_uris": ["https://a.example/cb"], "first_party": True, "may_impersonate": True}
    refused = world.call("POST", "/clients", token=token(world), json=body)
    assert "users:read users:write" in refused.json()["detail"]
