"""FAPI 2.0 Security Profile (Final) §5.3.2.1 and §5.4 at the token endpoint and at resources: sender constraint, client and lifetimes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from idp.store import keys
from tests.integration.oidc import fapi
from tests.integration.oidc.certificates import MINE, MY_THUMBPRINT, over, userinfo
from tests.integration.oidc.conftest import ENDPOINT
from tests.integration.oidc.forging import b64, claims_of, header_of
from tests.integration.oidc.proving import Signer, dpop, proof
from tests.support.calling import FORM, bearer
from tests.support.deployment import ISSUER, VERIFIER, WEB, Deployment, prepared, settings

if TYPE_CHECKING:
    from tests.integration.oidc.fapi import FapiClient

_NOT_PROVED = {"invalid_client", "invalid_request"}


@pytest.fixture
def client(idp: Deployment) -> FapiClient:
    return fapi.client(idp)


def test_tokens_are_bound_and_signed_by_allowed_algorithms(client: FapiClient) -> None:
    """RFC 6749 §5.1: token_type DPoP, expires_in, no-store. The tokens are signed by PS256, ES256 or EdDSA (§5.4.1), with a kid."""
    answer = client.redeem(client.code())
    assert answer.header("cache-control") == "no-store"
    assert answer.json["token_type"] == "DPoP"
    assert 0 < answer.json["expires_in"] <= 3600
    for name in ("access_token", "id_token"):
        header = header_of(answer.json[name])
        assert header["alg"] in {"PS256", "ES256", "Ed25519"}
        assert header["kid"] in {key["kid"] for key in client.idp.get("/jwks").json["keys"]}
    assert claims_of(answer.json["access_token"])["cnf"] == {"jkt": client.sender.jkt}
    assert claims_of(answer.json["id_token"])["aud"] == client.id


@pytest.mark.parametrize("hears", ["backchannel_logout_uri", "frontchannel_logout_uri"])
def test_sid_is_for_apps_that_get_logout_tokens(idp: Deployment, client: FapiClient, hears: str) -> None:
    """Back-Channel Logout §2.1, Front-Channel Logout §3: only clients with a logout URI get sid."""
    listening = fapi.client(idp, **{hears: "https://bank.example/out"})
    assert claims_of(listening.redeem(listening.code()).json["id_token"])["sid"]
    assert "sid" not in claims_of(client.redeem(client.code()).json["id_token"])


@pytest.mark.parametrize("alg", ["PS256", "ES256", "Ed25519"])
def test_each_algorithm_that_is_allowed(idp: Deployment, alg: str) -> None:
    """§5.4.1: each algorithm is accepted in the client's assertions and used for its tokens."""
    client = fapi.client(idp, alg, id_token_signed_response_alg=alg, access_token_signed_response_alg=alg)
    answer = client.redeem(client.code()).json
    assert [header_of(answer[name])["alg"] for name in ("access_token", "id_token")] == [alg, alg]


def test_what_it_registered_to_be_signed_with_rs256_is_not(idp: Deployment) -> None:
    """§5.4.1: "shall adhere to …": the profile takes precedence over RS256, which is also the default of RFC 7591."""
    client = fapi.client(idp, id_token_signed_response_alg="RS256", access_token_signed_response_alg="RS256")
    answer = client.redeem(client.code()).json
    assert [header_of(answer[name])["alg"] for name in ("access_token", "id_token")] == ["PS256", "PS256"]


def test_assertions_signed_with_rs256(idp: Deployment) -> None:
    """§5.4.1: refused at PAR and at the token endpoint."""
    client = fapi.client(idp, "RS256")
    for answer in (client.push(), client.token({"grant_type": "client_credentials", "scope": "orders"})):
        assert (answer.status, answer.error) == (401, "invalid_client")


def test_proofs_signed_with_rs256(client: FapiClient) -> None:
    """§5.4.1: refused, and the code stays unused."""
    code = client.code()
    answer = client.redeem(code, proof(Signer("RS256"), client.idp.clock()))
    assert (answer.status, answer.error) == (400, "invalid_dpop_proof")
    assert client.redeem(code).status == 200


