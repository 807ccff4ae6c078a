"""Issuer discovery by WebFinger (RFC 7033, OpenID Connect Discovery 1.0 §2), and the admin API's own metadata (RFC 9728)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.integration.oidc.conftest import WithSettings
from tests.support.deployment import ISSUER, Deployment

PATH = "/.well-known/webfinger"
REL = "http://openid.net/specs/connect/1.0/issuer"


@pytest.mark.parametrize("resource", ["acct:ada@idp.example", "acct:nobody@idp.example", "https://idp.example/ada", "ada@idp.example"])
def test_each_address_of_the_host_has_this_issuer(idp: Deployment, resource: str) -> None:
    """Discovery §2.2: the answer has one link. G-01: it is the same for known and unknown people."""
    answer = idp.get(PATH, {"resource": resource, "rel": REL})
    assert answer.header("content-type") == "application/jrd+json"
    assert answer.json == {"subject": resource, "links": [{"rel": REL, "href": ISSUER}]}
    assert answer.header("access-control-allow-origin") == "*"


@pytest.mark.parametrize("resource", ["acct:ada@other.example", "https://other.example/", "acct:ada@idp.example.evil", "x", "acct:", "@"])
def test_addresses_of_other_hosts_are_not_found(idp: Deployment, resource: str) -> None:
    """RFC 7033 §4.2: the answer is 404."""
    assert idp.get(PATH, {"resource": resource}).status == 404


def test_a_malformed_question_is_refused(idp: Deployment) -> None:
    """RFC 7033 §4.2: a request without a resource gets 400. A request for another rel gets no link (§4.3)."""
    assert idp.get(PATH).status == 400
    assert idp.get(PATH, {"resource": "acct:a@idp.example", "rel": "other"}).json["links"] == []


PROFILE_PAGE = "http://webfinger.net/rel/profile-page"


@pytest.mark.parametrize(
    ("rels", "found"),
    [
        ([], True), ([REL], True), ([REL, PROFILE_PAGE], True), ([PROFILE_PAGE, REL], True), ([REL, REL], True), (["", REL], True),
        ([PROFILE_PAGE], False), ([PROFILE_PAGE, "avatar"], False), ([REL + "/"], False), ([""], True),
    ],
)  # fmt: skip
def test_several_kinds_of_links_may_be_asked_for(idp: Deployment, rels: list[str], found: bool) -> None:
    """RFC 7033 §4.3: "The "rel" parameter MAY be included multiple times". The answer has the requested links that exist."""
    answer = idp.get(PATH, urlencode([("resource", ISSUER), *(("rel", rel) for rel in rels)]))
    assert answer.status == 200
    assert answer.json["links"] == ([{"rel": REL, "href": ISSUER}] if found else [])


@pytest.mark.parametrize(
    ("method", "path", "query", "status"),
    [
        ("GET", PATH, "", 400), ("GET", PATH, "resource=", 400), ("GET", PATH, "resource=a&resource=b", 400),
        ("GET", PATH, "resource=%ff", 400), ("GET", PATH, "&".join(["rel=a"] * 101), 400),
        ("GET", PATH, "resource=acct:a@elsewhere.example", 404), ("POST", PATH, "", 405),
        ("GET", "/.well-known/nothing", "", 404), ("GET", "/.well-known/", "", 404), ("POST", "/.well-known/openid-configuration", "", 405),
        ("DELETE", "/.well-known/oauth-protected-resource/admin/v1", "", 405), ("GET", "/.well-known/oauth-protected-resource/x", "", 404),
        ("POST", "/.well-known/authzen-configuration", "", 405),
    ],
)  # fmt: skip
def test_errors_for_programs_are_json(idp: Deployment, method: str, path: str, query: str, status: int) -> None:
    """Only programs use /.well-known/ (RFC 8615): an error is JSON with a description, never a page."""
    answer = idp.send(method, path, query=query.encode())
    assert (answer.status, answer.header("content-type")) == (status, "application/json")
    assert answer.error
    assert answer.json["error_description"]


def test_the_admin_api_says_who_issues_its_tokens(idp: Deployment) -> None:
    """RFC 9728 §2, §3.1: the metadata are at the resource's path; resource is the aud of its tokens."""
    document = idp.get("/.well-known/oauth-protected-resource/admin/v1").json
    assert document["resource"] == f"{ISSUER}/admin/v1"
    assert document["authorization_servers"] == [ISSUER]
    assert "users:read" in document["scopes_supported"]
    assert document["bearer_methods_supported"] == ["header"]


def test_caches_keep_what_it_says(idp: Deployment, with_settings: WithSettings) -> None:
    """RFC 9110 §13.1.2: a request with the current entity tag gets 304. Mutual TLS changes the document and its tag (RFC 9728 §2)."""
    where = "/.well-known/oauth-protected-resource/admin/v1"
    told = idp.get(where)
    etag = told.header("etag") or ""
    assert told.header("cache-control") == "public, max-age=300"
    assert idp.get(where, headers=[("if-none-match", etag)]).status == 304
    assert idp.get(where, headers=[("if-none-match", '"other"')]).status == 200
    tls = with_settings(mtls_url="https://mtls.idp.example").get(where)
    assert tls.json["tls_client_certificate_bound_access_tokens"] is True
    assert tls.header("etag") != etag


def test_the_admin_api_says_where_that_is(idp: Deployment) -> None:
    """RFC 9728 §5.1: the 401 for a request without a token names the metadata's URL."""
    for headers in ([], [("authorization", "Basic x")]):
        answer = idp.get("/admin/v1/users", headers=headers)
        where = f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource/admin/v1"'
        assert (answer.status, where in (answer.header("www-authenticate") or "")) == (401, True)
