"""The table of access decisions in every adapter: the authorizer, the decorator, Powertools, FastAPI, ASGI."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from idp.verify.cached import Cached
from idp.verify.decisions import Decision, Question, combine
from idp.verify.gateway.authorizer import Authorizer
from idp.verify.gateway.rules import load
from idp.verify.refused import Refused, unavailable
from tests.support.access_cases import CASES, Case, decider
from tests.verify import events
from tests.verify.issuer import NOW, Issuer
from tests.verify.places import AUTHORIZERS, PATH, PLACES, Request, Setting

WITH_ADDRESS = {name: place for name, place in PLACES.items() if "TOKEN" not in name}
"""A TOKEN event does not contain the caller's address."""


def told(case: Case) -> bool:
    """Whether a gateway could ask this question: it adds time and address to valid claims, and nothing else."""
    if case.context.keys() != {"time", "ip_address"} or not case.resource_type or not case.action:
        return False
    try:
        when, amr = datetime.fromisoformat(str(case.context["time"])), case.claims.get("amr", [])
    except ValueError:
        return False
    return (
        when.tzinfo is not None
        and case.claims.keys() >= {"sub", "client_id"}
        and isinstance(amr, list)
        and all(isinstance(a, str) for a in amr)
    )


ASKED = [case for case in CASES if told(case)]
DECIDER = decider()


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


def test_most_of_the_table_can_be_asked_through_a_gateway() -> None:
    assert len(ASKED) > len(CASES) / 2


@pytest.mark.parametrize("place", WITH_ADDRESS)
@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.name)
def test_every_adapter_makes_the_same_decision(issuer: Issuer, place: str, case: Case) -> None:
    """Each question is asked through a rule of the document."""
    now = datetime.fromisoformat(str(case.context["time"])).timestamp()
    asked = {"action": case.action, "resource": {"type": case.resource_type, "id": "d-1", "properties": dict(case.resource)}}
    setting = Setting(issuer, load(json.dumps({"routes": {"GET /orders/{id}": {"decision": asked}}})), DECIDER, now)
    own = {name: value for name, value in case.claims.items() if name not in {"iss", "aud"}}
    claims = {**issuer.claims(acr=..., amr=..., scope=..., iat=int(now), exp=int(now) + 600), **own}
    request = Request("Bearer " + issuer.token(claims), source=str(case.context["ip_address"]))
    assert WITH_ADDRESS[place](setting)(request) == (200 if case.allowed else 403)


