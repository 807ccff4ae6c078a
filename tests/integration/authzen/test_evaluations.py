"""Several access evaluations in one request (AuthZEN 1.0, section 7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.telemetry.journal import Journal
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.authzen.conftest import Make, Point
from tests.support.access_cases import CASES, PAPER

SUBJECT = {"type": "user", "id": "rita", "properties": {"roles": ["reader"], "clearance": "internal"}}
RESOURCE = {"type": "document", "id": "d-1", "properties": PAPER}
YES: dict[str, Any] = {"action": {"name": "read"}}
NO: dict[str, Any] = {"action": {"name": "write"}}
BROKEN: dict[str, Any] = {"action": {}}


def body(*evaluations: Any, **more: Any) -> dict[str, Any]:
    """A request with a subject and a resource for all."""
    return {"subject": SUBJECT, "resource": RESOURCE, "evaluations": list(evaluations), **more}


def decisions(point: Point, *evaluations: Any, **more: Any) -> list[bool]:
    """The decisions of such a request."""
    told = point.ask("evaluations", body(*evaluations, **more))
    assert told.status_code == 200, told.text
    assert set(told.json()) == {"evaluations"}
    return [each["decision"] for each in told.json()["evaluations"]]


def test_the_table_in_one_request(point: Point) -> None:
    """The decisions have the order of the evaluations."""
    told = point.ask("evaluations", {"evaluations": [case.authzen for case in CASES]}).json()["evaluations"]
    assert [each["decision"] for each in told] == [case.allowed for case in CASES]


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        (None, [True, False, True, False]),
        ("execute_all", [True, False, True, False]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_evaluation_semantics_end_a_list_early(point: Point, semantic: str | None, expected: list[bool]) -> None:
    """Section 7.1.2.1: the first no ends one, the first yes the other, and its decision is the last that is told."""
    options = {"options": {"evaluations_semantic": semantic, "another": 1}} if semantic else {}
    assert decisions(point, YES, NO, YES, BROKEN, **options) == expected


def test_an_error_is_a_denial(point: Point) -> None:
    """The error is in the context of its own decision, and ends a list as a denial does."""
    told = point.ask("evaluations", body(YES, BROKEN, "text", YES)).json()["evaluations"]
    assert [each["decision"] for each in told] == [True, False, False, True]
    assert told[1]["context"]["error"] == {"status": 400, "message": "action.name has to be a text of 1 to 2000 characters"}
    assert decisions(point, BROKEN, YES, options={"evaluations_semantic": "deny_on_first_deny"}) == [False]
    assert decisions(point, BROKEN, YES, NO, options={"evaluations_semantic": "permit_on_first_permit"}) == [False, True]


def test_top_level_members_are_defaults(point: Point) -> None:
    """An evaluation has its own members, and those of the top level where it has none (section 7.1.1)."""
    secret = {**RESOURCE, "properties": {**PAPER, "classification": "secret"}}
    assert decisions(point, {}, {"resource": secret}, NO, action={"name": "read"}) == [True, False, False]
    other = {"subject": {"type": "user", "id": "sam", "properties": {"clearance": "internal"}}}
    assert decisions(point, {}, other, action={"name": "read"}) == [True, False]
    blocked = {"ip_address": "203.0.113.9"}
    assert decisions(point, {}, {"context": {}}, action={"name": "read"}, context=blocked) == [False, True]


def test_a_default_is_whole(point: Point) -> None:
    """Section 7.1.1: a member of an evaluation stands in place of the default. Nothing of the default is put into it.

    So a question never gets a type, an id or a property that it did not name itself, and one that lacks something is an error.
    """
    incomplete = {name: value for name, value in RESOURCE.items() if name != "type"}
    told = point.ask("evaluations", body({"resource": RESOURCE}, {"resource": incomplete}, resource={"type": "document"}, **YES)).json()
    assert [each["decision"] for each in told["evaluations"]] == [True, False]
    assert told["evaluations"][1]["context"]["error"]["message"].startswith("resource.type")
    bare = {"type": "document", "id": "d-1"}
    assert decisions(point, {"resource": bare}, **YES) == [point.ask("evaluation", {**body(), "resource": bare, **YES}).json()["decision"]]


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        ("evaluation", {"subject": SUBJECT, "resource": RESOURCE, **YES}, "allowed by role:reader"),
        ("evaluation", {"subject": SUBJECT, "resource": RESOURCE, **NO}, "denied by nothing"),
        ("evaluations", body(YES, NO, BROKEN), "allowed 1 of 3"),
    ],
)
def test_a_decision_is_no_warning(fresh: Point, path: str, asked: dict[str, Any], said: str) -> None:
    """The line of a decision is INFO, whatever the decision was; what was decided is its member `decision`."""
    fresh.services.role_service.create("reader", permissions=["document:read"], scope=DEPLOYMENT)
    lines: list[str] = []
    vars(fresh.services)["journal"] = Journal(deployment="d", metrics=False, write=lines.append)
    assert fresh.ask(path, asked).status_code == 200
    (line,) = [each for each in map(json.loads, lines) if each["route"].startswith("/access/")]
    assert (line["level"], line["outcome"], line["decision"]) == ("INFO", "ok", said)
    assert "notes" not in line


def test_a_request_without_evaluations_is_one_evaluation(point: Point) -> None:
    """Then it is one evaluation, and its answer one decision (section 7.1)."""
    absent: tuple[dict[str, Any], ...] = ({}, {"evaluations": []})
    for evaluations in absent:
        told = point.ask("evaluations", {"subject": SUBJECT, "resource": RESOURCE, **YES, **evaluations})
        assert told.json()["decision"] is True
        assert "evaluations" not in told.json()
    assert point.ask("evaluations", {"subject": SUBJECT, "evaluations": []}).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"evaluations": "all"}, {"evaluations": {"a": YES}}, {"evaluations": [YES] * 101}, {"evaluations": 1}, {"evaluations": {}},
        {"evaluations": None}, {"evaluations": ""}, {"options": "execute_all"}, {"options": []},
        {"options": {"evaluations_semantic": "all"}}, {"options": {"evaluations_semantic": None}},
        {"options": {"evaluations_semantic": ["execute_all"]}},
    ],
)  # fmt: skip
def test_a_malformed_request_is_refused(point: Point, change: dict[str, Any]) -> None:
    """400 for the whole request."""
    assert point.ask("evaluations", {**body(YES), **change}).status_code == 400


def test_everything_is_read_once(make_point: Make, lossy_quick: LossyProxy) -> None:
    """Calls do not grow with the questions: the token, the roles, the pointer, and all subjects in one."""
    point = make_point(lossy_quick.url)
    bearer = point.bearer("access:evaluate", "access:subjects")
    users = [point.user() for _ in range(5)]
    asked = [{"subject": {"type": "user", "id": user.id}, **YES} for user in users]
    for count in (1, 5):
        lossy_quick.take()
        assert point.ask("evaluations", body(*asked[:count]), authorization=bearer).status_code == 200
        assert lossy_quick.take() == {"BatchGetItem": 2, "Query": 1, "GetItem": 1}
