"""Hooks of the kind `sign_in` at grants for people who did not sign in for them: token exchange (RFC 8693) and jwt-bearer (RFC 7523)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.apps.grant_types import JWT_BEARER, TOKEN_EXCHANGE
from idp.oauth.token.grants.token_exchange import ACCESS_TOKEN
from tests.integration.oidc.assertions import sign
from tests.integration.oidc.chat import CHAT, POLICY
from tests.integration.oidc.trusting import TYP, Trusting, trusted_site, trusting_world  # noqa: F401  # fixtures
from tests.support.deployment import API, OTHER_API, App, Deployment
from tests.support.hooking import ARN, EVERYBODY, ON, function, hook, remove_hooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.people.user import User
    from tests.integration.oidc.conftest import WithSettings
    from tests.support.calling import Answer

DENY, ALLOW = {"decision": "deny", "reason": "left"}, {"decision": "allow"}


@pytest.fixture
def hooked(with_settings: WithSettings) -> Iterator[Deployment]:
    """The shared deployment with hooks, and without any at first."""
    made = with_settings(id_jag="on", **ON)
    remove_hooks(made.services)
    yield made
    remove_hooks(made.services)


def shop(idp: Deployment) -> App:
    """An app to which people sign in."""
    return idp.app(resources=(API,), scopes=("openid", "orders"))


def api(idp: Deployment) -> App:
    """The API that exchanges the tokens of its callers."""
    return idp.app(
        grant_types=(TOKEN_EXCHANGE,), redirect_uris=(), scopes=(), introspects=(API,), token_exchange_audiences=(OTHER_API,),
        token_exchange_scopes=("orders",),
    )  # fmt: skip


def exchange(idp: Deployment, client: App, token: str) -> Answer:
    asked = {"subject_token": token, "subject_token_type": ACCESS_TOKEN, "resource": OTHER_API}
    return idp.call(client, "/token", grant_type=TOKEN_EXCHANGE, **asked)


def refusals(idp: Deployment, person: User) -> list[tuple[Any, ...]]:
    """Reason and answer of each refusal in the trail."""
    return [(each.reason, each.details["answer"]) for each in idp.events(person) if each.type == "sign_in.failed"]


def test_a_refused_person_gets_no_token_by_an_exchange(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8693 §2.2.2: a subject token that is "unacceptable based on policy" is an invalid_request. The trail says it."""
    person, caller, server = hooked.person(), shop(hooked), api(hooked)
    token = hooked.tokens(caller, person, scope="openid orders")["access_token"]
    with function(monkeypatch, ALLOW) as rules:
        hook(hooked.services, "sign_in", function=ARN, apps=[server.id])
        assert exchange(hooked, server, token).status == 200
        told = rules.asked[-1][2]
        assert (told["app"]["client_id"], told["person"]["id"]) == (server.id, person.id)
        assert told["sign_in"]["grant_type"] == TOKEN_EXCHANGE
        assert token not in str(rules.asked)
        rules.answer = DENY
        answer = exchange(hooked, server, token)
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "left" in answer.json["error_description"]
    assert "access_token" not in answer.json
    assert refusals(hooked, person) == [("hook", "left")]


def test_a_policy_counts_too_and_a_hook_of_another_app_does_not(hooked: Deployment) -> None:
    """In Cedar it is the same action, sign_in."""
    person, caller, server = hooked.person(), shop(hooked), api(hooked)
    token = hooked.tokens(caller, person, scope="openid orders")["access_token"]
    hook(hooked.services, "sign_in", cedar="forbid(principal, action, resource);", apps=[caller.id])
    assert exchange(hooked, server, token).status == 200
    exchanges = (
        f'{EVERYBODY} forbid(principal, action, resource) when {{ context has grant_type && context.grant_type == "{TOKEN_EXCHANGE}" }};'
    )
    hook(hooked.services, "sign_in", cedar=exchanges)
    assert exchange(hooked, server, token).error == "invalid_request"


def test_a_demanded_second_factor_counts_by_the_grant_of_the_subject_token(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """No person is there to prove one."""
    person, caller, server = hooked.person(), shop(hooked), api(hooked)
    token = hooked.tokens(caller, person, scope="openid orders")["access_token"]
    with function(monkeypatch, {"decision": "require_mfa"}):
        hook(hooked.services, "sign_in", function=ARN, apps=[server.id])
        assert exchange(hooked, server, token).error == "invalid_request"
    assert refusals(hooked, person) == [("hook", "second_factor")]


def test_a_refused_person_gets_no_id_jag(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """ID-JAG §4.3: another server would take it."""
    grants = ("authorization_code", "refresh_token", TOKEN_EXCHANGE)
    app = hooked.app(grant_types=grants, scopes=("openid", "email"), id_jag_audiences=POLICY)
    token = hooked.tokens(app, hooked.person(), scope="openid email")["id_token"]
    types = {
        "requested_token_type": "urn:ietf:params:oauth:token-type:id-jag",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    }
    asked = {"grant_type": TOKEN_EXCHANGE, "audience": CHAT, "subject_token": token, **types}
    assert hooked.call(app, "/token", **asked).status == 200
    with function(monkeypatch, DENY):
        hook(hooked.services, "sign_in", function=ARN)
        assert hooked.call(app, "/token", **asked).error == "invalid_request"


@pytest.mark.parametrize("on_failure", ["deny", "allow"])
def test_without_an_answer_the_default_counts(hooked: Deployment, monkeypatch: pytest.MonkeyPatch, on_failure: str) -> None:
    """A refusal is a 503: the app tries again."""
    caller, server = shop(hooked), api(hooked)
    token = hooked.tokens(caller, hooked.person(), scope="openid orders")["access_token"]
    with function(monkeypatch, {"nonsense": 1}):
        hook(hooked.services, "sign_in", function=ARN, on_failure=on_failure, apps=[server.id])
        answer = exchange(hooked, server, token)
    refused = answer.json.get("error") == "temporarily_unavailable"
    assert (answer.status, refused) == ((503, True) if on_failure == "deny" else (200, False))


@pytest.fixture
def trusting(world: Trusting, with_settings: WithSettings) -> Iterator[Trusting]:
    """The world of assertions, with hooks."""
    at = world.idp.services.settings
    made = with_settings(jwt_bearer="on", dev_fetch_hosts=at.dev_fetch_hosts, dev_fetch_ca=at.dev_fetch_ca, **ON)
    remove_hooks(made.services)
    world.idp = made
    yield world
    remove_hooks(made.services)


@pytest.mark.parametrize("answer", [DENY, {"decision": "require_mfa"}, {"nonsense": 1}])
def test_an_assertion_about_a_refused_person_gets_nothing_and_stays_unused(
    trusting: Trusting, monkeypatch: pytest.MonkeyPatch, answer: dict[str, str]
) -> None:
    """RFC 7523 §3.1: invalid_grant; 503 without an answer. The assertion is not used up, so it counts when the rule allows it."""
    assertion = sign(trusting.claims(), typ=TYP)
    with function(monkeypatch, answer) as rules:
        hook(trusting.idp.services, "sign_in", function=ARN)
        refused = trusting.send(assertion)
        assert refused.error == ("temporarily_unavailable" if "nonsense" in answer else "invalid_grant")
        assert trusting.idp.services.grants.of(trusting.person.id) == []
        assert rules.asked[-1][2]["sign_in"]["grant_type"] == JWT_BEARER
        rules.answer = ALLOW
        assert trusting.send(assertion).status == 200
