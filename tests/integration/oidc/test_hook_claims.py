"""Hooks that add claims to tokens and UserInfo: what they are told, what they may not set, and what a failure costs (docs/hooks.md)."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.services.hooks.breaker import FAILURES, REST
from idp.services.hooks.live_hooks import FRESH
from tests.integration.oidc.engine import Watched, watched
from tests.integration.oidc.forging import claims_of
from tests.support.deployment import API, SERVICE, WEB, Deployment
from tests.support.hooking import ARN, EVERYBODY, ON, function, hook, remove_hooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.oidc.conftest import WithSettings
    from tests.support.calling import Answer

EVERYWHERE = ["access_token", "id_token", "userinfo"]
GOLD = {"claims": {"plan": "gold"}}


@pytest.fixture
def hooked(with_settings: WithSettings) -> Iterator[Deployment]:
    """The shared deployment with hooks, and without any at first."""
    made = with_settings(**ON)
    remove_hooks(made.services)
    yield made
    remove_hooks(made.services)


def asked(idp: Deployment, **members: Any) -> str:
    """A hook that asks the function. Returns its name."""
    return hook(idp.services, "claims", **{"function": ARN, "targets": EVERYWHERE, **members}).name


def plans(idp: Deployment, tokens: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The claim `plan` of the access token, of the ID token and of UserInfo."""
    told = idp.userinfo(tokens["access_token"]).json
    return claims_of(tokens["access_token"]).get("plan"), claims_of(tokens["id_token"]).get("plan"), told.get("plan")


def redeemed(idp: Deployment) -> Answer:
    """The answer to a code of a new person."""
    return idp.redeem(WEB, idp.code(WEB, idp.person()))


