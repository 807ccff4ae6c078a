"""Client authentication through the deployed function: the gateway's certificate, and keys that another function fetches."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from idp import settings
from idp.domain.apps.client import Client
from idp.wiring import build_services
from tests.functions.conftest import ISSUER, ROOT, HttpApi, environment, idp
from tests.functions.mutual_tls import CERTIFICATE, KEY, MutualTls
from tests.integration.oidc.assertions import TYPE, sign
from tests.support.lambda_host import LambdaHost
from tests.support.lambda_invoke import Invoking, invoking

pytestmark = pytest.mark.functions
SERVICE: dict[str, Any] = {"grant_types": ("client_credentials",), "scopes": (), "redirect_uris": ()}
JWKS = {"keys": [{**KEY.as_dict(private=False), "kid": "one"}]}


@pytest.fixture(scope="module")
def fetching() -> Iterator[Invoking]:
    """A fetching function that finds the same keys at every address."""
    with invoking({"body": base64.b64encode(json.dumps(JWKS).encode()).decode(), "headers": {}}) as server:
        yield server


@pytest.fixture(scope="module")
def host(quick_endpoint: str, fetching: Invoking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LambdaHost]:
    """The function, and clients of these tests."""
    env = environment(tmp_path_factory.mktemp("clients"), quick_endpoint)
    env |= {"IDP_FETCH_FUNCTION": "fetch", "AWS_ENDPOINT_URL_LAMBDA": fetching.url}
    idp(env, "bootstrap", "--json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        clients = build_services(settings.load(env)).clients
        signing: dict[str, Any] = {"auth_methods": ("private_key_jwt",), "jwks_uri": "https://app.example/jwks"}
        assert clients.create(Client("signing", **signing, **SERVICE))
        certified: dict[str, Any] = {"auth_methods": ("tls_client_auth",), "tls_client_auth_subject_dn": "CN=app"}
        assert clients.create(Client("certified", **certified, **SERVICE))
    with LambdaHost("idp.functions.api.handler", cwd=ROOT, env=env) as running:
        yield running


def test_a_client_authenticates_with_the_gateways_certificate(host: LambdaHost) -> None:
    """RFC 8705: with the certificate, and not without it, for any headers."""
    form = {"grant_type": "client_credentials", "client_id": "certified"}
    with httpx.Client(transport=MutualTls(host), base_url=ISSUER) as there, httpx.Client(transport=HttpApi(host), base_url=ISSUER) as here:
        assert there.post("/token", data=form).status_code == 200
        assert here.post("/token", data=form).json()["error"] == "invalid_client"
        forged = {"x-amzn-mtls-clientcert": CERTIFICATE.pem.replace("\n", " "), "x-client-cert": CERTIFICATE.pem.replace("\n", "")}
        assert here.post("/token", data=form, headers=forged).json()["error"] == "invalid_client"


def test_keys_are_fetched_once_by_another_function(host: LambdaHost, fetching: Invoking) -> None:
    """jwks_uri through IDP_FETCH_FUNCTION. A warm function keeps the keys."""
    with httpx.Client(transport=HttpApi(host), base_url=ISSUER) as http:
        for _ in range(2):
            now = int(time.time())
            claims = {"iss": "signing", "sub": "signing", "aud": ISSUER, "exp": now + 60, "jti": secrets.token_urlsafe(8)}
            form = {"grant_type": "client_credentials", "client_assertion_type": TYPE}
            form["client_assertion"] = sign(claims, key=KEY, kid="one")
            assert http.post("/token", data=form).status_code == 200
            assert http.post("/token", data=form).json()["error"] == "invalid_client"
    assert [event["url"] for _, _, event in fetching.asked] == ["https://app.example/jwks"]
