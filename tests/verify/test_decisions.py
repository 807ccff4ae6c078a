"""The one table of access decisions, asked in every place: the authorizer, the decorator, Powertools, FastAPI, ASGI."""

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
"""A TOKEN event says nothing of where the request is from."""


def told(case: Case) -> bool:
    """Whether a gateway could ask this: it always knows the time and the address, and nothing else of the environment; claims are valid."""
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


def test_most_of_the_table_is_asked() -> None:
    assert len(ASKED) > len(CASES) / 2


@pytest.mark.parametrize("place", WITH_ADDRESS)
@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.name)
def test_every_place_decides_alike(issuer: Issuer, place: str, case: Case) -> None:
    """A rule of the document asks the table's question."""
    now = datetime.fromisoformat(str(case.context["time"])).timestamp()
    asked = {"action": case.action, "resource": {"type": case.resource_type, "id": "d-1", "properties": dict(case.resource)}}
    setting = Setting(issuer, load(json.dumps({"routes": {"GET /orders/{id}": {"decision": asked}}})), DECIDER, now)
    own = {name: value for name, value in case.claims.items() if name not in {"iss", "aud"}}
    claims = {**issuer.claims(acr=..., amr=..., scope=..., iat=int(now), exp=int(now) + 600), **own}
    request = Request("Bearer " + issuer.token(claims), source=str(case.context["ip_address"]))
    assert WITH_ADDRESS[place](setting)(request) == (200 if case.allowed else 403)


class Says:
    """A decider that says this, or fails so."""

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
        (Decision(allowed=1, reason="", by="x"), 403),  # type: ignore[arg-type]
        (Decision(allowed="yes", reason="", by="x"), 403),  # type: ignore[arg-type]
        (None, 403),
    ],
)
def test_only_a_yes_is_one(issuer: Issuer, place: str, answer: Any, status: int) -> None:
    assert PLACES[place](Setting(issuer, RULES, Says(answer)))(Request("Bearer " + issuer.token())) == status


@pytest.mark.parametrize("place", PLACES)
def test_a_decider_that_fails_closes(issuer: Issuer, place: str) -> None:
    """500 from the gateway; elsewhere the error goes on, and the handler is never reached."""
    ask = PLACES[place](Setting(issuer, RULES, Says(RuntimeError("broken"))))
    if place in AUTHORIZERS:
        assert ask(Request("Bearer " + issuer.token())) == 503
    else:
        with pytest.raises(RuntimeError, match="broken"):
            ask(Request("Bearer " + issuer.token()))


@pytest.mark.parametrize("place", PLACES)
def test_an_unavailable_decider_is_500_or_503(issuer: Issuer, place: str) -> None:
    """Where stored rules cannot be read it is 500 or 503: a no would be kept by the gateway after they are back."""
    setting = Setting(issuer, RULES, combine(Says(unavailable("stored_rules")), Says(Decision(allowed=True, reason="", by="x"))))
    assert PLACES[place](setting)(Request("Bearer " + issuer.token())) == 503
    if place in AUTHORIZERS:
        assert setting.reasons == ["stored_rules"]


def test_other_routes_stay_open_meanwhile(issuer: Issuer) -> None:
    """A route that asks nobody passes, and the answer that is kept leaves those closed that ask."""
    rules = load('{"routes": {"GET /orders/{id}": {}, "GET /bills/{id}": {"decision": true}}}')
    event = events.rest(Request("Bearer " + issuer.token(), path=PATH))
    setting = Setting(issuer)
    answer = Authorizer(setting.verifier(), rules, decider=Says(unavailable("stored_rules")), log=setting.log)(event)
    assert events.permits(answer, event)
    assert not events.allows(answer["policyDocument"], f"{events.STAGE}/GET/bills/7")


def test_a_question_is_asked_once_for_a_request(issuer: Issuer) -> None:
    """However many rules ask it, and though an answer for all routes is made of all of them; 1 and true are two questions."""
    told = [("GET /orders/{id}", 1), ("PUT /orders/{id}", 1), ("GET /bills/{id}", True), ("PUT /bills/{id}", 1)]
    asks = {key: {"decision": {"action": "x", "resource": {"type": "t", "id": "i", "properties": {"n": n}}}} for key, n in told}
    says, setting = Says(Decision(allowed=True, reason="", by="x")), Setting(issuer)
    gate = Authorizer(setting.verifier(), load(json.dumps({"routes": asks})), decider=says, log=setting.log)
    for times in (1, 2):
        gate(events.rest(Request("Bearer " + issuer.token(), path=PATH)))
        assert len(says.asked) == 2 * times


def test_a_kept_answer_asks_nothing_of_one_request(issuer: Issuer) -> None:
    """An address is of this request; the gateway would use the answer for the next one."""
    for cache, seen in (("token", {"time"}), ("off", {"time", "ip_address"})):
        says, setting = Says(Decision(allowed=True, reason="", by="x")), Setting(issuer)
        Authorizer(setting.verifier(), RULES, cache=cache, decider=says, log=setting.log)(
            events.rest(Request("Bearer " + issuer.token(), path=PATH))
        )
        assert all(question.context.keys() == seen for question in says.asked)


def test_rules_with_questions_need_a_decider(issuer: Issuer) -> None:
    with pytest.raises(ValueError, match="there is no decider"):
        Authorizer(Setting(issuer).verifier(), RULES)


def test_what_is_stored_has_a_bounded_age() -> None:
    """Read again after a minute; kept while that fails, for five; then nobody decides."""
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
