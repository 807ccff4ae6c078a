"""Authorization responses as JWTs (JARM 1.0): response_mode jwt, query.jwt and form_post.jwt."""

from __future__ import annotations

from typing import Any

import pytest

from idp.services.keys import jose
from tests.support.deployment import ISSUER, WEB, App, Deployment


def opened(idp: Deployment, token: str, alg: str = "RS256") -> dict[str, Any]:
    """The claims of the response, verified with the published keys."""
    header = jose.unverified_header(token)
    assert header
    assert header["alg"] == alg
    key = next(key for key in idp.get("/jwks").json["keys"] if key["kid"] == header["kid"])
    claims = jose.verify(token, key, alg=alg)
    assert claims
    return claims


@pytest.mark.parametrize("mode", ["jwt", "query.jwt"])
def test_the_code_comes_in_a_signed_jwt(idp: Deployment, mode: str) -> None:
    """§2.1, §2.3.1: the JWT has iss, aud, exp and the parameters; the response has no other parameter."""
    answered = idp.authorize(idp.browser(idp.person()), WEB, response_mode=mode).answered
    assert set(answered) == {"response"}
    claims = opened(idp, answered["response"])
    assert (claims["iss"], claims["aud"], claims["state"]) == (ISSUER, WEB.id, "a state")
    assert idp.clock() < claims["exp"] <= idp.clock() + 600
    assert idp.redeem(WEB, claims["code"]).status == 200


def test_form_post_jwt_is_a_form_with_the_one_parameter(idp: Deployment) -> None:
    """§2.3.3."""
    answer = idp.authorize(idp.browser(idp.person()), WEB, response_mode="form_post.jwt")
    assert answer.is_page
    assert answer.actions == [WEB.redirect_uri]
    assert set(answer.fields) == {"response"}
    assert "code" in opened(idp, answer.fields["response"])


def test_errors_come_signed_too(idp: Deployment) -> None:
    """§2.1: the JWT has error, error_description and state."""
    answered = idp.authorize(idp.browser(), WEB, response_mode="jwt", prompt="none").answered
    claims = opened(idp, answered["response"])
    assert (claims["error"], claims["state"], claims["aud"]) == ("login_required", "a state", WEB.id)
    answered = idp.authorize(idp.browser(), WEB, response_mode="jwt", prompt="none login").answered
    assert opened(idp, answered["response"])["error"] == "invalid_request"


NOT_LOOKED_AT = [{"require_pushed_authorization_requests": True}, {"require_signed_request_object": True}]


@pytest.mark.parametrize("rule", NOT_LOOKED_AT)
def test_requests_that_are_not_even_looked_at_are_answered_signed(idp: Deployment, rule: dict[str, bool]) -> None:
    """§2.1: an app that requested a signed answer gets one, also if it had to send the request in another way."""
    client = idp.app(**rule)
    answered = idp.authorize(idp.browser(), client, response_mode="jwt").answered
    assert set(answered) == {"response"}
    claims = opened(idp, answered["response"])
    assert (claims["error"], claims["state"], claims["aud"]) == ("invalid_request", "a state", client.id)
    form = idp.authorize(idp.browser(), client, response_mode="form_post.jwt")
    assert form.actions == [client.redirect_uri]
    assert opened(idp, form.fields["response"])["error"] == "invalid_request"


@pytest.mark.parametrize("rule", NOT_LOOKED_AT)
@pytest.mark.parametrize("mode", [None, "", "query", "fragment.jwt", "JWT", "jwt "])
def test_an_unknown_response_mode_is_refused(idp: Deployment, rule: dict[str, bool], mode: str | None) -> None:
    """Without a valid response mode for JWTs the error is sent in the query."""
    answered = idp.authorize(idp.browser(), idp.app(**rule), response_mode=mode).answered
    assert (answered["error"], answered["state"]) == ("invalid_request", "a state")


@pytest.mark.parametrize("rule", [{}, *NOT_LOOKED_AT])
@pytest.mark.parametrize("state", ["x" * 5000, "a\r\nSet-Cookie: b=c"])
def test_a_state_that_cannot_be_carried(idp: Deployment, rule: dict[str, bool], state: str) -> None:
    """The signed error does not contain it, either."""
    answered = idp.authorize(idp.browser(), idp.app(**rule), response_mode="jwt", state=state).answered
    claims = opened(idp, answered["response"])
    assert (claims["error"], claims.get("state")) == ("invalid_request", None)


@pytest.mark.parametrize("alg", ["PS256", "ES256", "Ed25519"])
def test_signed_as_the_client_registered(idp: Deployment, alg: str) -> None:
    """§3: authorization_signed_response_alg."""
    client: App = idp.app(authorization_signed_response_alg=alg)
    answered = idp.authorize(idp.browser(idp.person()), client, response_mode="jwt").answered
    assert "code" in opened(idp, answered["response"], alg)


@pytest.mark.parametrize("mode", ["fragment.jwt", "none", "JWT", "jwt "])
def test_other_modes_are_refused(idp: Deployment, mode: str) -> None:
    """A code in a fragment would leak (RFC 9700 §4.3); unknown modes are invalid_request by query."""
    assert idp.authorize(idp.browser(idp.person()), WEB, response_mode=mode).answered["error"] == "invalid_request"


def test_nothing_is_sent_to_an_unregistered_uri(idp: Deployment) -> None:
    """A-10 applies to signed responses, too."""
    answer = idp.authorize(idp.browser(idp.person()), WEB, response_mode="jwt", redirect_uri="https://evil.example/cb")
    assert answer.is_page
