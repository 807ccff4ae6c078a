"""FAPI 2.0 Message Signing (Final) §5.3: signed authorization requests at PAR, and signed responses if requested."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.oidc import fapi
from tests.integration.oidc.forging import b64, claims_of, header_of
from tests.integration.oidc.proving import Signer, flipped
from tests.support.deployment import ISSUER, Deployment

if TYPE_CHECKING:
    from tests.integration.oidc.fapi import FapiClient
    from tests.support.calling import Answer


@pytest.fixture
def client(idp: Deployment) -> FapiClient:
    return fapi.client(idp, profile="fapi2-message-signing")


def refused(answer: Answer, *codes: str) -> None:
    """Assert RFC 9126 §2.3, RFC 9101 §7: the client gets the error as status 400."""
    assert answer.status == 400, answer.text
    assert answer.error in (codes or ("invalid_request_object",)), answer.text


@pytest.mark.parametrize("alg", ["PS256", "ES256", "Ed25519"])
def test_the_whole_way(idp: Deployment, alg: str) -> None:
    """§5.3.1: a client with each algorithm of §5.4.1 of the Security Profile gets tokens and calls UserInfo."""
    client = fapi.client(idp, alg, profile="fapi2-message-signing")
    answer = client.redeem(client.code()).json
    assert answer["token_type"] == "DPoP"
    assert client.userinfo(answer["access_token"]).status == 200


def test_an_unsigned_request_is_refused(client: FapiClient) -> None:
    """§5.3.1: "shall … require … the use of signed request objects", at PAR as well."""
    refused(client.push(beside=client.asked()), "invalid_request", "invalid_request_object")


def test_request_uris_beside_and_inside(client: FapiClient) -> None:
    """RFC 9126 §2.1, RFC 9101 §4: a request_uri or a second request object is refused, beside the object and inside."""
    name = client.pushed()
    refused(client.push(beside={"request": client.object(), "request_uri": name}), "invalid_request")
    refused(client.push(request_uri=name))
    refused(client.push(request=client.object()))


def test_only_what_is_signed_counts(client: FapiClient) -> None:
    """RFC 9101 §6.3: "the authorization server MUST only use the parameters in the Request Object"."""
    beside = {
        **client.asked(state="beside", nonce="beside", scope="openid orders"),
        "request": client.object(state="inside", nonce="inside"),
    }
    answer = client.open(client.push(beside=beside).json["request_uri"]).answered
    assert answer["state"] == "inside"
    tokens = client.redeem(answer["code"]).json
    assert tokens["scope"] == "openid offline_access"
    assert claims_of(tokens["id_token"])["nonce"] == "inside"
    answer = client.open(
        client.push(beside={**client.asked(state="beside"), "request": client.object(state=None)}).json["request_uri"]
    ).answered
    assert "state" not in answer


def test_no_redirect_uri_inside(client: FapiClient) -> None:
    """§5.3.2.2: a redirect_uri beside the object does not replace the missing one inside."""
    beside = {**client.asked(), "request": client.object(redirect_uri=None)}
    refused(client.push(beside=beside), "invalid_request", "invalid_request_object")


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"nbf": None},
        {"exp": 0},
        {"exp": "x"},
        {"exp": -1},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": 10**400},
        {"nbf": "0"},
        {"nbf": []},
        {"aud": None},
        {"aud": "https://evil.example"},
        {"aud": []},
        {"aud": [f"{ISSUER}/par"]},
        {"aud": f"{ISSUER}/token"},
        {"aud": 5},
        {"iss": None},
        {"iss": "other"},
        {"iss": ISSUER},
        {"client_id": "other"},
    ],
    ids=lambda changes: str(changes)[:30],
)
def test_claims_that_are_not_right(client: FapiClient, changes: dict[str, Any]) -> None:
    """§5.3.1: "shall require the aud claim … to be, or to be an array containing" the provider's issuer, and nbf and exp."""
    refused(client.push(**changes))


def test_an_audience_list_with_the_issuer_is_accepted(client: FapiClient) -> None:
    """§5.3.1: an array that contains the provider's issuer."""
    assert client.push(aud=[ISSUER, "https://other.example"]).status == 201


