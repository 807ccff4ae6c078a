"""Attribute rules: each kind of condition, and unknown values."""

from __future__ import annotations

from typing import Any

import pytest

from idp.verify.decisions import Action, Question, Resource, Subject
from idp.verify.decisions.attributes import AttributeDecider, rules_of
from idp.verify.decisions.shapes import RulesError

A, B = {"get": "subject.properties.a"}, {"get": "resource.properties.b"}
LEVELS = {"size": ["small", "middle", "large"]}
HOURS = {"zone": "Europe/Berlin", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}


def ask(a: Any = None, b: Any = None, **context: Any) -> Question:
    """A question with one attribute each for subject and resource; None leaves it out."""
    subject = {} if a is None else {"a": a}
    resource = {} if b is None else {"b": b}
    return Question(Subject("user", "ada", subject), Action("read"), Resource("document", "d1", resource), context)


def decides(condition: Any, question: Question, effect: str = "allow") -> bool | None:
    """True or False, or None if the rule did not apply."""
    document = {"levels": LEVELS, "rules": [{"id": "rule", "effect": effect, "when": condition}]}
    answer = AttributeDecider(document).decide(question)
    assert "error" not in answer.by, answer.reason
    return True if answer.allowed else (False if answer.by else None)


@pytest.mark.parametrize(
    ("condition", "a", "b"),
    [
        ({"equals": [A, B]}, "x", "x"), ({"equals": [A, B]}, 1, 1.0), ({"equals": [A, True]}, True, None),
        ({"equals": [A, "x"]}, "x", None),
        ({"in": [A, ["x", "y"]]}, "y", None), ({"in": [A, B]}, "x", ["x", 1]), ({"contains": [A, B]}, ["x", "y"], "y"),
        ({"less": [A, B]}, 1, 2), ({"at_most": [A, 2]}, 2, None), ({"not": {"equals": [A, "x"]}}, "y", None),
        ({"level": {"of": "size", "at_least": [A, B]}}, "large", "small"),
        ({"level": {"of": "size", "at_least": [A, "middle"]}}, "middle", None),
        ({"present": A}, "", None), ({"not": {"present": B}}, None, None), ({"equals": [{"get": "subject.id"}, A]}, "ada", None),
        ({"equals": [{"get": "action.name"}, "read"]}, None, None), ({"all": [{"present": A}, {"equals": [A, 1]}]}, 1, None),
        ({"any": [{"equals": [A, 2]}, {"equals": [A, 1]}]}, 1, None), ({"any": [{"equals": [B, 2]}, {"equals": [A, 1]}]}, 1, None),
        ({"within": {"address": A, "ranges": ["10.0.0.0/8"]}}, "10.1.2.3", None),
        ({"within": {"address": A, "ranges": ["10.0.0.0/8"]}}, "::ffff:10.1.2.3", None),
        ({"within": {"address": A, "ranges": ["2001:db8::/32", "192.0.2.1"]}}, "192.0.2.1", None),
    ],
)  # fmt: skip
def test_a_rule_applies_if_its_condition_holds(condition: Any, a: Any, b: Any) -> None:
    """An `allow` rule allows and a `deny` rule denies."""
    assert decides(condition, ask(a, b)) is True
    assert decides(condition, ask(a, b), "deny") is False


@pytest.mark.parametrize(
    ("condition", "a", "b"),
    [
        ({"equals": [A, B]}, "x", "y"), ({"equals": [A, B]}, "x", "X"), ({"in": [A, ["x"]]}, "y", None), ({"in": [A, []]}, "y", None),
        ({"contains": [A, "x"]}, [], None), ({"less": [A, B]}, 2, 2), ({"at_most": [A, 2]}, 2.5, None),
        ({"not": {"equals": [A, "x"]}}, "x", None),
        ({"level": {"of": "size", "at_least": [A, B]}}, "small", "large"), ({"present": A}, None, None),
        ({"all": [{"equals": [A, 1]}, {"equals": [B, 1]}]}, 2, None), ({"any": [{"equals": [A, 2]}, {"equals": [A, 3]}]}, 1, None),
        ({"within": {"address": A, "ranges": ["10.0.0.0/8"]}}, "11.1.2.3", None),
        ({"within": {"address": A, "ranges": ["10.0.0.0/8"]}}, "2001:db8::1", None),
    ],
)  # fmt: skip
def test_a_rule_does_not_apply_if_its_condition_fails(condition: Any, a: Any, b: Any) -> None:
    """Neither an `allow` nor a `deny` rule applies."""
    assert decides(condition, ask(a, b)) is None
    assert decides(condition, ask(a, b), "deny") is None