class Says:
    """A decider that always answers or raises the same."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, list[Question]()

    def decide(self, question: Question, /) -> Decision:
        self.asked.append(question)
        if isinstance(self.answer, Exception):
            raise self.answer
        found: Decision = self.answer
        return found


RULES = load('{"routes": {"GET /orders/{id}": {"decision": true}}}')


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Decision(allowed=True, reason="", by="x"), 200),
        (Decision(allowed=False, reason="", by=""), 403),
        (Decision(allowed=1, reason="", by="x"), 403),  # type: ignore[arg-type]  # a wrong type is the case
        (Decision(allowed="yes", reason="", by="x"), 403),  # type: ignore[arg-type]  # a wrong type is the case
        (None, 403),
    ],
)
def test_only_true_allows(issuer: Issuer, place: str, answer: Any, status: int) -> None:
    assert PLACES[place](Setting(issuer, RULES, Says(answer)))(Request("Bearer " + issuer.token())) == status


@pytest.mark.parametrize("place", PLACES)
def test_a_failing_decider_refuses_access(issuer: Issuer, place: str) -> None:
    """The gateway answers 500. In other adapters the error is raised, and the handler is not called."""
    ask = PLACES[place](Setting(issuer, RULES, Says(RuntimeError("broken"))))
    if place in AUTHORIZERS:
        assert ask(Request("Bearer " + issuer.token())) == 503
    else:
        with pytest.raises(RuntimeError, match="broken"):
            ask(Request("Bearer " + issuer.token()))


@pytest.mark.parametrize("place", PLACES)
def test_an_unavailable_decider_is_500_or_503(issuer: Issuer, place: str) -> None:
    """If stored rules cannot be read, the answer is 500 or 503. The gateway would cache a denial for the time after they are back."""
    setting = Setting(issuer, RULES, combine(Says(unavailable("stored_rules")), Says(Decision(allowed=True, reason="", by="x"))))
    assert PLACES[place](setting)(Request("Bearer " + issuer.token())) == 503
    if place in AUTHORIZERS:
        assert setting.reasons == ["stored_rules"]


def test_routes_without_a_question_stay_open_without_a_decider(issuer: Issuer) -> None:
    """A route without a question is open. The cached answer denies the routes with questions."""
    rules = load('{"routes": {"GET /orders/{id}": {}, "GET /bills/{id}": {"decision": true}}}')
    event = events.rest(Request("Bearer " + issuer.token(), path=PATH))
    setting = Setting(issuer)
    answer = Authorizer(setting.verifier(), rules, decider=Says(unavailable("stored_rules")), log=setting.log)(event)
    assert events.permits(answer, event)
    assert not events.allows(answer["policyDocument"], f"{events.STAGE}/GET/bills/7")


def test_a_question_is_asked_once_for_a_request(issuer: Issuer) -> None:
    """Also if several rules ask it, and if the answer covers all routes. 1 and true are two different questions."""
    told = [("GET /orders/{id}", 1), ("PUT /orders/{id}", 1), ("GET /bills/{id}", True), ("PUT /bills/{id}", 1)]
    asks = {key: {"decision": {"action": "x", "resource": {"type": "t", "id": "i", "properties": {"n": n}}}} for key, n in told}
    says, setting = Says(Decision(allowed=True, reason="", by="x")), Setting(issuer)
    gate = Authorizer(setting.verifier(), load(json.dumps({"routes": asks})), decider=says, log=setting.log)
    for times in (1, 2):
        gate(events.rest(Request("Bearer " + issuer.token(), path=PATH)))
        assert len(says.asked) == 2 * times


def test_a_cached_answer_does_not_depend_on_one_request(issuer: Issuer) -> None:
    """The address is of one request only, and the gateway would use the answer for the next one."""
    for cache, seen in (("token", {"time"}), ("off", {"time", "ip_address"})):
        says, setting = Says(Decision(allowed=True, reason="", by="x")), Setting(issuer)
        Authorizer(setting.verifier(), RULES, cache=cache, decider=says, log=setting.log)(
            events.rest(Request("Bearer " + issuer.token(), path=PATH))
        )
        assert all(question.context.keys() == seen for question in says.asked)


def test_rules_with_questions_need_a_decider(issuer: Issuer) -> None:
    with pytest.raises(ValueError, match="there is no decider"):
        Authorizer(Setting(issuer).verifier(), RULES)


def test_a_cached_value_has_a_limited_age() -> None:
    """It is read again after a minute. If that fails, the old value is used for five minutes, and then access is refused."""
    now, reads, down = [float(NOW)], [0], [True]

    def read(last: int | None) -> int:
        reads[0] += 1
        if down[0]:
            raise OSError
        return (last or 0) + 1

    aged = Cached(read, lambda: now[0])
    with pytest.raises(Refused):
        aged()
    with pytest.raises(Refused):
        aged()
    assert reads[0] == 1, "no storm while nothing is there"
    down[0] = False
    now[0] += 5
    assert [aged(), aged()] == [1, 1]
    now[0] += 60
    assert aged() == 2
    down[0] = True
    for later in (60, 120, 180, 234):
        now[0] = NOW + 65 + later
        assert aged() == 2
    now[0] = NOW + 65 + 300
    with pytest.raises(Refused) as refused:
        aged()
    assert refused.value.status == 503
    now[0] -= 1000
    down[0] = False
    assert aged() == 3
