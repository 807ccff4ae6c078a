"""FAPI 2.0 Security Profile §5.4.1: every JWT that a FAPI client gets is signed with PS256, ES256 or Ed25519, whatever was registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.apps.fapi import PROFILES
from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.apps.signing_algorithm import signing_alg
from idp.domain.errors import Unavailable
from idp.domain.tokens.id_jag import TOKEN_TYPE
from tests.integration.oidc import fapi
from tests.integration.oidc.chat import CHAT, POLICY
from tests.integration.oidc.forging import header_of
from tests.integration.oidc.logout_apps import Apps
from tests.integration.oidc.signed_answers import INTROSPECTION, verified

if TYPE_CHECKING:
    from tests.integration.oidc.conftest import WithSettings
    from tests.integration.oidc.fapi import FapiClient
    from tests.support.deployment import Deployment

ALLOWED = {"PS256", "ES256", "Ed25519"}
METADATA: dict[str, Any] = {
    "grant_types": ("authorization_code", "refresh_token", "client_credentials", TOKEN_EXCHANGE),
    "id_jag_audiences": POLICY,
    "backchannel_logout_uri": "https://bank.example/out",
}
REGISTERED: dict[str, dict[str, str]] = {
    "nothing registered": {},
    "RS256 for every answer": dict.fromkeys(
        (f"{what}_signed_response_alg" for what in ("id_token", "userinfo", "introspection", "authorization", "access_token")), "RS256"
    ),
    "ES256 for every answer": dict.fromkeys(
        (f"{what}_signed_response_alg" for what in ("id_token", "userinfo", "introspection", "authorization", "access_token")), "ES256"
    ),
}


def _at_redemption(name: str) -> Callable[[FapiClient], str]:
    return lambda client: str(client.redeem(client.code()).json[name])


def _at_refresh(name: str) -> Callable[[FapiClient], str]:
    return lambda client: str(client.refresh(client.redeem(client.code()).json["refresh_token"]).json[name])


def _of_the_service(client: FapiClient) -> str:
    return str(client.token({"grant_type": "client_credentials", "scope": "orders"}).json["access_token"])


def _userinfo(client: FapiClient) -> str:
    answer = client.userinfo(_at_redemption("access_token")(client))
    if client.app.client.userinfo_signed_response_alg is None:
        assert answer.header("content-type") == "application/json"  # it asked for no signature, so there is none to check
        return _at_redemption("access_token")(client)
    return answer.text


def _introspection(client: FapiClient) -> str:
    form = {"token": _of_the_service(client), **client.authentication()}
    answer = client.idp.post("/introspect", form, headers=[("accept", INTROSPECTION)])
    assert answer.header("content-type") == INTROSPECTION
    return answer.text


def _jarm(client: FapiClient) -> str:
    return client.open(client.pushed(response_mode="jwt")).answered["response"]


def _logout_token(client: FapiClient) -> str:
    apps = Apps()
    vars(client.idp.services)["outgoing"] = apps
    browser = client.idp.browser(client.idp.person())
    code = client.open(client.pushed(), browser).answered["code"]
    browser.get("/logout", {"id_token_hint": client.redeem(code).json["id_token"]})
    ((_, form),) = apps.heard
    return form["logout_token"]


def _id_jag(client: FapiClient) -> str:
    subject = client.redeem(client.code()).json["refresh_token"]
    form = {
        "grant_type": TOKEN_EXCHANGE, "requested_token_type": TOKEN_TYPE, "audience": CHAT, "subject_token": subject,
        "subject_token_type": "urn:ietf:params:oauth:token-type:refresh_token",
    }  # fmt: skip
    return str(client.token(form).json["access_token"])


ANSWERS: dict[str, Callable[[FapiClient], str]] = {
    "ID token for a code": _at_redemption("id_token"),
    "ID token for a refresh token": _at_refresh("id_token"),
    "access token for a code": _at_redemption("access_token"),
    "access token for a refresh token": _at_refresh("access_token"),
    "access token of a service": _of_the_service,
    "UserInfo": _userinfo,
    "introspection": _introspection,
    "authorization response": _jarm,
    "logout token": _logout_token,
    "ID-JAG": _id_jag,
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("registered", REGISTERED.values(), ids=REGISTERED)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_signed_answer_keeps_to_the_profile(
    with_settings: WithSettings, answer: Callable[[FapiClient], str], registered: dict[str, str], profile: str
) -> None:
    """§5.4.1: "shall adhere to … PS256, ES256, or EdDSA". A client that was stored without the profile's defaults is no exception."""
    client = fapi.client(with_settings(id_jag="on"), profile=profile, **METADATA, **registered)
    token = answer(client)
    alg = header_of(token)["alg"]
    assert alg in ALLOWED
    assert verified(client.idp, token, alg)
    if "ES256" in registered.values():
        assert alg == "ES256"


@pytest.mark.parametrize("chosen", [None, "RS256", "PS256", "ES256"])
def test_without_an_allowed_algorithm_nothing_is_signed(idp: Deployment, chosen: str | None) -> None:
    """§5.4.1: a deployment that offers RS256 alone answers this client with an error and does not use RS256."""
    client = fapi.client(idp).app.client
    with pytest.raises(Unavailable):
        signing_alg(client, chosen, ("RS256",))


def test_a_fapi_client_of_a_deployment_that_went_back_to_rs256(with_settings: WithSettings) -> None:
    """If an operator removes the other algorithms from IDP_SIGNING_ALGORITHMS, the answer is 503 and no token is signed with RS256."""
    client = fapi.client(with_settings(signing_algorithms="RS256"))
    answer = client.token({"grant_type": "client_credentials", "scope": "orders"})
    assert (answer.status, answer.error) == (503, "temporarily_unavailable")


def test_an_algorithm_that_is_no_longer_offered_gives_way_to_one_that_is(with_settings: WithSettings) -> None:
    """If the client chose ES256 and IDP_SIGNING_ALGORITHMS has only PS256 of the profile's algorithms, PS256 is used."""
    client = fapi.client(with_settings(signing_algorithms="RS256 PS256"), access_token_signed_response_alg="ES256")
    assert header_of(_of_the_service(client))["alg"] == "PS256"