@pytest.mark.parametrize(
    ("condition", "a", "b"),
    [
        ({"equals": [A, B]}, None, None), ({"equals": [A, B]}, "x", None), ({"equals": [A, B]}, 1, "1"), ({"equals": [A, B]}, 1, True),
        ({"equals": [A, B]}, ["x"], ["x"]), ({"equals": [A, B]}, {}, {}), ({"equals": [A, A]}, float("nan"), None),
        ({"in": [A, B]}, "x", "x"), ({"in": [A, B]}, "x", None), ({"in": [A, ["x"]]}, 1, None), ({"contains": [A, "x"]}, "xyz", None),
        ({"less": [A, 2]}, "1", None), ({"less": [A, 2]}, True, None), ({"less": [A, float(2)]}, float("inf"), None),
        ({"level": {"of": "size", "at_least": [A, "small"]}}, "huge", None),
        ({"level": {"of": "size", "at_least": ["large", B]}}, None, None),
        ({"within": {"address": A, "ranges": ["0.0.0.0/0"]}}, "localhost", None),
        ({"within": {"address": A, "ranges": ["::/0"]}}, "fe80::1%eth0", None),
        ({"within": {"address": A, "ranges": ["0.0.0.0/0"]}}, 167772161, None), ({"not": {"equals": [A, "x"]}}, None, None),
        ({"any": [{"equals": [A, 1]}, {"equals": [B, 1]}]}, 2, None), ({"all": [{"equals": [A, 1]}, {"equals": [B, 1]}]}, 1, None),
        ({"time": HOURS}, None, None),
    ],
)  # fmt: skip
def test_an_unknown_value_lets_only_deny_rules_apply(condition: Any, a: Any, b: Any) -> None:
    """An `allow` rule does not apply, its negation neither, and a `deny` rule denies."""
    assert decides(condition, ask(a, b)) is None
    assert decides({"not": condition}, ask(a, b)) is None
    assert decides(condition, ask(a, b), "deny") is False
    assert decides({"not": condition}, ask(a, b), "deny") is False


@pytest.mark.parametrize(
    ("hours", "time", "expected"),
    [
        ({}, "2026-11-23T08:00:00+01:00", True), ({}, "2026-11-23T07:59:59+01:00", False), ({}, "2026-11-23T18:00:00+01:00", False),
        ({}, "2026-11-23T17:59-00:00", False), ({}, "2026-11-22T12:00:00+01:00", False), ({}, "2026-07-01T06:00:00Z", True),
        ({}, "2026-12-01T06:00:00Z", False), ({"zone": "UTC"}, "2026-12-01T08:00:00Z", True),
        ({"from": "22:00", "to": "06:00"}, "2026-11-23T23:00:00+01:00", True),
        ({"from": "22:00", "to": "06:00"}, "2026-11-28T05:00:00+01:00", True),
        ({"from": "22:00", "to": "06:00"}, "2026-11-28T23:00:00+01:00", False),
        ({"from": "22:00", "to": "06:00"}, "2026-11-23T05:00:00+01:00", False),
        ({"from": "00:00", "to": "24:00"}, "2026-11-23T23:59:59+01:00", True), ({"days": ["sun"]}, "2026-11-22T12:00:00+01:00", True),
    ],
)  # fmt: skip
def test_office_hours_use_local_time_of_the_zone(hours: dict[str, Any], time: str, expected: bool) -> None:
    """`from` is included and `to` is not. A window over midnight belongs to the day on which it begins."""
    assert (decides({"time": {**HOURS, **hours}}, ask(time=time)) is True) is expected


@pytest.mark.parametrize(
    "time", ["2026-11-23T12:00:00", "2026-11-23", "noon", "", 1_790_000_000, None, "2026-11-23T12:00:00+99:00", "T" * 50]
)
def test_a_time_without_an_offset_is_unknown(time: Any) -> None:
    """A time without an offset is unknown."""
    assert decides({"time": HOURS}, ask(time=time), "deny") is False


def test_a_rule_applies_to_its_actions_and_resources() -> None:
    """Actions and types of resources by name, or all. The first `deny` overrides every `allow`."""
    rules = [
        {"id": "a", "effect": "allow", "actions": ["read", "list"], "resources": ["document"]},
        {"id": "b", "effect": "allow", "actions": ["*"], "resources": ["page"]},
        {"id": "c", "effect": "deny", "actions": ["list"]},
    ]
    decider = AttributeDecider({"rules": rules})

    def by(action: str, type_: str) -> str:
        return decider.decide(Question(Subject("user", "a"), Action(action), Resource(type_, "1"))).by

    asked = [("read", "document"), ("list", "document"), ("read", "page"), ("list", "page"), ("write", "document"), ("*", "document")]
    assert [by(*each) for each in asked] == ["rule:a", "rule:c", "rule:b", "rule:c", "", ""]


