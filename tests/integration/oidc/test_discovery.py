"""Discovery and JWKS: published values are true, complete and cacheable, and contain no secret (OpenID Connect Discovery 1.0, RFC 8414)."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from idp.oauth.authorization.checks.prompt import SUPPORTED as PROMPTS
from tests.support.deployment import ISSUER, SERVICE, Deployment

OPENID, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
_PUBLIC = {"RSA": {"kty", "n", "e"}, "EC": {"kty", "crv", "x", "y"}, "OKP": {"kty", "crv", "x"}}
DOCUMENTS = [OPENID, OAUTH, "/jwks"]


@pytest.mark.parametrize("path", [OPENID, OAUTH])
def test_the_issuer_is_the_prefix_of_where_it_is_published(idp: Deployment, path: str) -> None:
    """Discovery §4.3: "The issuer value returned MUST be identical to the Issuer URL that was used as the prefix"."""
    answer = idp.get(path)
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    assert answer.json["issuer"] == ISSUER


def test_both_documents_are_the_same(idp: Deployment) -> None:
    """RFC 8414 §5: an OpenID provider has the same metadata at both URLs."""
    assert idp.get(OPENID).json == idp.get(OAUTH).json


def test_required_members_are_published(idp: Deployment) -> None:
    """Discovery §3: required members are present, with RS256. A member whose default differs from the provider's behaviour is set."""
    document = idp.get(OPENID).json
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert document["response_types_supported"] == ["code"]
    assert document["subject_types_supported"] == ["public", "pairwise"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["request_uri_parameter_supported"] is True
    assert document["require_request_uri_registration"] is True, "it defaults to false"
    assert document["request_parameter_supported"] is True
    assert "none" not in document["request_object_signing_alg_values_supported"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert "openid" in document["scopes_supported"]
    assert set(document["prompt_values_supported"]) == PROMPTS


def test_every_url_is_of_the_issuer_and_answers(idp: Deployment) -> None:
    """Every published endpoint exists: it may refuse the method, but does not answer 404."""
    for name, value in idp.get(OPENID).json.items():
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(f"{ISSUER}/"), name
            assert idp.get(value.removeprefix(ISSUER)).status != 404, name


@pytest.mark.parametrize("scope", ["openid", "profile", "email", "address", "phone", "offline_access"])
def test_scopes_that_are_published_can_be_asked_for(idp: Deployment, scope: str) -> None:
    """scopes_supported contains each standard scope."""
    assert scope in idp.get(OPENID).json["scopes_supported"]


def test_jwks_holds_public_parts_only(idp: Deployment) -> None:
    """D-16: RFC 7517 §4 without the private members of RFC 7518 §6. Each kid is unique and is the RFC 7638 thumbprint."""
    keys = idp.get("/jwks").json["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) >= 2
    assert "RS256" in {key["alg"] for key in keys}
    for key in keys:
        public = _PUBLIC[key["kty"]]
        assert set(key) == {*public, "kid", "alg", "use"}
        assert key["use"] == "sig"
        canonical = json.dumps({name: key[name] for name in public}, separators=(",", ":"), sort_keys=True)
        assert key["kid"] == base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_no_endpoint_shows_private_parts(idp: Deployment, path: str) -> None:
    """D-16: the documents contain neither PEM nor private JWK members."""
    assert not re.search(r'"(d|p|q|dp|dq|qi|k)"|PRIVATE', idp.get(path).text)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_caches_may_keep_it(idp: Deployment, path: str) -> None:
    """K-06, RFC 9111: caches may keep the document for five minutes, by ETag. It sets no cookie."""
    answer = idp.get(path)
    assert answer.header("cache-control") == "public, max-age=300"
    assert re.fullmatch(r'"[0-9a-f]{32}"', answer.header("etag") or "")
    assert answer.header("set-cookie") is None


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
def test_a_matching_etag_gets_304(idp: Deployment, path: str, form: str) -> None:
    """RFC 9110 §13.1.2: If-None-Match is a list or * and compares weakly, since a CDN that compresses makes the tag weak."""
    etag = idp.get(path).header("etag") or ""
    answer = idp.get(path, headers=[("if-none-match", form.format(etag))])
    assert (answer.status, answer.body, answer.header("etag")) == (304, b"", etag)
    assert answer.header("cache-control") == "public, max-age=300"


@pytest.mark.parametrize("form", ['"other"', "W/", "", '{}x"', "x{}"])
def test_another_etag_gets_the_document(idp: Deployment, form: str) -> None:
    """An ETag that differs, or is malformed, gets the document."""
    etag = idp.get("/jwks").header("etag") or ""
    assert idp.get("/jwks", headers=[("if-none-match", form.format(etag.strip('"')))]).status == 200


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_methods_other_than_get_are_refused(idp: Deployment, path: str, method: str) -> None:
    """RFC 9110 §15.5.6: the answer is 405 with Allow."""
    answer = idp.send(method, path)
    assert answer.status == 405
    assert set((answer.header("allow") or "").split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_head_is_get_without_the_body(idp: Deployment, path: str) -> None:
    """RFC 9110 §9.3.2: HEAD has the status and headers of GET."""
    head, get = idp.send("HEAD", path), idp.get(path)
    assert (head.status, head.header("etag"), head.header("content-length")) == (200, get.header("etag"), get.header("content-length"))


def test_unknown_well_known_is_json(idp: Deployment) -> None:
    """The well-known path is for programs, so its 404 is JSON."""
    answer = idp.get("/.well-known/nothing")
    assert (answer.status, answer.header("content-type")) == (404, "application/json")


def test_a_query_changes_nothing(idp: Deployment) -> None:
    """A query parameter does not change the document, nor its issuer."""
    assert idp.get(OPENID, {"issuer": "https://evil.example"}).json == idp.get(OPENID).json


def test_tokens_of_the_service_carry_a_published_kid(idp: Deployment) -> None:
    """The token's kid is in JWKS, so a verifier can find the key."""
    token = idp.call(SERVICE, "/token", grant_type="client_credentials").json["access_token"]
    header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    assert header["kid"] in {key["kid"] for key in idp.get("/jwks").json["keys"]}
