"""Cedar: the conversion of questions, what is refused before the engine, and that errors deny."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from idp.verify.decisions import Action, Question, Resource, Subject
from idp.verify.decisions.cedar import MissingEngine, PolicyDecider, _engine
from idp.verify.decisions.cedar_check import PoliciesError
from idp.verify.decisions.cedar_schema import SchemaError, parse_declarations
from idp.verify.decisions.cedar_text import MOST_DEPTH
from tests.support.access_cases import POLICIES, SCHEMA

SMALL = """
entity Role, Group;
entity Folder;
entity User in [Role, Group] { id: String, type: String, roles?: Set<String>, level?: Long, since?: datetime, home?: ipaddr, of?: Team };
entity Document in [Folder] { id: String, tags?: Set<String>, owner?: User };
type Team = { name: String, size?: Long };
action read, write appliesTo { principal: User, resource: [Document, User], context: { note?: String, action?: { soft?: Bool } } };
"""


def ask(subject: dict[str, Any] | None = None, resource: dict[str, Any] | None = None, **more: Any) -> Question:
    """Ada reads a document."""
    given = {"type": "user", "id": "ada", "action": "read", "of": "document", "which": "d1", "context": {}, "properties": {}, **more}
    return Question(
        Subject(given["type"], given["id"], subject or {}),
        Action(given["action"], given["properties"]),
        Resource(given["of"], given["which"], resource or {}),
        given["context"],
    )


SOFT = ask(properties={"soft": True}, context={"action": {"soft": False}})


def allows(condition: str, question: Question, scope: str = "principal, action, resource") -> bool:
    """Whether a policy with this condition permits the question."""
    answer = PolicyDecider(f'@id("p") permit({scope}) when {{ {condition} }};', SMALL).decide(question)
    assert answer.by in {"policy:p", ""}, answer
    return answer.allowed


@pytest.mark.parametrize(
    ("condition", "question"),
    [
        ('principal == User::"ada" && resource == Document::"d1" && action == Action::"read"', ask()),
        ('principal.id == "ada" && principal.type == "user" && resource.id == "d1"', ask({"id": "mallory", "type": "admin"})),
        ('principal in Role::"editor" && principal in Group::"staff"', ask({"roles": ["editor"], "groups": ["staff"]})),
        ('principal has roles && principal.roles.contains("editor")', ask({"roles": ["editor"]})),
        ("principal has level && principal.level > 2", ask({"level": 3, "unknown": {"deep": [1.5, None]}})),
        ('principal has since && principal.since < datetime("2026-01-01")', ask({"since": "2025-12-31T23:30:00-00:00"})),
        ('principal has home && principal.home.isInRange(ip("10.0.0.0/8"))', ask({"home": "10.1.2.3"})),
        ('principal has of && principal.of.name == "sales"', ask({"of": {"name": "sales", "size": 3, "more": None}})),
        ('context has note && context.note == "x"', ask(context={"note": "x", "weather": 1.5})),
        ("context has action && context.action has soft && context.action.soft", SOFT),
        ('resource in Folder::"f"', ask(resource={"parents": [{"type": "folder", "id": "f"}]})),
        ('resource == User::"ada" && principal == resource', ask({"level": 1}, {"level": 9}, of="user", which="ada")),
        ("principal has level && principal.level == 1", ask({"level": 1}, {"level": 9}, of="user", which="ada")),
    ],
)  # fmt: skip
def test_policies_see_declared_values(condition: str, question: Question) -> None:
    """Subject, roles, groups, attributes, context and the action's properties, if the schema declares them."""
    assert allows(condition, question)


@pytest.mark.parametrize(
    ("condition", "question"),
    [
        ('principal in Role::"editor"', ask({"groups": "editor"})),
        ('principal in Role::"editor"', ask({"groups": ["editor"]})),
        ('principal in Role::"editor"', ask({"parents": [{"type": "role", "id": "editor"}]})),
        ('resource in Folder::"f"', ask(resource={"parents": [{"type": "folder"}, 7, "f"]})),
        ('resource in Folder::"f"', ask(resource={"parents": "f"})),
        ("principal has level", ask({"level": None})),
        ('principal == User::"ada"', ask(id='ada" || true || "')),
        ('principal == User::"ada"', ask(id="Ada")),
        ("context has action && context.action has soft && context.action.soft", ask(context={"action": {"soft": True}})),
    ],
)  # fmt: skip
def test_policies_do_not_see_undeclared_values(condition: str, question: Question) -> None:
    """A property of another name gives no role, and an id is never parsed as Cedar."""
    assert not allows(condition, question)


