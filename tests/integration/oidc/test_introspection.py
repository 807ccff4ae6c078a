"""The introspection endpoint: RFC 7662 (threats C-08 … C-10, D)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.people.user import User
from tests.integration.oidc import forgeries
from tests.integration.oidc.forging import mutants
from tests.support.calling import Answer
from tests.support.deployment import (
    API,
    ISSUER,
    OTHER,
    OTHER_API,
    POSTING,
    RESOURCE_SERVER,
    SERVICE,
    SPA,
    WEB,
    App,
    Deployment,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = 86_400


@pytest.fixture
def ada(idp: Deployment) -> User:
    """A new user."""
    return idp.person()


@pytest.fixture
def tokens(idp: Deployment, ada: User) -> Mapping[str, Any]:
    """The tokens of WEB for Ada."""
    return idp.tokens(WEB, ada)


def told(idp: Deployment, token: str, client: App = WEB, **form: str) -> dict[str, Any]:
    """The answer of the introspection endpoint to this client."""
    answer = idp.call(client, "/introspect", token=token, **form)
    assert (answer.status, answer.header("content-type"), answer.header("cache-control")) == (200, "application/json", "no-store")
    return answer.json


def inactive(document: dict[str, Any]) -> bool:
    """§2.2: "the authorization server SHOULD NOT include any additional information about an inactive token"."""
    return document == {"active": False}


def test_an_access_token(idp: Deployment, ada: User, tokens: Mapping[str, Any]) -> None:
    """§2.2: the answer has the members for a resource server, and no grant or email."""
    now = idp.clock()
    document = told(idp, tokens["access_token"])
    assert document.pop("jti")
    assert document == {
        "active": True, "token_type": "Bearer", "iss": ISSUER, "sub": ada.id, "aud": ISSUER, "client_id": WEB.id,
        "scope": "openid offline_access", "iat": now, "exp": now + 600, "auth_time": now, "acr": "aal1", "amr": ["pwd"],
    }  # fmt: skip


def test_a_refresh_token(idp: Deployment, ada: User, tokens: Mapping[str, Any]) -> None:
    """§2.2: the answer has sub, client_id and exp."""
    now = idp.clock()
    document = told(idp, tokens["refresh_token"])
    assert (document["active"], document["sub"], document["client_id"]) == (True, ada.id, WEB.id)
    assert (document["scope"], document["iss"], document["exp"]) == ("openid offline_access", ISSUER, now + 30 * DAY)


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "unknown", ""])
def test_hints_only_hint(idp: Deployment, tokens: Mapping[str, Any], hint: str) -> None:
    """§2.1: "If the server is unable to locate the token using the given hint, it MUST extend its search"."""
    assert told(idp, tokens["access_token"], token_type_hint=hint)["active"]
    assert told(idp, tokens["refresh_token"], token_type_hint=hint)["active"]


def test_client_secret_post_is_accepted(idp: Deployment, ada: User) -> None:
    """The endpoint accepts client_secret_post, too."""
    assert told(idp, idp.tokens(POSTING, ada)["access_token"], POSTING)["active"]


def test_another_client_learns_nothing(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """C-09, §4: only the token's client and its audience see it as active."""
    for client in (OTHER, SERVICE, RESOURCE_SERVER):
        assert inactive(told(idp, tokens["access_token"], client))
        assert inactive(told(idp, tokens["refresh_token"], client))


def test_the_resource_server_that_it_is_for(idp: Deployment) -> None:
    """§4: "authorized to make this request" is a client registered for the token's audience, and for no other audience (D-10)."""
    for resource, expected in ((API, True), (OTHER_API, False), (None, True)):
        token = idp.call(SERVICE, "/token", grant_type="client_credentials", resource=resource).json["access_token"]
        assert told(idp, token, RESOURCE_SERVER)["active"] is expected


@pytest.mark.parametrize("audience", [API + "x", API[:-1], API.upper(), API + "/"])
def test_an_audience_is_compared_whole(idp: Deployment, audience: str) -> None:
    """D-10: a prefix or part of the audience does not match."""
    near = idp.app(grant_types=("client_credentials",), scopes=(), introspects=(audience,), redirect_uris=())
    token = idp.call(SERVICE, "/token", grant_type="client_credentials", resource=API).json["access_token"]
    assert inactive(told(idp, token, near))


def test_a_resource_server_learns_nothing_of_refresh_tokens(idp: Deployment, ada: User) -> None:
    """A resource server does not see refresh tokens as active."""
    app = idp.app(resources=(API,))
    tokens = idp.tokens(app, ada)
    assert told(idp, tokens["access_token"], RESOURCE_SERVER)["sub"] == ada.id
    assert inactive(told(idp, tokens["refresh_token"], RESOURCE_SERVER))


def refused(answer: Answer, status: int, error: str) -> None:
    """Assert this status and error. The answer says nothing about the token."""
    assert (answer.status, answer.error) == (status, error)
    assert "active" not in answer.json