def test_a_holder_of_a_key_is_required(client: FapiClient) -> None:
    """§5.3.2.1: "shall only issue sender-constrained access tokens": each grant refuses a request without a proof."""
    code = client.code()
    forms = [
        {"grant_type": "authorization_code", "code": code, "redirect_uri": client.app.redirect_uri},
        {"grant_type": "client_credentials"},
    ]
    refresh_token = client.redeem(client.code()).json["refresh_token"]
    forms.append({"grant_type": "refresh_token", "refresh_token": refresh_token})
    for form in forms:
        answer = client.idp.post("/token", {**client.authentication(), **form})
        assert answer.status == 400
        assert answer.error in {"invalid_dpop_proof", "invalid_request", "invalid_grant"}
        assert answer.header("content-type") == "application/json"
    assert client.redeem(code).status == 200


def test_a_registration_without_the_flag_is_no_way_around(idp: Deployment) -> None:
    """The member `profile` alone requires sender-constrained tokens."""
    client = fapi.client(idp, dpop_bound_access_tokens=False)
    form = {"grant_type": "client_credentials", "scope": "orders"}
    assert idp.post("/token", {**client.authentication(), **form}).error == "invalid_dpop_proof"
    assert client.token(form).json["token_type"] == "DPoP"


def test_bound_to_a_certificate(idp: Deployment) -> None:
    """§5.3.2.1: with MTLS instead of DPoP, a client with private_key_jwt gets certificate-bound tokens."""
    client = fapi.client(idp, dpop_bound_access_tokens=False, tls_client_certificate_bound_access_tokens=True)
    form = {"grant_type": "authorization_code", "code": client.code(), "redirect_uri": client.app.redirect_uri}
    form["code_verifier"] = VERIFIER
    refused = idp.post("/token", {**form, **client.authentication()})
    assert (refused.status, refused.error) == (401, "invalid_client")
    body = urlencode({**form, **client.authentication()}).encode()
    answer = idp.send("POST", "/token", headers=[("content-type", FORM)], body=body, scope=over(MINE))
    assert answer.json["token_type"] == "Bearer"
    assert claims_of(answer.json["access_token"])["cnf"] == {"x5t#S256": MY_THUMBPRINT}
    assert userinfo(idp, bearer(answer.json["access_token"]), MINE).status == 200
    assert userinfo(idp, bearer(answer.json["access_token"]), None).status == 401


def test_a_code_is_bound_to_its_client(idp: Deployment, client: FapiClient) -> None:
    """RFC 6749 §4.1.3: another authenticated client is refused, also if it names the first in client_id."""
    code, other = client.code(), fapi.client(idp)
    answer = other.redeem(code, redirect_uri=client.app.redirect_uri)
    assert (answer.status, answer.error) == (400, "invalid_grant")
    answer = client.redeem(code, authentication={**other.authentication(), "client_id": client.id})
    assert answer.status in {400, 401}
    assert answer.error in _NOT_PROVED
    assert client.redeem(code).status == 200


