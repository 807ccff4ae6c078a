"""Presets: the facts about upstreams that their own documents state, and what an admin has to give."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from idp.adapters.outgoing import parse_target
from idp.domain.connections.connection import NONE, OAUTH2, OIDC, Connection
from idp.domain.connections.presets import PRESETS, is_tenant_id, members_of, metadata_url

MEMBERS = {field.name for field in fields(Connection)}
TENANT, OTHER = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-9999-aaaaaaaaaaaa"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")


def made(preset: str, **given: Any) -> Connection:
    return Connection(**{"id": "up", **members_of(PRESETS[preset], given)})


def test_there_is_a_preset_for_each_upstream_that_the_documents_name() -> None:
    names = "google github facebook microsoft apple gitlab discord linkedin cognito auth0 keycloak oidc oauth2 saml password"
    assert " ".join(PRESETS) == names


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_members_of_a_connection_only(name: str) -> None:
    preset = PRESETS[name]
    assert set(preset.members) <= MEMBERS
    assert set(preset.needs) <= MEMBERS
    assert not set(preset.needs) & set(preset.members), "what the preset has is not needed"


@pytest.mark.parametrize("name", PRESETS)
def test_no_preset_trusts_more_than_the_default(name: str) -> None:
    """Trust in addresses, silent links and factors of the upstream are decisions of the admin (threats O-05, O-15)."""
    it = made(name)
    assert (it.email_trust, it.link_verified, it.trusts_factors, it.domains) == (NONE, False, False, ())


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.type == OAUTH2 and name != "oauth2"])
def test_a_preset_of_oauth_2_has_all_endpoints(name: str) -> None:
    """There is no metadata to read them from. The issuer names the links of its people."""
    it = made(name)
    for member in (*ENDPOINTS, "issuer"):
        assert parse_target(getattr(it, member)), member
    assert "openid" not in it.scopes or name == "linkedin"


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.type == OIDC])
def test_a_preset_of_openid_connect_has_no_endpoint(name: str) -> None:
    """The metadata of the upstream has them, so a stale copy cannot be wrong."""
    it = made(name)
    assert not any(getattr(it, member) for member in (*ENDPOINTS, "jwks_uri"))
    assert "openid" in it.scopes


def test_what_the_admin_gives_replaces_the_default() -> None:
    it = made("gitlab", issuer="https://gitlab.example.com", name="Code", scopes=("openid",))
    assert (it.issuer, it.name, it.scopes, it.preset) == ("https://gitlab.example.com", "Code", ("openid",), "gitlab")


@pytest.mark.parametrize(
    ("tenants", "issuer"),
    [
        ((TENANT,), f"https://login.microsoftonline.com/{TENANT}/v2.0"),
        ((TENANT, OTHER), "https://login.microsoftonline.com/{tenantid}/v2.0"),
        ((), "https://login.microsoftonline.com/{tenantid}/v2.0"),
    ],
)
def test_the_issuer_of_microsoft_follows_from_its_tenants(tenants: tuple[str, ...], issuer: str) -> None:
    """Without a tenant it is the template, which accepts no issuer at all (threats O-13)."""
    assert made("microsoft", tenants=tenants).issuer == issuer


@pytest.mark.parametrize(
    ("issuer", "tenants", "url"),
    [
        ("https://accounts.google.com", (), "https://accounts.google.com/.well-known/openid-configuration"),
        ("https://example.eu.auth0.com/", (), "https://example.eu.auth0.com/.well-known/openid-configuration"),
        ("https://kc.example/realms/a", (), "https://kc.example/realms/a/.well-known/openid-configuration"),
        (
            f"https://login.microsoftonline.com/{TENANT}/v2.0", (TENANT,),
            f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration",
        ),
        (
            "https://login.microsoftonline.com/{tenantid}/v2.0", (TENANT, OTHER),
            "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
        ),
        (
            "https://login.microsoftonline.com/{tenantid}/v2.0", (TENANT, PERSONAL),
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
        ),
    ],
)  # fmt: skip
def test_the_metadata_is_under_the_issuer(issuer: str, tenants: tuple[str, ...], url: str) -> None:
    assert metadata_url(issuer, tenants) == url


def test_the_template_of_another_host_is_not_filled_in() -> None:
    """Only Microsoft has this template. The braces make the URL one that is never fetched as another."""
    assert metadata_url("https://evil.example/{tenantid}/v2.0", (TENANT,)).startswith("https://evil.example/{tenantid}/")


@pytest.mark.parametrize("text", [TENANT, PERSONAL])
def test_a_tenant_is_a_uuid(text: str) -> None:
    assert is_tenant_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "common", "organizations", "consumers", "example.com", OTHER.upper(), TENANT + "\n", TENANT[:-1], "*", f"{TENANT}/.."],
)
def test_other_names_are_no_tenant(text: str) -> None:
    """`common` stands for all tenants, and the domain of a tenant can move to another one."""
    assert not is_tenant_id(text)
