"""The claims parameter (OIDC Core §5.5), acr as an essential claim (§5.5.1.1), and consent for requested claims."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.support.calling import bearer
from tests.support.deployment import THIRD_PARTY, WEB, Deployment


def asking(**members: Any) -> str:
    """Return the claims parameter as JSON."""
    return json.dumps(members)


def id_token(tokens: dict[str, Any]) -> dict[str, Any]:
    """Return the ID Token's claims without verifying its signature, which other tests check."""
    body = tokens["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert isinstance(claims, dict)
    return claims


def test_claims_for_userinfo_come_without_their_scope(idp: Deployment) -> None:
    """§5.5: essential and voluntary claims are both returned, and no other claims of the same scope."""
    tokens = idp.tokens(WEB, idp.person(), scope="openid", claims=asking(userinfo={"name": {"essential": True}, "email": None}))
    told = idp.get("/userinfo", headers=bearer(tokens["access_token"])).json
    assert told["name"] == "Ada Lovelace"
    assert told["email"].startswith("ada")
    assert set(told) == {"sub", "name", "email"}
    assert "name" not in id_token(tokens)


def test_claims_for_the_id_token_come_there_and_again_after_a_refresh(idp: Deployment) -> None:
    """§5.5, §12.2: claims requested for the ID Token are also in the ID Token of a refresh."""
    tokens = idp.tokens(WEB, idp.person(), claims=asking(id_token={"given_name": None, "auth_time": {"essential": True}}))
    assert id_token(tokens)["given_name"] == "Ada"
    again = idp.refresh(WEB, tokens["refresh_token"]).json
    assert id_token(again)["given_name"] == "Ada"
    assert "given_name" not in idp.userinfo(tokens["access_token"]).json


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "password_hash", "admin", "email_verified_at", "gid", "nonexistent"])
def test_no_other_claim_can_be_asked_out(idp: Deployment, name: str) -> None:
    """Only claims about a person can be requested. Claims of the protocol keep their values."""
    plain = idp.tokens(WEB, idp.person())
    tokens = idp.tokens(WEB, idp.person(), claims=asking(userinfo={name: {"essential": True}}, id_token={name: {"value": "x"}}))
    assert set(id_token(tokens)) == set(id_token(plain))
    assert id_token(tokens)["aud"] == WEB.id
    assert set(idp.userinfo(tokens["access_token"]).json) == {"sub"}


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "null", '"x"', "1", '{"userinfo": []}', '{"userinfo": {"name": 1}}', '{"id_token": {"acr": {"values": "aal2"}}}',
     '{"id_token": {"acr": {"essential": "yes"}}}', json.dumps({"userinfo": {f"c{n}": None for n in range(61)}}), "[" * 5000],
)  # fmt: skip
def test_a_malformed_claims_parameter_is_refused(idp: Deployment, text: str) -> None:
    """§5.5, §3.1.2.6: the redirect has the error invalid_request."""
    assert idp.authorize(idp.browser(idp.person()), WEB, claims=text).answered["error"] == "invalid_request"


def test_unknown_members_are_left_out(idp: Deployment) -> None:
    """§5.5: "Other members MAY be present"; those that are not understood are ignored."""
    answered = idp.authorize(idp.browser(idp.person()), WEB, claims='{"other": {"a": 1}, "userinfo": {"name": {"extra": 1}}}').answered
    assert "code" in answered


def test_an_essential_acr_that_cannot_be_reached_fails(idp: Deployment) -> None:
    """§5.5.1.1: "If this is an Essential Claim and the requirement cannot be met, then the Authorization Server MUST treat that outcome
    as a failed authentication attempt".
    """
    wanted = asking(id_token={"acr": {"essential": True, "values": ["urn:other:level"]}})
    assert idp.authorize(idp.browser(idp.person()), WEB, claims=wanted).answered["error"] == "unmet_authentication_requirements"


def test_an_essential_acr_asks_for_the_second_factor(idp: Deployment) -> None:
    """acr=aal2 needs more than a session with only a password. prompt=none answers interaction_required."""
    wanted = asking(id_token={"acr": {"essential": True, "value": "aal2"}})
    browser = idp.browser(idp.person())
    assert idp.authorize(browser, WEB, claims=wanted, prompt="none").answered["error"] == "interaction_required"
    assert idp.authorize(browser, WEB, claims=wanted).is_page
    either = asking(id_token={"acr": {"essential": True, "values": ["aal1", "aal2"]}})
    assert "code" in idp.authorize(browser, WEB, claims=either, prompt="none").answered


def test_the_person_of_a_requested_sub_has_to_sign_in(idp: Deployment) -> None:
    """§5.5.1: a requested value of sub. prompt=none fails for the session of another person."""
    user, other = idp.person(), idp.person()
    wanted = asking(id_token={"sub": {"value": user.id}})
    assert "code" in idp.authorize(idp.browser(user), WEB, claims=wanted, prompt="none").answered
    assert idp.authorize(idp.browser(other), WEB, claims=wanted, prompt="none").answered["error"] == "login_required"


def test_consent_shows_claims_and_remembers_them(idp: Deployment) -> None:
    """A third-party app that requests a further claim by name needs consent again."""
    browser = idp.browser(idp.person())
    page = idp.authorize(browser, THIRD_PARTY, scope="openid")
    done = browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", "https://idp.example")])
    assert "code" in done.answered
    assert "code" in idp.authorize(browser, THIRD_PARTY, scope="openid").answered
    more = asking(userinfo={"phone_number": None})
    page = idp.authorize(browser, THIRD_PARTY, scope="openid", claims=more)
    assert "phone number" in page.text
    done = browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", "https://idp.example")])
    assert "code" in done.answered
    assert "code" in idp.authorize(browser, THIRD_PARTY, scope="openid", claims=more).answered