@pytest.mark.parametrize(
    ("begun", "lasts", "good"),
    [(0, 3600, True), (3600, 3600 + 1, False), (3599, 3600, True), (0, 3601, False), (3601, 3700, False), (70 * 60, 71 * 60, False)],
)
def test_a_request_object_is_valid_for_sixty_minutes_at_most(client: FapiClient, begun: int, lasts: int, good: bool) -> None:
    """§5.3.1: exp "no longer than 60 minutes after the nbf claim", and nbf "no longer than 60 minutes in the past"."""
    now = client.idp.clock()
    answer = client.push(nbf=now - begun, exp=now - begun + lasts)
    assert (answer.status == 201) is good


@pytest.mark.parametrize("ago", [0, 1, 300])
def test_an_expired_request_object_is_refused(client: FapiClient, ago: int) -> None:
    """RFC 7519 §4.1.4: an object is refused from its exp on."""
    refused(client.push(exp=client.idp.clock() - ago, nbf=client.idp.clock() - ago - 60))


def test_signatures_that_are_not_right(client: FapiClient) -> None:
    """RFC 9101 §6.2: a changed or empty signature, another key's and another client's are refused."""
    for wrong in (
        flipped(client.object()),
        client.object(Signer()),
        fapi.client(client.idp, profile="fapi2-message-signing").object(),
        client.object(Signer(), header={"jwk": Signer().public}),
        client.object().rpartition(".")[0] + ".",
    ):
        refused(client.push(beside={"request": wrong}))


def test_without_a_signature(client: FapiClient) -> None:
    """RFC 9101 §10.2 with RFC 8725 §3.2: alg none is refused in any spelling."""
    for alg in ("none", "None", "NONE"):
        payload = client.object().split(".")[1]
        header = b64(json.dumps({"alg": alg, "kid": "k1"}))
        refused(client.push(beside={"request": f"{header}.{payload}."}))


@pytest.mark.parametrize("alg", ["RS256", "HS256", "RS512", "PS512", "ES384"])
def test_a_request_object_by_another_algorithm_is_refused(idp: Deployment, alg: str) -> None:
    """§5.4.1: RS256 is refused even with a registered RSA key, and so is an alg that does not fit the key."""
    if alg == "RS256":
        key = Signer("RS256")
        client = fapi.client(idp, profile="fapi2-message-signing")
        idp.change(client.app, jwks={"keys": [{**client.key.public, "kid": "k1"}, {**key.public, "kid": "k2"}]})
        refused(client.push(beside={"request": client.object(key, header={"kid": "k2"})}))
    else:
        client = fapi.client(idp, profile="fapi2-message-signing")
        refused(client.push(beside={"request": client.object(header={"alg": alg})}))


@pytest.mark.parametrize("mode", ["jwt", "query.jwt"])
def test_each_answer_is_one_signed_jwt(client: FapiClient, mode: str) -> None:
    """§5.3.2 with JARM §2.1, §2.3: the only parameter is a JWT with iss, aud, exp and state. Errors are signed JWTs too."""
    answer = client.open(client.pushed(response_mode=mode)).answered
    assert set(answer) == {"response"}
    assert header_of(answer["response"])["alg"] in {"PS256", "ES256", "Ed25519"}
    claims = claims_of(answer["response"])
    assert (claims["iss"], claims["aud"], claims["state"]) == (ISSUER, client.id, "a state")
    assert client.redeem(claims["code"]).status == 200
    refusal = client.open(client.pushed(response_mode=mode, prompt="none"), client.idp.browser()).answered
    assert claims_of(refusal["response"])["error"] == "login_required"


def test_dpop_jkt_inside(client: FapiClient) -> None:
    """RFC 9449 §10 in a signed request: a proof at PAR must use the key that dpop_jkt names."""
    assert client.push(client.proof("/par"), dpop_jkt=Signer().jkt).error == "invalid_dpop_proof"
    code = client.code(client.proof("/par"), dpop_jkt=client.sender.jkt)
    assert client.redeem(code).status == 200
