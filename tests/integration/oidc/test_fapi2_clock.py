"""The clock rules of FAPI 2.0 (§5.3.2.1): "shall accept JWTs with an iat or nbf timestamp between 0 and 10 seconds in the future", and
"shall reject JWTs with an iat or nbf timestamp greater than 60 seconds in the future"; for every JWT that a client makes.
"""

from __future__ import annotations

import pytest

from tests.integration.oidc import fapi
from tests.integration.oidc.fapi import FapiClient
from tests.support.deployment import Deployment

ACCEPTED = [0, 1, 8, 10]
REFUSED = [61, 62, 70, 3600]


@pytest.fixture
def client(idp: Deployment) -> FapiClient:
    return fapi.client(idp, profile="fapi2-message-signing")


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize("ahead", ACCEPTED)
def test_client_assertions_a_little_ahead(client: FapiClient, claim: str, ahead: int) -> None:
    """A client assertion that is up to 10 seconds ahead is accepted at PAR and at the token endpoint."""
    now = client.idp.clock()
    claims = {claim: now + ahead, "exp": now + 300}
    assert client.idp.post("/par", {"request": client.object(), **client.authentication(**claims)}).status == 201
    assert client.redeem(client.code(), authentication=client.authentication(**claims)).status == 200


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize("ahead", REFUSED)
def test_client_assertions_far_ahead(client: FapiClient, claim: str, ahead: int) -> None:
    """A client assertion that is more than 60 seconds ahead is refused at PAR and at the token endpoint. The code stays unused."""
    now = client.idp.clock()
    claims = {claim: now + ahead, "exp": now + ahead + 300}
    code = client.code()
    refused = [
        client.idp.post("/par", {"request": client.object(), **client.authentication(**claims)}),
        client.redeem(code, authentication=client.authentication(**claims)),
    ]
    assert [(answer.status, answer.error) for answer in refused] == [(401, "invalid_client")] * 2
    assert client.redeem(code).status == 200


@pytest.mark.parametrize("ago", [0, 1, 300])
def test_client_assertions_that_have_expired(client: FapiClient, ago: int) -> None:
    """RFC 7523 §3 (4): the answer is invalid_client."""
    answer = client.redeem(client.code(), authentication=client.authentication(exp=client.idp.clock() - ago))
    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.parametrize("seconds", [-10, *ACCEPTED])
def test_proofs_of_about_now(client: FapiClient, seconds: int) -> None:
    """A DPoP proof of about now is accepted at the token endpoint, at PAR and at UserInfo."""
    now = client.idp.clock()
    assert client.push(client.proof("/par", iat=now + seconds)).status == 201
    token = client.redeem(client.code(), client.proof(iat=now + seconds)).json["access_token"]
    said = client.proof("/userinfo", "GET", token=token, iat=now + seconds)
    assert client.idp.get("/userinfo", headers=[("authorization", f"DPoP {token}"), ("dpop", said)]).status == 200


@pytest.mark.parametrize("seconds", [*REFUSED, -3600])
def test_proofs_of_another_time(client: FapiClient, seconds: int) -> None:
    """A DPoP proof of another time is refused at the token endpoint, at PAR and at UserInfo."""
    now = client.idp.clock()
    assert client.push(client.proof("/par", iat=now + seconds)).error == "invalid_dpop_proof"
    code = client.code()
    assert client.redeem(code, client.proof(iat=now + seconds)).error == "invalid_dpop_proof"
    token = client.redeem(code).json["access_token"]
    said = client.proof("/userinfo", "GET", token=token, iat=now + seconds)
    assert client.idp.get("/userinfo", headers=[("authorization", f"DPoP {token}"), ("dpop", said)]).status == 401


def test_proofs_with_nbf_and_exp(client: FapiClient) -> None:
    """RFC 9449 §4.2: a proof may have nbf and exp. Only iat decides how old it is."""
    now = client.idp.clock()
    assert client.redeem(client.code(), client.proof(nbf=now, exp=now + 300)).status == 200


@pytest.mark.parametrize("ahead", ACCEPTED)
def test_request_objects_a_little_ahead(client: FapiClient, ahead: int) -> None:
    """Message Signing §5.3.1: a request object that is up to 10 seconds ahead is accepted."""
    assert client.push(nbf=client.idp.clock() + ahead).status == 201


@pytest.mark.parametrize("ahead", REFUSED)
def test_request_objects_far_ahead(client: FapiClient, ahead: int) -> None:
    """Message Signing §5.3.1: a request object that is more than 60 seconds ahead is refused."""
    now = client.idp.clock()
    answer = client.push(nbf=now + ahead, exp=now + ahead + 300)
    assert (answer.status, answer.error) == (400, "invalid_request_object")
