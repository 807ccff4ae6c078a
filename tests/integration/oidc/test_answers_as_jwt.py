"""ID Tokens, UserInfo, introspection and authorization responses are signed and encrypted as the client registered."""

from __future__ import annotations

import json

import pytest

from tests.integration.oidc.signed_answers import INTROSPECTION, app_with_keys, encryption_keys, opened, verified
from tests.support.calling import bearer
from tests.support.deployment import ISSUER, Deployment


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "Ed25519"])
def test_id_tokens_by_the_algorithm_that_was_registered(idp: Deployment, alg: str) -> None:
    """OIDC Core §15.1 and Registration §2: id_token_signed_response_alg selects the algorithm, and at_hash is present with each."""
    app = idp.app(id_token_signed_response_alg=alg, access_token_signed_response_alg=alg)
    tokens = idp.tokens(app, idp.person())
    assert verified(idp, tokens["id_token"], alg)["at_hash"]
    assert verified(idp, tokens["access_token"], alg)["client_id"] == app.id
    assert idp.userinfo(tokens["access_token"]).status == 200


@pytest.mark.parametrize("alg", ["RSA-OAEP-256", "ECDH-ES"])
def test_an_id_token_is_signed_then_encrypted(idp: Deployment, alg: str) -> None:
    """OIDC Core §10.2: a nested JWT, which only the client can decrypt."""
    keys = encryption_keys()
    app = app_with_keys(idp, keys, id_token_encrypted_response_alg=alg, id_token_encrypted_response_enc="A256GCM")
    token = idp.tokens(app, idp.person())["id_token"]
    assert token.count(".") == 4
    assert verified(idp, opened(token, alg, keys[alg]), "RS256")["iss"] == ISSUER


def test_userinfo_is_signed_for_the_client(idp: Deployment) -> None:
    """§5.3.2: a signed answer is application/jwt and contains iss and aud."""
    app = idp.app(userinfo_signed_response_alg="ES256")
    tokens = idp.tokens(app, idp.person(), scope="openid email")
    answer = idp.get("/userinfo", headers=bearer(tokens["access_token"]))
    assert answer.header("content-type") == "application/jwt"
    claims = verified(idp, answer.text, "ES256")
    assert (claims["iss"], claims["aud"]) == (ISSUER, app.id)
    assert claims["email"]


@pytest.mark.parametrize("signed", ["RS256", None])
def test_userinfo_is_encrypted_with_or_without_signature(idp: Deployment, signed: str | None) -> None:
    """§5.3.2: UserInfo can be signed and encrypted, or only encrypted."""
    keys = encryption_keys()
    more = {"userinfo_signed_response_alg": signed} if signed else {}
    app = app_with_keys(idp, keys, userinfo_encrypted_response_alg="RSA-OAEP-256", userinfo_encrypted_response_enc="A256GCM", **more)
    tokens = idp.tokens(app, idp.person())
    inside = opened(idp.get("/userinfo", headers=bearer(tokens["access_token"])).text, "RSA-OAEP-256", keys["RSA-OAEP-256"])
    claims = verified(idp, inside, "RS256") if signed else json.loads(inside)
    assert claims["sub"]


def test_nothing_is_sent_in_clear_to_a_client_without_a_key(idp: Deployment) -> None:
    """A client that registered encryption but no key for it gets an error."""
    app = idp.app(userinfo_encrypted_response_alg="RSA-OAEP-256", id_token_encrypted_response_alg=None)
    tokens = idp.tokens(app, idp.person())
    answer = idp.get("/userinfo", headers=bearer(tokens["access_token"]))
    assert (answer.status, answer.error) == (400, "invalid_request")


SPOILT = {
    "beside the curve": ("ECDH-ES", {"x": "AA"}), "another curve": ("ECDH-ES", {"crv": "P-384"}),
    "no point": ("ECDH-ES", {"x": "AA", "y": "AA"}), "no base64": ("ECDH-ES", {"x": "!!"}),
    "an even exponent": ("RSA-OAEP-256", {"e": "BA"}), "an even modulus": ("RSA-OAEP-256", {"n": "w" + "A" * 341}),
}  # fmt: skip
"""Keys that registration accepts but that cannot encrypt."""


@pytest.mark.parametrize(("alg", "spoil"), SPOILT.values(), ids=SPOILT)
def test_a_key_that_is_none_is_an_error_of_the_client(idp: Deployment, alg: str, spoil: dict[str, str]) -> None:
    """K-04: a client can register an unusable key. Each endpoint that encrypts then answers 400 and sends no unencrypted data."""
    key = {**encryption_keys()[alg].as_dict(private=False), **spoil}
    for what in ("id_token", "userinfo", "introspection"):
        app = idp.app(jwks={"keys": [key]}, **{f"{what}_encrypted_response_alg": alg})
        answer = idp.redeem(app, idp.code(app, idp.person()))
        if what == "userinfo":
            answer = idp.get("/userinfo", headers=bearer(answer.json["access_token"]))
        if what == "introspection":
            told = [("accept", INTROSPECTION)]
            answer = idp.post("/introspect", {"token": answer.json["access_token"]}, auth=(app.id, app.secret), headers=told)
        assert (answer.status, answer.error) == (400, "invalid_request"), what
        assert "sub" not in answer.json
    app = idp.app(jwks={"keys": [key]}, authorization_encrypted_response_alg=alg, authorization_signed_response_alg="RS256")
    page = idp.authorize(idp.browser(idp.person()), app, response_mode="jwt")
    assert (page.status, page.is_page, page.location) == (400, True, None)


def test_introspection_as_a_jwt_is_no_access_token(idp: Deployment) -> None:
    """RFC 9701 §5: the JWT has its own type, one claim with the answer, and the caller as aud. UserInfo refuses it as an access token."""
    app = idp.app(introspection_signed_response_alg="PS256")
    tokens = idp.tokens(app, idp.person())
    form = {"token": tokens["access_token"]}
    answer = idp.post("/introspect", form, auth=app.auth, headers=[("accept", INTROSPECTION)])
    assert answer.header("content-type") == INTROSPECTION
    claims = verified(idp, answer.text, "PS256")
    assert claims["token_introspection"]["active"] is True
    assert claims["aud"] == app.id
    assert "sub" not in claims
    assert idp.userinfo(answer.text).status == 401
    assert idp.post("/introspect", form, auth=app.auth).header("content-type") == "application/json"
