"""FAPI 2.0 with mutual TLS for authentication and for binding (§5.3.2.1, RFC 8705): only over the client's own connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.integration.oidc import fapi
from tests.integration.oidc.certificates import MINE, MY_THUMBPRINT, THEIRS, over, userinfo
from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.proving import Signer, bound, dpop, proof
from tests.support.calling import FORM, bearer
from tests.support.deployment import VERIFIER, App, Deployment, asked_by

if TYPE_CHECKING:
    from tests.support.calling import Answer

METHODS: dict[str, dict[str, Any]] = {
    "tls_client_auth": {"tls_client_auth_subject_dn": "CN=app"},
    "self_signed_tls_client_auth": {"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "x5t#S256": MY_THUMBPRINT}]}},
}


@pytest.fixture(params=METHODS)
def app(idp: Deployment, request: pytest.FixtureRequest) -> App:
    chosen: dict[str, Any] = {
        "auth_methods": (request.param,),
        "dpop_bound_access_tokens": False,
        "tls_client_certificate_bound_access_tokens": True,
    }
    return idp.app(secret=False, **{**fapi.METADATA, **chosen, **METHODS[request.param]})


def call(idp: Deployment, app: App, path: str, form: dict[str, str], pem: str | None, *proofs: str) -> Answer:
    """A request over a connection with this certificate; client_id names the client (RFC 8705 §2)."""
    body = urlencode({**form, "client_id": app.id}).encode()
    return idp.send("POST", path, headers=[("content-type", FORM), *dpop(*proofs)], body=body, scope=over(pem))


def code(idp: Deployment, app: App) -> dict[str, str]:
    """The token request for a code."""
    name = call(idp, app, "/par", asked_by(app), MINE).json["request_uri"]
    given = idp.browser(idp.person()).get("/authorize", {"client_id": app.id, "request_uri": name}).answered["code"]
    return {"grant_type": "authorization_code", "code": given, "redirect_uri": app.redirect_uri, "code_verifier": VERIFIER}


def test_the_whole_way(idp: Deployment, app: App) -> None:
    """The client pushes a request, redeems the code, calls UserInfo and refreshes. The tokens are bound to the certificate."""
    tokens = call(idp, app, "/token", code(idp, app), MINE).json
    assert claims_of(tokens["access_token"])["cnf"] == {"x5t#S256": MY_THUMBPRINT}
    assert userinfo(idp, bearer(tokens["access_token"]), MINE).status == 200
    refreshed = call(idp, app, "/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}, MINE).json
    assert refreshed["refresh_token"] == tokens["refresh_token"]
    assert userinfo(idp, bearer(refreshed["access_token"]), MINE).status == 200


def test_a_client_without_its_certificate_is_refused(idp: Deployment, app: App) -> None:
    """RFC 8705 §2: PAR and each grant at the token endpoint refuse it. The code stays unused."""
    redeem = code(idp, app)
    for pem in (None, THEIRS if "self_signed_tls_client_auth" in app.client.auth_methods else "nothing"):
        for path, form in (
            ("/par", asked_by(app)),
            ("/token", redeem),
            ("/token", {"grant_type": "client_credentials", "scope": "orders"}),
        ):
            answer = call(idp, app, path, form, pem)
            assert (answer.status, answer.error) == (401, "invalid_client")
    tokens = call(idp, app, "/token", redeem, MINE).json
    for pem in (None, THEIRS):
        assert userinfo(idp, bearer(tokens["access_token"]), pem).status == 401


def test_authenticated_by_certificate_and_bound_by_dpop(idp: Deployment, app: App) -> None:
    """The plan mtls + dpop: the client authenticates by certificate. Tokens that are not certificate-bound are bound to the proof's key."""
    idp.change(app, tls_client_certificate_bound_access_tokens=False)
    redeem, key = code(idp, app), Signer()
    assert call(idp, app, "/token", redeem, MINE).error == "invalid_dpop_proof"
    token = call(idp, app, "/token", redeem, MINE, proof(key, idp.clock())).json["access_token"]
    assert claims_of(token)["cnf"] == {"jkt": key.jkt}
    assert userinfo(idp, bound(token, proof(key, idp.clock(), "/userinfo", "GET", token=token)), None).status == 200