def test_a_code_is_used_once(client: FapiClient) -> None:
    """§5.3.2.1: a second use one second later gets invalid_grant, and revokes the tokens of the first (RFC 6749 §4.1.2)."""
    code = client.code()
    token = client.redeem(code).json["access_token"]
    assert client.userinfo(token).status == 200
    client.idp.clock.advance(1)
    answer = client.redeem(code)
    assert (answer.status, answer.error) == (400, "invalid_grant")
    assert client.userinfo(token).status == 401


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400), (62, 400)])
def test_a_code_lives_for_sixty_seconds(
    seconds: int, status: int, tmp_path_factory: pytest.TempPathFactory, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§5.3.2.1: "shall issue authorization codes with a maximum lifetime of 60 seconds", even if the deployment's lifetime is longer."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    idp = prepared(settings(str(tmp_path_factory.mktemp("oidc")), code_lifetime=600))
    client = fapi.client(idp)
    code, longer = client.code(), idp.code(WEB, idp.person())
    idp.clock.advance(seconds)
    assert client.redeem(code).status == status
    assert idp.redeem(WEB, longer).status == 200


def test_client_authentication_at_the_token_endpoint(client: FapiClient) -> None:
    """§5.3.2.1: no assertion, an expired one, one for another audience, or one without sub is refused, and the code stays unused."""
    code, now = client.code(), client.idp.clock()
    wrong = [
        {"client_id": client.id},
        {},
        client.authentication(exp=now - 300),
        client.authentication(aud="https://evil.example"),
        client.authentication(sub=None),
        client.authentication(iss=None),
        client.authentication(sub="other"),
        {**client.authentication(), "client_assertion_type": "x"},
    ]
    for authentication in wrong:
        answer = client.redeem(code, authentication=authentication)
        assert answer.status in {400, 401}
        assert answer.error in _NOT_PROVED
    assert client.redeem(code).status == 200


def test_client_id_is_not_needed_beside_an_assertion(client: FapiClient) -> None:
    """RFC 7521 §4.2: the client_id is optional, and must not be another client's."""
    alone = {name: value for name, value in client.authentication().items() if name != "client_id"}
    assert client.redeem(client.code(), authentication=alone).status == 200
    assert client.redeem(client.code(), authentication={**alone, "client_id": "other"}).status in {400, 401}


@pytest.mark.parametrize("path", ["/par", "/token", "/x"])
@pytest.mark.parametrize("listed", [False, True])
def test_the_audience_of_assertions(client: FapiClient, path: str, listed: bool) -> None:
    """§5.3.2.1: "shall only accept its issuer identifier value … as a string in the aud claim"."""
    for audience in (ISSUER + path, ISSUER + "/") if not listed else (ISSUER, ISSUER + path):
        aud = [audience] if listed else audience
        answer = client.idp.post("/par", {**client.asked(), **client.authentication(aud=aud)})
        assert (answer.status, answer.error) == (401, "invalid_client")
    assert client.push().status == 201


def test_refresh_tokens_are_not_rotated(client: FapiClient) -> None:
    """§5.3.2.1: "shall not use refresh token rotation except in extraordinary circumstances": a refresh returns the same token."""
    token = client.redeem(client.code()).json["refresh_token"]
    for _ in range(3):
        answer = client.refresh(token)
        assert answer.json["refresh_token"] == token
        assert answer.json["token_type"] == "DPoP"
        assert client.userinfo(answer.json["access_token"]).status == 200
        client.idp.clock.advance(30)


def test_refresh_tokens_live_on_while_they_are_used(client: FapiClient) -> None:
    """Each use extends the lifetime. An unused token expires, and a revoked one stays invalid."""
    idp, idle = client.idp, client.idp.services.settings.refresh_idle_lifetime
    token = client.redeem(client.code()).json["refresh_token"]
    for _ in range(3):
        idp.clock.advance(idle - 1)
        assert client.refresh(token).status == 200
    idp.clock.advance(idle)
    assert client.refresh(token).error == "invalid_grant"
    token = client.redeem(client.code()).json["refresh_token"]
    assert idp.post("/revoke", {**client.authentication(), "token": token}).status == 200
    assert client.refresh(token).error == "invalid_grant"


def test_refresh_tokens_are_bound_to_their_client(idp: Deployment, client: FapiClient) -> None:
    """RFC 6749 §6: another client, no authentication and no proof are refused."""
    token = client.redeem(client.code()).json["refresh_token"]
    assert fapi.client(idp).refresh(token).error == "invalid_grant"
    form = {"grant_type": "refresh_token", "refresh_token": token}
    bare = idp.post("/token", {**form, "client_id": client.id}, headers=dpop(client.proof()))
    assert bare.status in {400, 401}
    assert idp.post("/token", {**form, **client.authentication()}).error == "invalid_dpop_proof"
    assert client.refresh(token).status == 200


def test_client_credentials_tokens_are_bound_too(client: FapiClient) -> None:
    """§5.1: client_credentials tokens are bound too, and have no refresh token (RFC 6749 §4.4.3)."""
    answer = client.token({"grant_type": "client_credentials", "scope": "orders"})
    assert answer.json["token_type"] == "DPoP"
    assert "refresh_token" not in answer.json
    assert claims_of(answer.json["access_token"])["cnf"] == {"jkt": client.sender.jkt}


def test_no_token_in_a_query(client: FapiClient) -> None:
    """§5.3.4: "shall not accept access tokens in the query"."""
    token = client.redeem(client.code()).json["access_token"]
    answer = client.idp.get("/userinfo", {"access_token": token}, headers=dpop(client.proof("/userinfo", "GET", token=token)))
    assert answer.status == 401


@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP", "dPoP"])
def test_the_scheme_in_any_case(client: FapiClient, scheme: str) -> None:
    """RFC 9110 §11.1: the scheme is case-insensitive."""
    token = client.redeem(client.code()).json["access_token"]
    headers = [("authorization", f"{scheme} {token}"), ("DPoP", client.proof("/userinfo", "GET", token=token))]
    assert client.idp.get("/userinfo", headers=headers).status == 200


def test_introspection_names_the_key_of_a_token(client: FapiClient) -> None:
    """§5.3.2.1: the answer has the key to which the token is bound."""
    token = client.redeem(client.code()).json["access_token"]
    told = client.idp.post("/introspect", {**client.authentication(), "token": token}).json
    assert (told["active"], told["token_type"], told["cnf"]) == (True, "DPoP", {"jkt": client.sender.jkt})


def test_metadata_has_all_that_a_fapi_client_needs(idp: Deployment) -> None:
    """§5.3.1 with RFC 8414, RFC 9126 §5, RFC 9207 §3, RFC 9449 §5.1: both metadata documents have the members that a FAPI client needs."""
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        document = idp.get(path).json
        assert document["issuer"] == ISSUER
        assert "private_key_jwt" in document["token_endpoint_auth_methods_supported"]
        assert document["authorization_response_iss_parameter_supported"] is True
        assert document["pushed_authorization_request_endpoint"] == f"{ISSUER}/par"
        assert document["require_pushed_authorization_requests"] is False
        assert document["code_challenge_methods_supported"] == ["S256"]
        assert "code" in document["response_types_supported"]
        for name in ("token_endpoint_auth", "id_token", "dpop", "request_object", "authorization"):
            assert {"PS256", "ES256"} <= set(document[f"{name}_signing_alg_values_supported"]), name


@pytest.mark.parametrize("alg", ["PS256", "ES256", "Ed25519"])
def test_what_an_id_token_comes_with(idp: Deployment, alg: str) -> None:
    """OIDC Core §3.3.2.11, FAPI 1.0 Part 2 §5.1.1: c_hash and s_hash name the code and state. FAPI 2.0 does not require them."""
    client = fapi.client(idp, alg, id_token_signed_response_alg=alg)
    code = client.code(state="a state of its own")
    claims = claims_of(client.redeem(code).json["id_token"])
    digest = hashlib.sha512 if alg == "Ed25519" else hashlib.sha256
    for name, value in (("c_hash", code), ("s_hash", "a state of its own")):
        whole = digest(value.encode()).digest()
        assert claims[name] == b64(whole[: len(whole) // 2])


def test_what_it_does_not_come_with(idp: Deployment) -> None:
    """Without a state there is no s_hash, and after a refresh neither hash. Other clients get neither: they are optional in OIDC Core."""
    client = fapi.client(idp)
    tokens = client.redeem(client.code(state=None)).json
    assert "s_hash" not in claims_of(tokens["id_token"])
    again = claims_of(client.refresh(tokens["refresh_token"]).json["id_token"])
    assert not {"c_hash", "s_hash"} & set(again)
    assert not {"c_hash", "s_hash"} & set(claims_of(idp.tokens(WEB, idp.person())["id_token"]))


def test_the_state_is_kept_as_a_hash(idp: Deployment) -> None:
    """The store has no readable state. If the client's algorithm changed since the request, s_hash is left out."""
    client, person = fapi.client(idp, id_token_signed_response_alg="ES256"), idp.person()
    state = "a state that nobody should read"
    answer = client.open(client.pushed(state=state), idp.browser(person))
    assert state not in str(list(idp.services.database.query_all("state", keys.user_pk(person.id))))
    idp.change(client.app, id_token_signed_response_alg="Ed25519")
    claims = claims_of(client.redeem(answer.answered["code"]).json["id_token"])
    assert "c_hash" in claims
    assert "s_hash" not in claims
