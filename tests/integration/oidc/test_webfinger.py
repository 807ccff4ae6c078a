"""Issuer discovery by WebFinger (RFC 7033, OpenID Connect Discovery 1.0 §2), and the admin API's own metadata (RFC 9728)."""

from __future__ import annotations

import pytest

from tests.integration.oidc.deployment import ISSUER, Deployment

PATH = "/.well-known/webfinger"
REL = "http://openid.net/specs/connect/1.0/issuer"


@pytest.mark.parametrize("resource", ["acct:ada@idp.example", "acct:nobody@idp.example", "https://idp.example/ada", "ada@idp.example"])
def test_everybody_here_has_this_issuer(idp: Deployment, resource: str) -> None:
    """Discovery §2.2: one link; G-01: known and unknown people look the same."""
    answer = idp.get(PATH, {"resource": resource, "rel": REL})
    assert answer.header("content-type") == "application/jrd+json"
    assert answer.json == {"subject": resource, "links": [{"rel": REL, "href": ISSUER}]}
    assert answer.header("access-control-allow-origin") == "*"


@pytest.mark.parametrize("resource", ["acct:ada@other.example", "https://other.example/", "acct:ada@idp.example.evil", "x", "acct:", "@"])
def test_others_are_not_ours(idp: Deployment, resource: str) -> None:
    """RFC 7033 §4.2: 404."""
    assert idp.get(PATH, {"resource": resource}).status == 404


def test_what_is_no_question(idp: Deployment) -> None:
    """RFC 7033 §4.2: 400 without a resource; another rel gets no link (§4.3)."""
    assert idp.get(PATH).status == 400
    assert idp.get(PATH, {"resource": "acct:a@idp.example", "rel": "other"}).json["links"] == []


def test_the_admin_api_says_who_issues_its_tokens(idp: Deployment) -> None:
    """RFC 9728 §2, §3.1: under the resource's path; the resource is what a token's aud has to be."""
    document = idp.get("/.well-known/oauth-protected-resource/admin/v1").json
    assert document["resource"] == f"{ISSUER}/admin/v1"
    assert document["authorization_servers"] == [ISSUER]
    assert "users:read" in document["scopes_supported"]
    assert document["bearer_methods_supported"] == ["header"]
