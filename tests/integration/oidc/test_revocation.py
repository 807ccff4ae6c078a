"""The revocation endpoint: RFC 7009 (threats C-08, C-09, C-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.people.user import User
from tests.integration.oidc import forgeries
from tests.integration.oidc.forging import mutants
from tests.support.calling import Answer
from tests.support.deployment import OTHER, SERVICE, SPA, WEB, Deployment

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture
def ada(idp: Deployment) -> User:
    """A new user."""
    return idp.person()


@pytest.fixture
def tokens(idp: Deployment, ada: User) -> Mapping[str, Any]:
    """The tokens of WEB for Ada."""
    return idp.tokens(WEB, ada)


def done(answer: Answer) -> None:
    """§2.2: the answer is 200 with an empty body and is not cached."""
    assert (answer.status, answer.body, answer.header("cache-control")) == (200, b"", "no-store")


def test_a_refresh_token_takes_everything_with_it(idp: Deployment, ada: User, tokens: Mapping[str, Any]) -> None:
    """§2.1: "the authorization server SHOULD also invalidate all access tokens based on the same authorization grant"; at once."""
    done(idp.call(WEB, "/revoke", token=tokens["refresh_token"]))
    assert not idp.alive(WEB, tokens["refresh_token"])
    assert not idp.alive(WEB, tokens["access_token"])
    assert idp.refresh(WEB, tokens["refresh_token"]).error == "invalid_grant"
    assert idp.userinfo(tokens["access_token"]).status == 401
    assert [e.type for e in idp.events(ada)] == ["grant.revoked"]


def test_an_access_token_goes_alone(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """§2.1: the server "MAY revoke the respective refresh token as well": here it does not."""
    done(idp.call(WEB, "/revoke", token=tokens["access_token"]))
    assert not idp.alive(WEB, tokens["access_token"])
    assert idp.userinfo(tokens["access_token"]).status == 401
    assert idp.alive(WEB, tokens["refresh_token"])
    assert idp.alive(WEB, idp.refresh(WEB, tokens["refresh_token"]).json["access_token"])


def test_a_services_token(idp: Deployment) -> None:
    """Tokens without a grant are revoked one by one."""
    first, second = (idp.call(SERVICE, "/token", grant_type="client_credentials").json["access_token"] for _ in range(2))
    done(idp.call(SERVICE, "/revoke", token=first))
    assert not idp.alive(SERVICE, first)
    assert idp.alive(SERVICE, second)


def test_a_public_client(idp: Deployment, ada: User) -> None:
    """§2.1: a public client sends its client_id, and the token must be its own."""
    tokens = idp.tokens(SPA, ada)
    done(idp.call(SPA, "/revoke", token=tokens["refresh_token"]))
    assert idp.refresh(SPA, tokens["refresh_token"]).error == "invalid_grant"


def test_a_second_revocation_succeeds_and_is_not_recorded(idp: Deployment, ada: User, tokens: Mapping[str, Any]) -> None:
    """C-11, §2.2: "invalid tokens do not cause an error response"; and revoking an ended grant adds no event to the audit trail."""
    for _ in range(3):
        idp.clock.advance(5)
        done(idp.call(WEB, "/revoke", token=tokens["refresh_token"]))
        done(idp.call(WEB, "/revoke", token=tokens["access_token"]))
    assert [e.type for e in idp.events(ada)] == ["grant.revoked"]


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "unknown", ""])
@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_hints_only_hint(idp: Deployment, tokens: Mapping[str, Any], name: str, hint: str) -> None:
    """§2.1: "MUST extend its search across all of its supported token types"."""
    done(idp.call(WEB, "/revoke", token=tokens[name], token_type_hint=hint))
    assert not idp.alive(WEB, tokens[name])


def test_an_older_refresh_token(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """Revoking it ends the grant."""
    newest = idp.refresh(WEB, tokens["refresh_token"]).json
    idp.clock.advance(60)
    done(idp.call(WEB, "/revoke", token=tokens["refresh_token"]))
    assert not idp.alive(WEB, newest["refresh_token"])


def test_another_clients_tokens(idp: Deployment, ada: User, tokens: Mapping[str, Any]) -> None:
    """C-09, Gitea CVE-2026-58425: the answer is the same, and the tokens stay valid."""
    for client in (OTHER, SPA, SERVICE):
        done(idp.call(client, "/revoke", token=tokens["refresh_token"]))
        done(idp.call(client, "/revoke", token=tokens["access_token"]))
    assert idp.alive(WEB, tokens["refresh_token"])
    assert idp.alive(WEB, tokens["access_token"])
    assert idp.events(ada) == []


def test_a_client_without_its_secret_revokes_nothing(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """§2.1: the client "MUST first validate": a request without the client's secret is refused."""
    for form in ({}, {"client_id": WEB.id}, {"client_id": WEB.id, "client_secret": "x"}):
        answer = idp.post("/revoke", {"token": tokens["refresh_token"], **form})
        assert (answer.status, answer.error) == (401, "invalid_client")
    assert idp.alive(WEB, tokens["refresh_token"])


def test_forged_and_unknown(idp: Deployment, ada: User) -> None:
    """§2.2: the answer is 200, and a forged token revokes nothing (C-10, D)."""
    browser = idp.browser(ada)
    tokens = idp.tokens(WEB, browser)
    others = [tokens["id_token"], next(iter(browser.cookies.values())), "x", "\x00", "ü", "x" * 60_000, idp.code(WEB, browser)]
    for forged in [*others, *(text for text in mutants(tokens["refresh_token"]) if text != tokens["refresh_token"])]:
        done(idp.call(WEB, "/revoke", token=forged))
    for _, forged in forgeries.forged_without_our_key(idp, tokens["access_token"]):
        done(idp.call(WEB, "/revoke", token=forged))
    assert idp.alive(WEB, tokens["refresh_token"])
    assert idp.alive(WEB, tokens["access_token"])


def test_an_expired_token_is_no_error(idp: Deployment, tokens: Mapping[str, Any]) -> None:
    """§2.2."""
    idp.clock.advance(40 * 86_400)
    done(idp.call(WEB, "/revoke", token=tokens["access_token"]))
    done(idp.call(WEB, "/revoke", token=tokens["refresh_token"]))


@pytest.mark.parametrize("form", ["", "token=", "token=x&token=y", "token_type_hint=access_token"])
def test_a_malformed_request_is_refused(idp: Deployment, form: str) -> None:
    """RFC 6749 §5.2: the error is invalid_request."""
    answer = idp.post("/revoke", form, auth=WEB.auth)
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_methods_other_than_post_are_refused(idp: Deployment, tokens: Mapping[str, Any], method: str) -> None:
    """§2.1: "using the HTTP POST method"; other methods revoke nothing."""
    answer = idp.send(method, "/revoke", query={"token": tokens["refresh_token"], "client_id": WEB.id})
    assert (answer.status, answer.header("allow")) == (405, "POST")
    assert idp.alive(WEB, tokens["refresh_token"])
