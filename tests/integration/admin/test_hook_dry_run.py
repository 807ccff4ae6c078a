"""A dry run of a hook: what it is told, what it answers, what would count; and that nothing else happens (docs/hooks.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access import admin_scopes
from idp.services.hooks.breaker import FAILURES
from idp.services.hooks.function_hook import FunctionHooks
from tests.support.hooking import ARN, EVERYBODY, function, hook, remove_hooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.world import World

PATH = "/admin/v1/hooks"


@pytest.fixture
def site(shared: World) -> Iterator[World]:
    """The provider, with a function that hooks may ask."""
    service = shared.services.hook_service
    service._settings = replace(service._settings, hooks_functions=ARN)  # noqa: SLF001  # read at each check
    vars(shared.services)["function_hooks"] = FunctionHooks(frozenset({ARN}))
    yield shared
    remove_hooks(shared.services)


def run(world: World, name: str, **sample: Any) -> Any:
    """The answer of a dry run."""
    answer = world.call("POST", f"{PATH}/{name}/dry-run", json=sample)
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcome(told: Any) -> tuple[Any, ...]:
    return told["counts"], told["reason"], told["claims"], bool(told["failure"])


def test_policies_are_asked_about_the_sample(site: World) -> None:
    """Also of a hook that is switched off, so it is tried before it counts."""
    staff = f'{EVERYBODY} forbid(principal, action == Action::"sign_in", resource) unless {{ principal.email like "*@staff.example" }};'
    name = hook(site.services, "sign_in", cedar=staff, enabled=False).name
    assert outcome(run(site, name, email="ada@staff.example")) == ("allow", None, {}, False)
    assert outcome(run(site, name, email="ada@other.example")) == ("deny", "policy", {}, False)


def test_a_stored_person_is_told_as_at_a_sign_in(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the function knows that it is a dry run. No session begins, and only the act is recorded."""
    person = site.person()
    with function(monkeypatch, {"decision": "deny", "reason": "left"}) as rules:
        name = hook(site.services, "sign_in", function=ARN).name
        before = len(site.events())
        told = run(site, name, user_id=person.user.id, ip_address="203.0.113.9", amr=["pwd", "otp"], acr="aal2")
        (asked,) = [each[2] for each in rules.asked]
    assert outcome(told) == ("deny", "left", {}, False)
    assert asked == told["told"]
    assert asked["dry_run"] is True
    assert (asked["person"]["id"], asked["person"]["email"]) == (person.user.id, person.email)
    assert (asked["request"]["ip_address"], asked["sign_in"]["acr"]) == ("203.0.113.9", "aal2")
    assert [each["type"] for each in site.events()[: len(site.events()) - before]] == ["hook.tested"]
    assert site.sessions(person) == []


@pytest.mark.parametrize(
    ("kind", "members", "answer", "counts"),
    [
        ("claims", {}, {"claims": {"plan": "gold"}}, ("claims", None, {"plan": "gold"}, False)),
        ("claims", {}, {"claims": {"roles": ["admin"]}}, ("without_claims", None, {}, True)),
        ("claims", {"on_failure": "deny"}, {"claim": 1}, ("deny", None, {}, True)),
        ("registration", {}, {"decision": "require_mfa"}, ("deny", None, {}, True)),
        ("registration", {"on_failure": "allow"}, {"decision": "maybe"}, ("allow", None, {}, True)),
        ("sign_in", {}, {"decision": "require_mfa"}, ("require_mfa", None, {}, False)),
    ],
)  # fmt: skip
def test_what_would_count_is_told(
    site: World, monkeypatch: pytest.MonkeyPatch, kind: str, members: dict[str, Any], answer: dict[str, Any], counts: tuple[Any, ...]
) -> None:
    with function(monkeypatch, answer):
        assert outcome(run(site, hook(site.services, kind, function=ARN, **members).name)) == counts


def test_failures_of_dry_runs_open_no_breaker(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that does not answer an admin's samples is asked by the sign-ins as before."""
    with function(monkeypatch, {"decision": "allow"}) as rules:
        made = hook(site.services, "sign_in", function=ARN)
        rules.answer = 500
        for _ in range(FAILURES + 1):
            assert outcome(run(site, made.name)) == ("deny", None, {}, True)
        assert site.services.hooks._breaker.may_ask(made, site.clock())  # noqa: SLF001  # its state
    assert not [each for each in site.events() if each["type"] == "hook.rests"]


@pytest.mark.parametrize("missing", ["hooks:write", "users:read", "audit:read"])
def test_a_dry_run_needs_every_scope(site: World, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """It tells a function, and the caller, what is stored about a person."""
    token = site.service_token(site.service_client(*sorted(admin_scopes.ALL - {missing})))
    with function(monkeypatch, {"decision": "allow"}) as rules:
        name = hook(site.services, "sign_in", function=ARN).name
        assert site.call("POST", f"{PATH}/{name}/dry-run", json={}, token=token).status_code == 403
        assert rules.asked == []


@pytest.mark.parametrize(
    "sample",
    [
        {"user_id": "usr_none"}, {"client_id": "none"}, {"how": "magic"}, {"scopes": "openid"}, {"user_id": None}, {"amr": [1]},
        {"session_is_new": "yes"}, {"email": "x" * 301}, {"unknown": 1}, {"user_id": "#"},
    ],
)  # fmt: skip
def test_a_wrong_sample_is_refused_and_asks_nothing(site: World, monkeypatch: pytest.MonkeyPatch, sample: dict[str, Any]) -> None:
    with function(monkeypatch, {"decision": "allow"}) as rules:
        name = hook(site.services, "registration", function=ARN).name
        assert site.call("POST", f"{PATH}/{name}/dry-run", json=sample).status_code in {400, 422}
        assert rules.asked == []


@pytest.mark.parametrize("sample", [{"ip_address": "x"}, {"country": "\u0000"}, {"acr": ""}, {"email": ""}, {"org_id": "#"}])
@pytest.mark.parametrize("kind", ["sign_in", "registration"])
def test_an_odd_sample_is_no_server_error(site: World, kind: str, sample: dict[str, Any]) -> None:
    name = hook(site.services, kind, cedar=EVERYBODY).name
    assert run(site, name, **sample)["counts"] in {"allow", "deny"}


def test_an_unknown_hook_is_not_found(site: World) -> None:
    assert site.call("POST", f"{PATH}/none/dry-run", json={}).status_code == 404