@pytest.mark.parametrize(
    "question",
    [
        ask({"level": "3"}), ask({"level": 1.5}), ask({"level": 2**63}), ask({"level": True}), ask({"roles": ["editor", 1]}),
        ask({"home": "nowhere"}),
        ask({"since": "yesterday"}), ask({"of": {"size": 1}}), ask({"of": "sales"}), ask(context={"note": 1}), ask(action="shred"),
        ask(of="safe"),
        ask(type="robot"), ask(type=""), ask(type="us er"), ask(type="user::"), ask(of="x" * 201), ask(of="in"), ask({"since": [[[]]]}),
        ask(properties={"soft": "yes"}), ask({"home": {"__extn": {"fn": "ip", "arg": "x"}}}),
        ask({"of": {"name": {"__entity": {"type": "User"}}}}),
    ],
)  # fmt: skip
def test_a_question_that_does_not_fit_the_schema_is_denied(question: Question) -> None:
    """The answer is a denial that overrides, even if a policy permits everything. Its reason contains no value."""
    answer = PolicyDecider("permit(principal, action, resource);", SMALL).decide(question)
    assert (answer.allowed, answer.by) == (False, "error")
    assert answer.reason in {"the question does not fit the schema", "the type of the subject or the resource cannot be a Cedar type"}


def test_deeply_nested_values_are_refused_or_left_out() -> None:
    """They are left out, or refused before the engine, whose parser is recursive."""
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    decider = PolicyDecider("permit(principal, action, resource);", SMALL)
    assert decider.decide(ask({"unknown": deep})).allowed
    assert decider.decide(ask({"roles": deep})).by == "error"
    assert decider.decide(ask(context={"note": deep})).by == "error"


def test_a_failing_policy_denies() -> None:
    """Cedar would ignore the policy, also if it was to forbid."""
    policies = """
    @id("all") permit(principal, action, resource);
    @id("big") forbid(principal, action, resource) when { principal has level && principal.level + 9223372036854775807 > 0 };
    """
    decider = PolicyDecider(policies, SMALL)
    assert decider.decide(ask()).allowed
    failed = decider.explain(ask({"level": 5}))
    assert (failed.decision.allowed, failed.decision.by, failed.decision.reason) == (False, "error", "a policy failed: big")
    assert "overflow" in failed.details[0]


def test_a_decision_names_the_policies_that_made_it() -> None:
    """The policies that permit, or those that forbid, by their names; unnamed ones by their position."""
    policies = """
    @id("first") permit(principal, action, resource);
    permit(principal, action == Action::"read", resource);
    @id("third") forbid(principal, action == Action::"write", resource);
    """
    decider = PolicyDecider(policies, SMALL)
    assert decider.decide(ask()).by == "policy:first,policy:policy1"
    assert decider.decide(ask(action="write")).by == "policy:third"


def test_types_without_a_namespace_are_in_the_configured_one() -> None:
    """Types and actions without a namespace get the configured one. A path stays unchanged."""
    schema = """
    namespace Shop { entity Role; entity User in [Role] { id: String, team?: Team }; entity Order; type Team = { name: String };
      action buy appliesTo { principal: User, resource: Order, context: { note?: __cedar::String } }; }
    """
    policies = '@id("p") permit(principal in Shop::Role::"buyer", action == Shop::Action::"buy", resource is Shop::Order);'
    decider = PolicyDecider(policies, schema, namespace="Shop")
    question = ask({"roles": ["buyer"], "team": {"name": "x", "y": 1}}, action="buy", of="order", context={"note": "n", "other": 1})
    assert decider.decide(question).allowed
    assert decider.decide(ask({"roles": ["buyer"]}, type="Shop::User", action="buy", of="Shop::Order")).allowed
    assert PolicyDecider(policies, schema).decide(question).by == "error"


def test_a_schema_may_be_json() -> None:
    """Amazon Verified Permissions accepts only this form."""
    schema = """{"": {"entityTypes": {"User": {"shape": {"type": "Record", "attributes": {"level": {"type": "Long", "required": false}}}},
      "Document": {}}, "actions": {"read": {"appliesTo": {"principalTypes": ["User"], "resourceTypes": ["Document"]}}}}}"""
    decider = PolicyDecider("permit(principal, action, resource) when { principal has level && principal.level > 1 };", schema)
    assert decider.decide(ask({"level": 2, "more": 1})).allowed
    assert not decider.decide(ask({"level": 1})).allowed