def test_a_caller_without_authority_is_refused(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """§2.1: callers without authentication, and public clients: "to prevent token scanning attacks"."""
    token = tokens["access_token"]
    refused(idp.post("/introspect", {"token": token}), 401, "invalid_client")
    refused(idp.post("/introspect", {"token": token, "client_id": SPA.id}), 401, "invalid_client")
    refused(idp.post("/introspect", {"token": token}, auth=(WEB.id, "x")), 401, "invalid_client")
    refused(idp.post("/introspect", {"token": token}, headers=[("authorization", f"Bearer {token}")]), 401, "invalid_client")


@pytest.mark.parametrize("form", [{}, {"token": ""}])
def test_without_a_token(idp: Deployment, form: dict[str, str]) -> None:
    """RFC 6749 §5.2: the error is invalid_request."""
    refused(idp.call(WEB, "/introspect", **form), 400, "invalid_request")


def test_a_token_sent_twice_is_refused(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """E-04."""
    refused(idp.post("/introspect", f"token={tokens['access_token']}&token=x", auth=WEB.auth), 400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_methods_other_than_post_are_refused(idp: Deployment, tokens: Mapping[str, Any], method: str) -> None:
    """§2.1: "using HTTP POST"; tokens do not belong in URLs."""
    answer = idp.send(method, "/introspect", query={"token": tokens["access_token"]})
    assert (answer.status, answer.header("allow")) == (405, "POST")


def test_what_is_no_access_or_refresh_token_is_inactive(idp: Deployment, ada: User) -> None:
    """D-09: an ID Token, a code and a cookie are inactive."""
    browser = idp.browser(ada)
    tokens = idp.tokens(WEB, browser)
    for other in (tokens["id_token"], idp.code(WEB, browser), next(iter(browser.cookies.values())), "x", "\x00", "ü", "x" * 60_000):
        assert inactive(told(idp, other))


def test_forged_refresh_tokens(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """C-10."""
    token = tokens["refresh_token"]
    assert [forged for forged in mutants(token) if forged != token and not inactive(told(idp, forged))] == []


def test_forged_access_tokens(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """D-01 … D-14, K-02: all of them are inactive."""
    token = tokens["access_token"]
    for forged in (
        forgeries.forged_without_our_key(idp, token), forgeries.forged_with_our_key(idp, token), forgeries.forged_times(idp, token),
        forgeries.missing_claims(idp, token, "sub", "client_id", "jti"),
    ):  # fmt: skip
        forgeries.all_refused(forged, lambda text: inactive(told(idp, text)))


# --- lifetimes and revocation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "seconds"), [("access_token", 600), ("refresh_token", 30 * DAY)])
def test_a_token_is_inactive_from_its_exp_on(idp: Deployment, tokens: Mapping[str, Any], name: str, seconds: int) -> None:
    """K-07."""
    idp.clock.advance(seconds - 1)
    assert told(idp, tokens[name])["active"]
    idp.clock.advance(1)
    assert inactive(told(idp, tokens[name]))


def test_a_refresh_token_that_was_used(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """The used token is inactive and its successor is active. Introspection of the used token is not a replay."""
    successor = idp.refresh(WEB, tokens["refresh_token"]).json["refresh_token"]
    idp.clock.advance(60)
    assert inactive(told(idp, tokens["refresh_token"]))
    assert told(idp, successor)["active"]


def dies(idp: Deployment, tokens: Mapping[str, Any], client: App = WEB) -> None:
    """Both tokens are inactive at once, since no cache is used (C-04, C-08)."""
    assert inactive(told(idp, tokens["access_token"], client))
    assert inactive(told(idp, tokens["refresh_token"], client))


@pytest.mark.parametrize("facts", [{"disabled": True}, {"security_stamp": 1}])
def test_users_who_may_not_any_more(idp: Deployment, ada: User, tokens: Mapping[str, Any], facts: dict[str, object]) -> None:
    """C-04."""
    idp.alter(ada, **facts)
    dies(idp, tokens)


def test_users_who_are_gone(idp: Deployment, ada: User, tokens: Mapping[str, Any]) -> None:
    """C-04."""
    idp.services.user_erasures.delete(ada)
    dies(idp, tokens)


def test_a_grant_that_is_gone(idp: Deployment, ada: User, tokens: Mapping[str, Any]) -> None:
    """FI-7: the item was deleted early, by TTL or otherwise: the token is inactive."""
    from idp.store import keys
    from idp.store.grants import GrantItem

    (grant,) = idp.services.grants.of(ada.id)
    idp.services.database.delete(GrantItem, keys.grant(ada.id, grant.id))
    dies(idp, tokens)


def test_a_disabled_client_of_a_resource_servers_token(idp: Deployment, ada: User) -> None:
    """E-07: its tokens are inactive for each caller."""
    app = idp.app(resources=(API,))
    token = idp.tokens(app, ada)["access_token"]
    idp.change(app, disabled=True)
    assert inactive(told(idp, token, RESOURCE_SERVER))


def test_what_the_client_lost(idp: Deployment, ada: User) -> None:
    """A refresh token shows the scopes that a refresh would grant, and is inactive if a refresh would be refused."""
    app = idp.app()
    tokens = idp.tokens(app, ada, scope="openid email offline_access")
    idp.change(app, scopes=("openid", "offline_access"))
    assert told(idp, tokens["refresh_token"], app)["scope"] == "openid offline_access"
    assert told(idp, tokens["access_token"], app)["scope"] == "openid offline_access"
    idp.change(app, grant_types=("authorization_code",))
    assert inactive(told(idp, tokens["refresh_token"], app))


def test_what_a_service_lost(idp: Deployment) -> None:
    """A client's own access token shows the scopes that the client still has, and no scope member if it has none."""
    app = idp.app(grant_types=("client_credentials",), redirect_uris=(), scopes=("read", "write"), resources=(API,))
    token = idp.call(app, "/token", grant_type="client_credentials").json["access_token"]
    idp.change(app, scopes=("read",))
    assert told(idp, token, app)["scope"] == "read"
    idp.change(app, scopes=())
    assert "scope" not in told(idp, token, app)
    assert told(idp, token, app)["active"] is True