def deep(levels: int) -> Any:
    """Nested conditions."""
    condition: Any = {"present": A}
    for _ in range(levels):
        condition = {"not": condition}
    return condition


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (None, "rules"), ([], "rules"), ({}, "rules"), ({"rules": {}}, "rules"), ({"rules": [], "more": 1}, "rules"),
        ({"rules": [1]}, "rules[0]"),
        ({"rules": [{"id": "", "effect": "allow"}]}, "rules[0].id"), ({"rules": [{"id": "a", "effect": "permit"}]}, "rules[0].effect"),
        ({"rules": [{"id": "a", "effect": ["allow"]}]}, "rules[0].effect"),
        ({"rules": [{"id": "a", "effect": "allow", "if": 1}]}, "rules[0]"),
        ({"rules": [{"id": "a", "effect": "allow"}] * 2}, "rules[1].id"), ({"rules": [], "levels": {"a": ["x", "x"]}}, "levels.a"),
        ({"rules": [], "levels": {"a": []}}, "levels.a"), ({"rules": [], "levels": []}, "levels"),
        ({"rules": [{"id": "a", "effect": "allow", "actions": []}]}, "rules[0].actions"),
        ({"rules": [{"id": str(i), "effect": "allow"} for i in range(201)]}, "rules"),
    ],
)  # fmt: skip
def test_a_malformed_document_is_refused_with_its_place(document: Any, path: str) -> None:
    """The error names the place. The decider denies everything."""
    with pytest.raises(RulesError) as told:
        rules_of(document)
    assert told.value.path == path
    answer = AttributeDecider(document).decide(ask())
    assert (answer.allowed, answer.by) == (False, "error")


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        (1, ""), ({}, ""), ({"equals": [A, B], "in": [A, B]}, ""), ({"eval": "1"}, ""), ({"equals": [A]}, ".equals"),
        ({"equals": A}, ".equals"),
        ({"equals": [A, None]}, ".equals[1]"), ({"equals": [A, {"get": "subject"}]}, ".equals[1]"),
        ({"equals": [A, {"get": 1}]}, ".equals[1]"),
        ({"equals": [A, {"get": "subject.password"}]}, ".equals[1]"), ({"equals": [A, {"get": "subject.properties"}]}, ".equals[1]"),
        ({"equals": [A, {"get": "subject.properties..a"}]}, ".equals[1]"), ({"equals": [A, {"get": "__class__"}]}, ".equals[1]"),
        ({"equals": [A, {"get": "context"}]}, ".equals[1]"), ({"equals": [A, {"set": "a"}]}, ".equals[1]"),
        ({"equals": [A, [[1]]]}, ".equals[1][0]"),
        ({"equals": [A, "x" * 501]}, ".equals[1]"), ({"equals": [A, float("nan")]}, ".equals[1]"), ({"all": []}, ".all"),
        ({"not": []}, ".not"),
        ({"any": [{"all": [1]}]}, ".any[0].all[0]"), ({"level": {"of": "weight", "at_least": [A, B]}}, ".level.of"),
        ({"level": {"of": ["size"], "at_least": [A, B]}}, ".level.of"),
        ({"within": {"address": A, "ranges": ["10.0.0.1/8"]}}, ".within.ranges[0]"),
        ({"within": {"address": A, "ranges": ["home"]}}, ".within.ranges[0]"), ({"within": {"address": A, "ranges": []}}, ".within.ranges"),
        ({"time": {**HOURS, "zone": "Mars/Olympus"}}, ".time"), ({"time": {**HOURS, "zone": "../../etc/passwd"}}, ".time"),
        ({"time": {**HOURS, "zone": "/etc/localtime"}}, ".time"), ({"time": {**HOURS, "days": ["monday"]}}, ".time"),
        ({"time": {**HOURS, "days": []}}, ".time"), ({"time": {**HOURS, "from": "8:00"}}, ".time"),
        ({"time": {**HOURS, "to": "08:00"}}, ".time"),
        ({"time": {**HOURS, "from": "24:00"}}, ".time"), ({"time": {"zone": "UTC"}}, ".time"),
        ({"all": [{"present": A}] * 200 + [1]}, ".all"), (deep(11), ".not" * 11),
    ],
)  # fmt: skip
def test_a_malformed_condition_is_refused_with_its_place(condition: Any, path: str) -> None:
    """The error names the place, and no part of the condition is evaluated."""
    with pytest.raises(RulesError) as told:
        rules_of({"levels": LEVELS, "rules": [{"id": "a", "effect": "allow", "when": condition}]})
    assert told.value.path == "rules[0].when" + path