@pytest.mark.parametrize(
    ("policies", "line", "column", "word"),
    [
        ("permit(principal, action, resource)", 1, 36, "too early"),
        ("\n  permit(principal, action, resource) when { 1 + };", 2, 50, "unexpected token"),
        ("permit(principal, action, resource); // a comment; with } in it\npermit(principle, action, resource);", 2, 8, "principle"),
        ('permit(principal, action, resource) when { "a;b" == nothing };', 1, 53, "nothing"),
        ("permit(principal, action, resource) when { frobnicate(1) };", 1, 44, "frobnicate"),
        ('permit(principal == Usr::"a", action, resource);', 1, 21, "Usr"),
        ('permit(principal, action == Action::"reed", resource);', 1, 37, "reed"),
        ("permit(principal, action, resource) when { principal.level > 1 };", 1, 54, "level"),
        ("permit(principal, action, resource) when { principal.id > 1 };", 1, None, "Long"),
    ],
)
def test_a_syntax_error_has_its_line_and_column(policies: str, line: int, column: int | None, word: str) -> None:
    """Line and column, from 1."""
    with pytest.raises(PoliciesError) as told:
        PolicyDecider(policies, SMALL)
    (problem, *_) = told.value.problems
    assert told.value.where == "policies"
    assert word in problem.message
    assert problem.line == line
    assert column is None or problem.column == column


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 2000 + "true" + ")" * 2000, "[" * 2000 + "]" * 2000, "{a:" * 2000 + "1" + "}" * 2000, "(" * 5000,
        "if true then " * 6000 + "true" + " else true" * 6000, "true && " * 5000 + "true", "!" * 5000 + "true",
        "principal" + ".a" * 5000, "(" * (MOST_DEPTH + 1) + "true" + ")" * (MOST_DEPTH + 1),
    ],
)  # fmt: skip
def test_deeply_nested_policies_are_refused_before_the_engine(condition: str) -> None:
    """The engine's parser is recursive, so deeply nested text is refused before."""
    with pytest.raises(PoliciesError):
        PolicyDecider(f"permit(principal, action, resource) when {{ {condition} }};", SMALL)


@pytest.mark.parametrize("kind", ["Set<" * 2000 + "String" + ">" * 2000, "{ a: " * 2000 + "String" + "}" * 2000, "Set<" * 50, "[" * 2000])
def test_deeply_nested_schemas_are_refused_before_the_engine(kind: str) -> None:
    """The same for schemas, in both forms."""
    for schema in (f"entity User {{ a: {kind} }};", '{"a": ' + kind.replace("<", "[") + "}"):
        with pytest.raises(PoliciesError):
            PolicyDecider("permit(principal, action, resource);", schema)


def test_depth_within_the_bound_is_fine() -> None:
    """More than people write by hand. The braces of the condition count."""
    condition = "(" * (MOST_DEPTH - 1) + "true" + ")" * (MOST_DEPTH - 1)
    assert PolicyDecider(f"permit(principal, action, resource) when {{ {condition} }};", SMALL).decide(ask()).allowed


@pytest.mark.parametrize(
    "text", ["entity", "entity A", "entity A {", "action", "thing A;", "entity A { a\\b: String };", "type A = ;", "entity 1;", "}"]
)
def test_a_malformed_schema_raises_a_schema_error(text: str) -> None:
    """The reader of the engine's text raises SchemaError and no other error."""
    with pytest.raises(SchemaError):
        parse_declarations(text)


def test_the_declarations_of_a_schema_are_read() -> None:
    """By full names: attributes with their records, parents, contexts."""
    found = parse_declarations(SCHEMA)
    assert found.parents["User"] == {"Role", "Group"}
    assert set(found.attributes["User"]) == {"id", "amr", "department", "clearance"}
    assert set(found.contexts["Action", "delete"]) == {"time", "ip_address"}
    assert found.attributes["Invoice"] == {}


def test_without_the_engine_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra to install."""
    monkeypatch.setitem(sys.modules, "cedarpy", None)
    _engine.cache_clear()
    try:
        with pytest.raises(MissingEngine, match="policies"):
            PolicyDecider(POLICIES, SCHEMA)
    finally:
        _engine.cache_clear()
