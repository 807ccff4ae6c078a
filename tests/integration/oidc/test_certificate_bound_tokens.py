"""Certificate-bound access tokens (RFC 8705 §3): refused on another connection. Only the gateway says which certificate was used."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.integration.oidc.certificates import MINE, MY_THUMBPRINT, THEIRS, over, userinfo
from tests.integration.oidc.forging import claims_of
from tests.integration.oidc.proving import Signer, bound, dpop, proof
from tests.support.calling import FORM, basic, bearer
from tests.support.deployment import VERIFIER, App, Deployment

if TYPE_CHECKING:
    from tests.support.calling import Answer


def ask(idp: Deployment, client: App, form: dict[str, str], pem: str | None, headers: list[tuple[str, str]] | None = None) -> Answer:
    """Send a token request on a connection with this client certificate."""
    public = {"client_id": client.id} if client.client.is_public else {}
    sent = [("content-type", FORM), *(headers or []), *([] if public else [("authorization", basic(*client.auth))])]
    return idp.send("POST", "/token", headers=sent, body=urlencode({**form, **public}).encode(), scope=over(pem))


def redeemed(idp: Deployment, client: App, pem: str | None, headers: list[tuple[str, str]] | None = None) -> Answer:
    """Redeem a new code on a connection with this client certificate."""
    form = {"grant_type": "authorization_code", "code": idp.code(client, idp.person()), "redirect_uri": client.redirect_uri}
    return ask(idp, client, {**form, "code_verifier": VERIFIER}, pem, headers)


@pytest.fixture
def app(idp: Deployment) -> App:
    return idp.app(tls_client_certificate_bound_access_tokens=True)


def test_tokens_are_bound_to_the_certificate(idp: Deployment, app: App) -> None:
    """§3.1: cnf contains the thumbprint, token_type stays Bearer. UserInfo accepts the token only on a connection with that certificate."""
    answer = redeemed(idp, app, MINE)
    assert answer.json["token_type"] == "Bearer"
    token = answer.json["access_token"]
    assert claims_of(token)["cnf"] == {"x5t#S256": MY_THUMBPRINT}
    assert userinfo(idp, bearer(token), MINE).status == 200
    for pem in (THEIRS, None, "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----", "x" * 100_000):
        refused = userinfo(idp, bearer(token), pem)
        assert (refused.status, refused.error) == (401, "invalid_token")


@pytest.mark.parametrize("pem", [None, "nothing", "", "é"])
def test_without_a_certificate_there_is_no_token(idp: Deployment, app: App, pem: str | None) -> None:
    """§3.4: a client that "intends" to bind its tokens gets no unbound token."""
    answer = redeemed(idp, app, pem)
    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.parametrize(
    "name", ["x-client-cert", "x-amzn-mtls-clientcert", "ssl-client-cert", "x-ssl-cert", "client-cert", "x-forwarded-client-cert"]
)
def test_no_header_stands_for_a_certificate(idp: Deployment, app: App, name: str) -> None:
    """§6.5 (E-05): a certificate in a request header is ignored. Only the gateway's certificate counts."""
    value = MINE.replace("\n", " ")
    assert redeemed(idp, app, None, [(name, value)]).status == 401
    token = redeemed(idp, app, MINE).json["access_token"]
    assert userinfo(idp, [*bearer(token), (name, value)], None).status == 401


def test_introspection_tells_of_the_certificate(idp: Deployment, app: App) -> None:
    """§3.2: the answer contains cnf with the thumbprint."""
    told = idp.call(app, "/introspect", token=redeemed(idp, app, MINE).json["access_token"]).json
    assert (told["active"], told["token_type"], told["cnf"]) == (True, "Bearer", {"x5t#S256": MY_THUMBPRINT})


def test_refresh_tokens_of_public_clients_are_bound(idp: Deployment) -> None:
    """§4: "the refresh tokens … are also bound to the certificate" of a public client. A refused request does not use the token up."""
    public = idp.app(secret=False, tls_client_certificate_bound_access_tokens=True)
    form = {"grant_type": "refresh_token", "refresh_token": redeemed(idp, public, MINE).json["refresh_token"]}
    assert ask(idp, public, form, THEIRS).error == "invalid_grant"
    assert ask(idp, public, form, None).error == "invalid_client"
    assert ask(idp, public, form, MINE).status == 200


def test_refresh_tokens_of_confidential_clients_follow_their_authentication(idp: Deployment, app: App) -> None:
    """§3, §7.1: a client may renew its certificate. The next access token is bound to the new one."""
    form = {"grant_type": "refresh_token", "refresh_token": redeemed(idp, app, MINE).json["refresh_token"]}
    answer = ask(idp, app, form, THEIRS)
    assert answer.status == 200
    assert userinfo(idp, bearer(answer.json["access_token"]), THEIRS).status == 200
    assert userinfo(idp, bearer(answer.json["access_token"]), MINE).status == 401


def test_an_optional_certificate_binds_nothing(idp: Deployment) -> None:
    """§3.4: tokens are bound only for clients that registered for it."""
    answer = redeemed(idp, idp.app(), MINE)
    assert "cnf" not in claims_of(answer.json["access_token"])


def test_both_at_once(idp: Deployment, app: App) -> None:
    """RFC 7800 §3.1: a token may be bound to a certificate and a DPoP key. Then both are required."""
    key = Signer()
    token = redeemed(idp, app, MINE, dpop(proof(key, idp.clock()))).json["access_token"]
    assert claims_of(token)["cnf"] == {"jkt": key.jkt, "x5t#S256": MY_THUMBPRINT}

    def shown() -> list[tuple[str, str]]:
        return bound(token, proof(key, idp.clock(), "/userinfo", "GET", token=token))

    assert userinfo(idp, shown(), MINE).status == 200
    assert userinfo(idp, shown(), THEIRS).status == 401
    assert userinfo(idp, bearer(token), MINE).status == 401
