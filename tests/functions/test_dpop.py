"""DPoP and certificate-bound tokens through the deployed function, with the headers, addresses and certificates of the gateway."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from idp import settings
from idp.domain.apps.client import Client
from idp.wiring import build_services
from tests.functions.conftest import ISSUER, ROOT, HttpApi, environment, idp
from tests.functions.mutual_tls import MutualTls
from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.proving import Signer, assertion, proof
from tests.support.lambda_host import LambdaHost

pytestmark = pytest.mark.functions
MTLS = "https://mtls.idp.example"
KEY, SENDER = Signer(), Signer()
FAPI: dict[str, Any] = {
    "profile": "fapi2", "auth_methods": ("private_key_jwt",), "grant_types": ("client_credentials",), "scopes": (), "redirect_uris": (),
    "jwks": {"keys": [{**KEY.public, "kid": "k1"}]},
}  # fmt: skip


@pytest.fixture(scope="module")
def host(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LambdaHost]:
    """The function, with an address that requests certificates."""
    env = environment(tmp_path_factory.mktemp("dpop"), quick_endpoint) | {"IDP_MTLS_URL": MTLS}
    idp(env, "bootstrap", "--json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        clients = build_services(settings.load(env)).clients
        assert clients.create(Client("fapi", **FAPI))
        assert clients.create(Client("certified", tls_client_certificate_bound_access_tokens=True, **FAPI))
    with LambdaHost("idp.functions.api.handler", cwd=ROOT, env=env) as running:
        yield running


def ask(http: httpx.Client, client: str, *proofs: str) -> httpx.Response:
    """Request a token with these proofs."""
    form = {"grant_type": "client_credentials", **assertion(KEY, client, int(time.time()), aud=ISSUER)}
    return http.post("/token", data=form, headers=[("dpop", each) for each in proofs])


def new(at: str = ISSUER) -> str:
    """Return a proof for the token endpoint at this address."""
    return proof(SENDER, int(time.time()), htu=f"{at}/token")


def test_a_token_is_bound_to_the_key_of_the_proof(host: LambdaHost) -> None:
    """Also at the address for certificates. Not twice, not with a second proof, not for another address."""
    with httpx.Client(transport=HttpApi(host), base_url=ISSUER) as http:
        said = new()
        answer = ask(http, "fapi", said).json()
        assert answer["token_type"] == "DPoP"
        assert claims_of(answer["access_token"])["cnf"] == {"jkt": SENDER.jkt}
        assert ask(http, "fapi", new(MTLS)).status_code == 200
        for proofs in ((said,), (new(), new()), (), (new("https://evil.example"),)):
            assert ask(http, "fapi", *proofs).json()["error"] == "invalid_dpop_proof"


def test_a_token_is_bound_to_the_certificate_of_the_connection(host: LambdaHost) -> None:
    """By the certificate that the gateway reports."""
    with httpx.Client(transport=MutualTls(host), base_url=ISSUER) as there, httpx.Client(transport=HttpApi(host), base_url=ISSUER) as here:
        assert set(claims_of(ask(there, "certified").json()["access_token"])["cnf"]) == {"x5t#S256"}
        assert ask(here, "certified").json()["error"] == "invalid_client"
        document = here.get("/.well-known/openid-configuration").json()
        assert document["tls_client_certificate_bound_access_tokens"] is True
        assert document["mtls_endpoint_aliases"]["token_endpoint"] == f"{MTLS}/token"
