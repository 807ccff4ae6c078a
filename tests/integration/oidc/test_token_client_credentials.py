"""The client credentials grant: RFC 6749 §4.4, RFC 9068, RFC 8707."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.oidc.forging import claims_of, header_of
from tests.support.calling import Answer
from tests.support.deployment import API, ISSUER, OTHER_API, SERVICE, SPA, WEB, App, Deployment


def ask(idp: Deployment, client: App = SERVICE, **form: str | None) -> Answer:
    """Sends the token request."""
    return idp.call(client, "/token", grant_type="client_credentials", **form)


def test_a_token_for_the_client_itself(idp: Deployment) -> None:
    """RFC 6749 §4.4.3 and §5.1, RFC 9068 §2.2: the token has the required claims and no user claims, and there is no refresh token."""
    answer = ask(idp)
    assert answer.status == 200
    assert (answer.header("cache-control"), answer.header("pragma")) == ("no-store", "no-cache")
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope"}
    assert (answer.json["token_type"], answer.json["expires_in"], answer.json["scope"]) == ("Bearer", 600, "read write")
    token, now = answer.json["access_token"], idp.clock()
    assert header_of(token)["typ"] == "at+jwt"
    claims = claims_of(token)
    assert set(claims) == {"iss", "sub", "aud", "client_id", "scope", "jti", "iat", "exp"}
    assert (claims["iss"], claims["sub"], claims["client_id"], claims["aud"]) == (ISSUER, SERVICE.id, SERVICE.id, [API, OTHER_API])
    assert (claims["iat"], claims["exp"]) == (now, now + 600)


def test_every_token_has_its_own_jti(idp: Deployment) -> None:
    """RFC 9068 §2.2: each token has a unique jti (RFC 7519 §4.1.7)."""
    assert len({claims_of(ask(idp).json["access_token"])["jti"] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("asked", "given"), [("read", "read"), ("write read", "write read"), ("read read", "read"), ("", "read write"), (None, "read write")]
)
def test_registered_scopes_are_granted(idp: Deployment, asked: str | None, given: str) -> None:
    """RFC 6749 §3.3: the requested scopes are granted, or all of the client without a request. The answer names them."""
    answer = ask(idp, scope=asked).json
    assert answer["scope"] == given
    assert claims_of(answer["access_token"])["scope"] == given


@pytest.mark.parametrize(
    "scope", ["admin", "read admin", "openid", "offline_access", "READ", '"', "read\twrite", " ".join(f"s{n}" for n in range(9000)), "ü"]
)
def test_an_unregistered_scope_is_refused(idp: Deployment, scope: str) -> None:
    """B-13: unregistered, smuggled, malformed and too many scopes are refused."""
    answer = ask(idp, scope=scope)
    assert (answer.status, answer.error) == (400, "invalid_scope")


@pytest.mark.parametrize("scope", ["openid", "profile", "email", "address", "phone", "offline_access"])
def test_scopes_that_speak_of_a_user(idp: Deployment, scope: str) -> None:
    """B-13, B-18: scopes about a user are refused, even if the client is registered for them."""
    both = idp.app(grant_types=("authorization_code", "client_credentials"))
    answer = ask(idp, both, scope=scope)
    assert (answer.status, answer.error) == (400, "invalid_scope")


def test_no_scopes_at_all(idp: Deployment) -> None:
    """A client without scopes gets a token without scopes."""
    answer = ask(idp, idp.app(grant_types=("client_credentials",), scopes=())).json
    assert "scope" not in answer
    assert "scope" not in claims_of(answer["access_token"])


def test_the_audience_is_the_issuer_where_no_resource_is_registered(idp: Deployment) -> None:
    """RFC 9068 §3: the issuer is the default resource indicator."""
    answer = ask(idp, idp.app(grant_types=("client_credentials",), scopes=("x",))).json
    assert claims_of(answer["access_token"])["aud"] == ISSUER


def test_resource_narrows_the_audience(idp: Deployment) -> None:
    """RFC 8707 §2.2."""
    assert claims_of(ask(idp, resource=API).json["access_token"])["aud"] == API


@pytest.mark.parametrize(
    "resource", ["https://evil.example", API + "/", API.upper(), ISSUER, f"{ISSUER}/admin/v1", f"{API} {OTHER_API}", "x"]
)
def test_an_unregistered_resource_is_refused(idp: Deployment, resource: str) -> None:
    """B-14: invalid_target."""
    answer = ask(idp, resource=resource)
    assert (answer.status, answer.error) == (400, "invalid_target")


def test_several_registered_resources_are_granted(idp: Deployment) -> None:
    """RFC 8707 §2: "Multiple resource parameters MAY be used"; each must be registered, and each is in the token once."""
    form = f"grant_type=client_credentials&resource={API}&resource={OTHER_API}&resource={API}"
    assert claims_of(idp.post("/token", form, auth=SERVICE.auth).json["access_token"])["aud"] == [API, OTHER_API]
    answer = idp.post("/token", f"{form}&resource=https://evil.example", auth=SERVICE.auth)
    assert (answer.status, answer.error) == (400, "invalid_target")


def test_clients_without_the_grant(idp: Deployment) -> None:
    """B-12, RFC 6749 §5.2: the error is unauthorized_client, also for all public clients (§4.4)."""
    for client in (WEB, SPA, idp.app(secret=False, grant_types=("client_credentials",))):
        answer = ask(idp, client)
        assert (answer.status, answer.error) == (400, "unauthorized_client")


def test_it_opens_nothing_of_a_user(idp: Deployment) -> None:
    """B-18, RFC 9700 §4.15: UserInfo refuses a client's own token, even if the client's id looks like a user's."""
    ada = idp.person()
    twin = idp.app(grant_types=("client_credentials",), scopes=("openid", "x"))
    named = replace(twin.client, id=ada.id)
    assert idp.services.clients.create(named)
    token = ask(idp, App(named, twin.secret)).json["access_token"]
    answer = idp.userinfo(token)
    assert (answer.status, answer.error) == (403, "insufficient_scope")
