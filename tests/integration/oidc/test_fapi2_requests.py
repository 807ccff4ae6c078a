"""FAPI 2.0 Security Profile (Final) §5.3.2.2: authorization requests of a client with this profile."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.integration.oidc import fapi
from tests.integration.oidc.fapi import FapiClient
from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.proving import Signer, proof
from tests.support.deployment import ISSUER, OTHER, VERIFIER, Deployment, asked_by


@pytest.fixture
def client(idp: Deployment) -> FapiClient:
    return fapi.client(idp)


def test_the_whole_way(idp: Deployment, client: FapiClient) -> None:
    """A pushed request gets code, state and iss (RFC 9207). The code has more than 96 bits and is redeemed for tokens."""
    ada = idp.person()
    answer = client.open(client.pushed(), idp.browser(ada)).answered
    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("a state", ISSUER)
    assert len(answer["code"]) > 40
    tokens = client.redeem(answer["code"]).json
    assert client.userinfo(tokens["access_token"]).json["sub"] == ada.id


def test_the_answer_of_par(client: FapiClient) -> None:
    """RFC 9126 §2.2: 201, request_uri, and expires_in below 600 seconds (§5.3.2.2)."""
    answer = client.push()
    assert answer.status == 201
    assert answer.header("cache-control") == "no-store"
    assert set(answer.json) == {"request_uri", "expires_in"}
    assert 0 < answer.json["expires_in"] < 600


def test_requests_that_are_not_pushed(idp: Deployment, client: FapiClient) -> None:
    """§5.3.2.2: "shall reject authorization requests sent without [PAR]": the redirect has invalid_request, state and iss."""
    answer = idp.browser(idp.person()).get("/authorize", client.asked()).answered
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_request", "a state", ISSUER)
    assert "code" not in answer


def test_signed_requests_that_are_not_pushed(idp: Deployment, client: FapiClient) -> None:
    """A signed request object by value is refused, too, since it is not pushed."""
    answer = idp.browser(idp.person()).get("/authorize", {**client.asked(), "request": client.object()}).answered
    assert answer["error"] == "invalid_request"


@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token", "code token", "none", "code code"])
def test_other_response_types(client: FapiClient, response_type: str) -> None:
    """§5.3.2.2: "shall support the … authorization code grant". A response type that sends tokens through a browser is refused."""
    answer = client.push(response_type=response_type)
    assert answer.status == 400
    assert answer.error in {"unsupported_response_type", "invalid_request"}


@pytest.mark.parametrize("redirect_uri", [None, "", "https://evil.example/cb", "x"])
def test_a_pushed_request_needs_a_registered_redirect_uri(client: FapiClient, redirect_uri: str | None) -> None:
    """§5.3.2.2: "shall require the redirect_uri parameter in pushed authorization requests". An unregistered one is refused there."""
    answer = client.push(redirect_uri=redirect_uri, scope="orders")
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_plain_http_is_for_loopback_of_native_apps(idp: Deployment) -> None:
    """§5.3.2.2: an http redirect URI is allowed only for loopback addresses of native apps."""
    for native, status in ((False, 400), (True, 201)):
        uri = "http://127.0.0.1/cb"
        app = fapi.client(idp, redirect_uris=(uri,), application_type="native" if native else "web")
        assert app.push().status == status


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"code_challenge_method": "s256"},
    ],
)
@pytest.mark.parametrize("lifted", [False, True])
def test_pkce_at_par(idp: Deployment, changes: dict[str, Any], lifted: bool) -> None:
    """§5.3.2.2: "shall require PKCE with S256 as the code challenge method", whatever the client registered."""
    answer = fapi.client(idp, require_pkce=not lifted).push(**changes)
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_pkce_at_the_token_endpoint(client: FapiClient) -> None:
    """RFC 7636 §4.6: a missing or wrong verifier is refused, and the code stays unused."""
    code = client.code()
    for verifier in (None, "", "another-verifier.of_43~characters-at-the-very-least"):
        answer = client.redeem(code, code_verifier=verifier)
        assert (answer.status, answer.error) == (400, "invalid_grant")
    assert client.redeem(code).status == 200


def test_a_request_uri_cannot_be_pushed(client: FapiClient) -> None:
    """RFC 9126 §2.1: "it MUST NOT be provided", even with otherwise valid parameters."""
    for name in (client.pushed(), "https://app.example/request.jwt", "urn:ietf:params:oauth:request_uri:x"):
        answer = client.push(request_uri=name)
        assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_other_methods_at_par(idp: Deployment, method: str) -> None:
    """RFC 9126 §2.3: the answer is 405."""
    assert idp.send(method, "/par").status == 405


def test_duplicates_at_par(idp: Deployment, client: FapiClient) -> None:
    """RFC 6749 §3.1: a parameter may occur only once. Without the duplicate the same request is accepted."""
    sent = urlencode({**client.asked(), **client.authentication()})
    assert idp.post("/par", f"{sent}&state=b").error == "invalid_request"
    assert client.push().status == 201


def test_a_request_uri_is_answered_once(idp: Deployment, client: FapiClient) -> None:
    """RFC 9126 §7.3: a request_uri gets one answer. Before that it may be opened again (§5.3.2.2, note)."""
    name = client.pushed()
    browser = idp.browser()
    for _ in range(3):
        assert client.open(name, browser).is_page
    idp.sign_in(browser, idp.person())
    assert "code" in client.open(name, browser).answered
    assert client.open(name, browser).is_page


def test_a_request_uri_expires(idp: Deployment, client: FapiClient) -> None:
    """§5.3.2.2: "shall issue pushed authorization requests request_uri with expires_in values of less than 600 seconds"."""
    answer = client.push()
    idp.clock.advance(answer.json["expires_in"])
    late = client.open(answer.json["request_uri"])
    assert (late.status, late.is_page) == (400, True)


def test_a_request_uri_of_another_client(idp: Deployment, client: FapiClient) -> None:
    """RFC 9126 §2.2: a request_uri is bound to the client that pushed it."""
    other = fapi.client(idp)
    answer = idp.browser(idp.person()).get("/authorize", {"client_id": other.id, "request_uri": client.pushed()})
    assert (answer.status, answer.is_page) == (400, True)


def test_what_stands_beside_the_request_uri_does_not_count(client: FapiClient) -> None:
    """RFC 9126 §4: "only … client_id" beside it: other parameters beside the request_uri are ignored."""
    answer = client.open(client.pushed(state=None), state="beside").answered
    assert "state" not in answer
    answer = client.open(client.pushed(state="inside"), state="beside", scope="openid orders", nonce="beside").answered
    assert answer["state"] == "inside"
    assert client.redeem(answer["code"]).json["scope"] == "openid offline_access"


@pytest.mark.parametrize(
    "changes", [{"state": None}, {"nonce": None}, {"nonce": "n" * 64}, {"state": "s" * 128}, {"state": "s" * 384, "nonce": "n" * 384}]
)
def test_states_and_nonces(client: FapiClient, changes: dict[str, str | None]) -> None:
    """Missing, usual and long values are returned unchanged."""
    answer = client.open(client.pushed(**changes)).answered
    assert answer.get("state") == changes.get("state", "a state")
    claims = claims_of(client.redeem(answer["code"]).json["id_token"])
    assert claims.get("nonce") == changes.get("nonce", "a nonce")
    assert claims["iss"] == ISSUER


def test_the_order_of_scopes(client: FapiClient) -> None:
    """RFC 6749 §3.3: "Their order does not matter"."""
    answer = client.redeem(client.code(scope="orders offline_access openid")).json
    assert set(answer["scope"].split()) == {"orders", "offline_access", "openid"}
    assert "id_token" in answer


def test_without_openid_it_is_plain_oauth(client: FapiClient) -> None:
    """§5.1: a request without openid gets no ID Token."""
    answer = client.redeem(client.code(scope="orders", nonce=None)).json
    assert "id_token" not in answer
    assert answer["token_type"] == "DPoP"


def test_claims_of_the_identity(client: FapiClient) -> None:
    """OIDC Core §5.5: a pushed claims parameter adds its claims to the ID Token and UserInfo."""
    asked = '{"id_token":{"name":{"essential":true}},"userinfo":{"given_name":null}}'
    tokens = client.redeem(client.code(claims=asked)).json
    assert claims_of(tokens["id_token"])["name"] == "Ada Lovelace"
    assert client.userinfo(tokens["access_token"]).json["given_name"] == "Ada"


def test_a_person_who_says_no(idp: Deployment) -> None:
    """RFC 6749 §4.1.2.1: the redirect has access_denied, state and iss."""
    app = fapi.client(idp, first_party=False)
    browser = idp.browser(idp.person())
    page = app.open(app.pushed(), browser)
    answer = browser.post("/consent", {**page.fields, "decision": "deny"}, headers=[("origin", ISSUER)]).answered
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "a state", ISSUER)


@pytest.mark.parametrize(
    "methods", [("client_secret_basic",), ("client_secret_post",), ("none",), ("private_key_jwt", "client_secret_post")]
)
def test_clients_that_authenticate_otherwise(idp: Deployment, methods: tuple[str, ...]) -> None:
    """§5.3.2.1: "shall only support confidential clients", by MTLS or private_key_jwt: a client with another method is refused."""
    app = idp.app(secret=methods != ("none",), **{**fapi.METADATA, "auth_methods": methods})
    asked = {name: value for name, value in asked_by(app, scope="orders").items() if name != "client_id"}
    if "private_key_jwt" in methods:
        answer = idp.post("/par", {"client_id": app.id, "client_secret": app.secret, **asked})
    else:
        answer = idp.call(app, "/par", **asked)
    assert (answer.status, answer.error) == (400, "unauthorized_client")
    if methods == ("client_secret_basic",):
        assert idp.call(app, "/token", grant_type="client_credentials", scope="orders").error == "unauthorized_client"


def test_dpop_jkt_and_the_proof_at_par(client: FapiClient) -> None:
    """§5.3.2.1 with RFC 9449 §10.1: the code is bound to the key of the proof; a dpop_jkt that differs is refused."""
    other = Signer()
    answer = client.push(client.proof("/par"), dpop_jkt=other.jkt)
    assert (answer.status, answer.error) == (400, "invalid_dpop_proof")
    for code in (client.code(client.proof("/par")), client.code(dpop_jkt=client.sender.jkt)):
        assert client.redeem(code, proof(other, client.idp.clock())).error == "invalid_grant"
        assert client.redeem(code).status == 200


def test_a_dpop_jkt_of_another_key_is_refused(client: FapiClient) -> None:
    """RFC 9449 §10: the proof of another key does not redeem the code."""
    assert client.redeem(client.code(dpop_jkt=Signer().jkt)).error == "invalid_grant"


def test_other_clients_are_not_held_to_it(idp: Deployment) -> None:
    """The profile applies only to clients that have it."""
    assert "code" in idp.authorize(idp.browser(idp.person()), OTHER).answered