def test_a_function_adds_claims_to_every_token_also_at_a_refresh(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again for each, so a refresh has what is true then."""
    with function(monkeypatch, GOLD) as rules:
        asked(hooked)
        tokens = hooked.tokens(WEB, hooked.person())
        assert plans(hooked, tokens) == ("gold", "gold", "gold")
        rules.answer = {"claims": {"plan": "iron"}}
        assert plans(hooked, hooked.refresh(WEB, tokens["refresh_token"]).json) == ("iron", "iron", "iron")


def test_claims_go_where_the_hook_says_and_to_the_apps_that_it_names(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function is not asked for what it would not change."""
    with function(monkeypatch, GOLD) as rules:
        asked(hooked, targets=["userinfo"], apps=["other"])
        assert plans(hooked, hooked.tokens(WEB, hooked.person())) == (None, None, None)
        assert rules.asked == []
        remove_hooks(hooked.services)
        asked(hooked, targets=["id_token"], apps=["web"])
        assert plans(hooked, hooked.tokens(WEB, hooked.person())) == (None, "gold", None)
        assert len(rules.asked) == 1


def test_a_function_is_told_facts_and_no_secret(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event is documented, with its version; nothing of it opens anything."""
    with function(monkeypatch, GOLD) as rules:
        name = asked(hooked)
        person = hooked.person(password="a password of a test", attributes={"department": "sales"})
        code = hooked.code(WEB, person)
        tokens = hooked.redeem(WEB, code).json
        _, headers, event = rules.asked[0]
        assert set(event) == {"version", "at", "app", "person", "request", "scopes", "org_id", "hook", "kind"}
        assert (event["version"], event["hook"], event["kind"], event["app"]["client_id"]) == (1, name, "claims", "web")
        assert event["person"]["attributes"] == {"department": "sales"}
        assert (event["person"]["id"], event["person"]["email"]) == (person.id, person.email)
        assert headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
        assert (headers.get("x-amz-invocation-type", "RequestResponse")) == "RequestResponse"
        text = json.dumps(event)
        for secret in (code, person.password_hash or "?", WEB.secret, *tokens.values()):
            assert str(secret) not in text or len(str(secret)) < 10  # such as "Bearer"


def test_a_token_of_an_app_itself_is_told_without_a_person(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """client_credentials."""
    with function(monkeypatch, GOLD) as rules:
        asked(hooked)
        token = hooked.call(SERVICE, "/token", grant_type="client_credentials", scope="read", resource=API).json["access_token"]
        assert claims_of(token)["plan"] == "gold"
        assert (rules.asked[0][2]["person"], rules.asked[0][2]["scopes"]) == (None, ["read"])


@pytest.mark.parametrize(
    "answer",
    [
        {"claims": {"plan": "gold", "sub": "usr_admin"}}, {"claims": {"plan": "gold", "roles": ["admin"]}},
        {"claims": {"plan": "x" * 3000}},
        {"claims": {"plan": None}}, {"claims": "gold"}, {"plan": "gold"}, [], None, 429, 500, (GOLD, "Unhandled"),
        {"claims": {"plan": "gold"}, "more": "x" * 9000},
    ],
)  # fmt: skip
def test_an_answer_that_is_not_one_adds_nothing(hooked: Deployment, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """The token is made without the claims, with its own subject, and the function is asked once: no retry."""
    with function(monkeypatch, answer) as rules:
        asked(hooked, targets=["access_token"])
        person = hooked.person()
        token = claims_of(hooked.tokens(WEB, person)["access_token"])
        assert (token["sub"], "plan" in token, "roles" in token) == (person.id, False, False)
        assert len(rules.asked) == 1


def test_a_hook_that_must_answer_leaves_the_code_unused(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """503: the app tries again with the same code, and so it does with its refresh token."""
    with function(monkeypatch, 500) as rules:
        asked(hooked, on_failure="deny")
        code = hooked.code(WEB, hooked.person())
        refused = hooked.redeem(WEB, code)
        assert (refused.status, refused.json["error"]) == (503, "temporarily_unavailable")
        rules.answer = GOLD
        tokens = hooked.redeem(WEB, code).json
        rules.answer = 500
        assert hooked.refresh(WEB, tokens["refresh_token"]).status == 503
        assert hooked.userinfo(tokens["access_token"]).status == 503
        rules.answer = GOLD
        assert hooked.refresh(WEB, tokens["refresh_token"]).status == 200


def test_a_slow_function_is_given_up_in_its_time(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own limit, whatever it would have answered."""

    def slow(_: Any) -> Any:
        time.sleep(0.4)
        return GOLD

    with function(monkeypatch, slow):
        asked(hooked, timeout_ms=100)
        began = time.monotonic()
        assert "plan" not in claims_of(hooked.tokens(WEB, hooked.person())["access_token"])
        assert time.monotonic() - began < 2  # seconds


def test_a_function_that_is_not_allowed_any_more_is_not_asked(with_settings: WithSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting counts at each call, not only when the hook is written."""
    made = with_settings(**ON)
    remove_hooks(made.services)
    with function(monkeypatch, GOLD) as rules:
        asked(made)
        other = with_settings(hooks="on")
        assert "plan" not in claims_of(other.tokens(WEB, other.person())["access_token"])
        off = with_settings(hooks="off", hooks_functions=ARN)
        assert "plan" not in claims_of(off.tokens(WEB, off.person())["access_token"])
        assert rules.asked == []
        remove_hooks(made.services)


def test_a_mapping_of_the_app_wins_also_where_the_person_lacks_the_attribute(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """An API that reads `department` as a mapped fact never reads it from a hook."""
    mapping = {"Department": {"source": "attributes.department", "in": ["access_token"]}}
    app = hooked.app(claim_mappings=mapping)
    with function(monkeypatch, {"claims": {"department": "board", "plan": "gold"}}):
        asked(hooked, apps=[app.id])
        token = claims_of(hooked.tokens(app, hooked.person())["access_token"])
        assert not {"department", "Department", "plan"} & set(token)


def test_policies_add_the_claims_of_the_hook_if_they_permit(hooked: Deployment) -> None:
    """No policy that permits, no claims."""
    staff = 'permit(principal, action, resource == App::"web") when { principal is User && principal.email like "*@staff.example" };'
    hook(hooked.services, "claims", cedar=staff, claims={"plan": "gold"}, targets=["access_token"])
    there = claims_of(hooked.tokens(WEB, hooked.person(email="ada@staff.example"))["access_token"])
    elsewhere = claims_of(hooked.tokens(WEB, hooked.person(email="ada@staff.example.org"))["access_token"])
    assert (there.get("plan"), elsewhere.get("plan")) == ("gold", None)


def test_own_schemas_declare_attributes(hooked: Deployment) -> None:
    """Those that the policies use."""
    schema = """entity App; entity User = { attributes: { department?: String } };
    action claims appliesTo { principal: [User], resource: [App], context: {} };"""
    sales = (
        'permit(principal, action, resource) when { principal.attributes has department && principal.attributes.department == "sales" };'
    )
    hook(hooked.services, "claims", cedar=sales, schema=schema, claims={"plan": "gold"}, targets=["access_token"])
    found = [
        claims_of(hooked.tokens(WEB, hooked.person(attributes=each))["access_token"]).get("plan")
        for each in ({"department": "sales"}, {"department": "it"}, {}, {"department": 1})
    ]
    assert found == ["gold", None, None, None]


def test_after_failures_in_a_row_the_function_rests_and_one_event_tells_it(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock. After the rest it is tried once, and a success ends it."""
    with function(monkeypatch, 500) as rules:
        name = asked(hooked, targets=["access_token"])

        def plan() -> Any:
            answer = hooked.call(SERVICE, "/token", grant_type="client_credentials", scope="read", resource=API)
            return claims_of(answer.json["access_token"]).get("plan")

        assert [plan() for _ in range(FAILURES + 3)] == [None] * (FAILURES + 3)
        assert len(rules.asked) == FAILURES
        told = [raw for raw in hooked.services.database.scan("state") if raw.get("type") == {"S": "hook.rests"}]
        assert [(each["target"], each["outcome"]) for each in told if each["target"] == {"S": name}] == [({"S": name}, {"S": "failure"})]
        rules.answer = GOLD
        hooked.clock.advance(REST - 1)
        assert plan() is None
        hooked.clock.advance(1)
        assert (plan(), plan()) == ("gold", "gold")
        assert len(rules.asked) == FAILURES + 2


@pytest.mark.parametrize("answer", [({}, "Unhandled"), {"claims": {"sub": "x"}}])
def test_what_one_person_makes_of_a_function_does_not_end_it_for_all(
    hooked: Deployment, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:  # fmt: skip
    """An error of the function and a wrong answer are failures, and no reason for a rest: a person could cause them."""
    with function(monkeypatch, answer) as rules:
        asked(hooked, targets=["access_token"])

        def plan() -> Any:
            answer = hooked.call(SERVICE, "/token", grant_type="client_credentials", scope="read", resource=API)
            return claims_of(answer.json["access_token"]).get("plan")

        assert [plan() for _ in range(FAILURES + 1)] == [None] * (FAILURES + 1)
        rules.answer = GOLD
        assert plan() == "gold"


def test_a_deleted_hook_is_asked_for_half_a_minute_at_most(hooked: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process deleted it. In this one the copy ends."""
    with function(monkeypatch, GOLD):
        name = asked(hooked)
        assert "plan" in claims_of(hooked.tokens(WEB, hooked.person())["access_token"])
        hooked.services.hook_service.delete(name, scope=DEPLOYMENT, by=SYSTEM)
        assert "plan" in claims_of(hooked.tokens(WEB, hooked.person())["access_token"])
        hooked.clock.advance(FRESH)
        assert "plan" not in claims_of(hooked.tokens(WEB, hooked.person())["access_token"])


@pytest.fixture
def counted(hooked: Deployment) -> tuple[Deployment, Watched]:
    """The deployment without hooks, and its calls."""
    return watched(hooked.services.settings, hooked.clock)


def test_without_a_hook_no_call_is_added_but_one_in_half_a_minute(counted: tuple[Deployment, Watched]) -> None:
    """With IDP_HOOKS=off not even that one: the budgets of all flows are measured so (tests/functions/test_budgets.py)."""
    idp, engine = counted
    off, engine_off = watched(replace(idp.services.settings, hooks="off"), idp.clock)
    calls = []
    for one, its in ((idp, engine), (off, engine_off)):
        first, second = (one.tokens(WEB, one.person())["refresh_token"] for _ in range(2))
        its.forget()
        assert one.refresh(WEB, first).status == 200
        assert its.calls == ["BatchGetItem", "UpdateItem"]
        one.clock.advance(FRESH)
        its.forget()
        assert one.refresh(WEB, second).status == 200
        calls.append(sorted(its.calls))
    assert calls[0] == sorted([*calls[1], "Query"])


def test_hooks_that_cannot_be_read_refuse(counted: tuple[Deployment, Watched]) -> None:
    """503, and the refresh token stays good. So does a hook that is damaged, because it may be one that denies."""
    idp, engine = counted
    refresh = idp.tokens(WEB, idp.person())["refresh_token"]
    hook(idp.services, "claims", cedar=EVERYBODY, claims={"plan": "gold"})
    raw = next(iter(idp.services.database.query_all("directory", "HOOKS")))
    idp.services.database.write_raw("directory", [raw | {"lists": {"S": "no JSON"}}])
    assert idp.refresh(WEB, refresh).status == 503
    idp.services.database.write_raw("directory", [raw])
    engine.forget()
    assert idp.refresh(WEB, refresh).status == 200
