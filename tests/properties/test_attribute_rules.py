"""Attribute rules under any input: the parser raises no other error, an invalid document allows nothing, and a decision never fails."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from idp.verify.decisions import Action, Decision, Question, Resource, Subject
from idp.verify.decisions.attributes import AttributeDecider, rules_of
from idp.verify.decisions.cedar_text import first_problem, place, policies, tokens, too_deep
from idp.verify.decisions.messages import Malformed, question
from idp.verify.decisions.roles import permits
from idp.verify.decisions.shapes import RulesError

WORDS = st.sampled_from(
    [
        "all",
        "any",
        "not",
        "equals",
        "in",
        "contains",
        "less",
        "at_most",
        "level",
        "within",
        "time",
        "present",
        "get",
        "rules",
        "id",
        "effect",
        "when",
        "allow",
        "deny",
        "levels",
        "subject.properties.a",
        "context.time",
        "address",
        "ranges",
        "10.0.0.0/8",
        "zone",
        "UTC",
        "days",
        "mon",
        "from",
        "to",
        "08:00",
        "18:00",
        "of",
        "at_least",
        "subject",
        "properties",
        "type",
        "name",
        "action",
        "*",
        "a",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4), max_leaves=25
)
PATHS = st.sampled_from(["subject.properties.a", "resource.properties.b", "context.c", "subject.id", "action.name"])
LISTS = st.lists(st.text(max_size=3) | st.integers(), max_size=3)
VALUES = st.fixed_dictionaries({"get": PATHS}) | st.text(max_size=5) | st.integers() | st.booleans() | LISTS
PAIRS = st.lists(VALUES, min_size=2, max_size=2)
CONDITIONS = st.recursive(
    st.sampled_from(["equals", "in", "contains", "less", "at_most"]).flatmap(lambda kind: PAIRS.map(lambda pair: {kind: pair}))
    | VALUES.map(lambda value: {"present": value})
    | VALUES.map(lambda value: {"within": {"address": value, "ranges": ["10.0.0.0/8", "::/0"]}})
    | VALUES.map(lambda value: {"time": {"zone": "UTC", "days": ["mon"], "from": "08:00", "to": "18:00", "at": value}}),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda each: {"all": each})
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: {"any": each})
        | inner.map(lambda each: {"not": each})
    ),
    max_leaves=8,
)
QUESTIONS = st.builds(
    lambda a, b, c: Question(Subject("user", "ada", a), Action("read"), Resource("document", "1", b), c),
    *[st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)] * 3,
)
NOBODY = Question(Subject("user", "ada"), Action("read"), Resource("document", "1"))


@settings(max_examples=400)
@given(JSON, QUESTIONS)
def test_garbage_allows_nothing(document: Any, asked: Question) -> None:
    """An invalid document raises RulesError, and its decider allows nothing."""
    allowed = AttributeDecider(document).decide(asked).allowed
    try:
        rules = rules_of(document)
    except RulesError:
        rules = ()
    assert allowed in {False, any(rule.effect == "allow" for rule in rules)}


@settings(max_examples=400)
@given(CONDITIONS, QUESTIONS)
def test_deciding_never_fails(condition: Any, asked: Question) -> None:
    """For any question. A condition and its negation never both allow, and a `deny` rule never allows."""
    answers: list[Decision] = []
    for effect in ("allow", "deny"):
        for when in (condition, {"not": condition}):
            try:
                rules_of({"rules": [{"id": "r", "effect": effect, "when": when}]})
            except RulesError:
                return
            answers.append(AttributeDecider({"rules": [{"id": "r", "effect": effect, "when": when}]}).decide(asked))
    allowed, opposite, denied, undenied = answers
    assert not (allowed.allowed and opposite.allowed)
    assert not denied.allowed
    assert not undenied.allowed
    # A known condition: exactly one of the two rules applies. An unknown one: no `allow` rule applies, and both `deny` rules do.
    known = allowed.allowed or opposite.allowed
    assert (denied.silent, undenied.silent) == ((opposite.allowed, allowed.allowed) if known else (False, False))


@given(CONDITIONS)
def test_what_is_not_known_holds_nothing(condition: Any) -> None:
    """With one unknown part, `all` is unknown or false, so an `allow` rule does not apply."""
    never = {"equals": [{"get": "context.c"}, "x"]}
    decided = AttributeDecider({"rules": [{"id": "r", "effect": "allow", "when": {"all": [condition, never]}}]})
    assert decided.decide(NOBODY).allowed is False


@settings(max_examples=300)
@given(JSON)
def test_any_json_is_a_question_or_malformed(told: Any) -> None:
    """A question, or Malformed with a sentence."""
    with contextlib.suppress(Malformed):
        assert question(told).subject.id


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["permit", "(", ")", "{", "}", ";", '"', "//", "\n", "if", " "]), max_size=60).map("".join)
)
def test_any_text_is_split_into_cedar_tokens(text: str) -> None:
    """The tokens of any text are in order, the policies contain all of them, and each position is within the text."""
    known = list(tokens(text))
    assert [token for policy in policies(text) for token in policy] == known
    assert all(text[token.start : token.end] == token.text for token in known)
    too_deep(text)
    problem = first_problem(text, lambda part: "unexpected token" if ";" in part else "")
    if problem:
        assert 1 <= problem.line <= text.count("\n") + 1
    assert place(text, len(text))[0] == text.count("\n") + 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_permission_covers_itself_or_has_a_star(granted: str, needed: str) -> None:
    """Without a star a permission is one name."""
    if permits(granted, needed):
        assert granted == needed or "*" in granted.split(":")
        assert "*" not in needed


def test_a_rule_set_survives_its_own_json() -> None:
    """Rules that are saved as JSON and read again decide the same."""
    document = {"rules": [{"id": "r", "effect": "allow", "when": {"equals": [{"get": "subject.properties.a"}, "x"]}}]}
    asked = Question(Subject("user", "ada", {"a": "x"}), Action("read"), Resource("document", "1"))
    assert AttributeDecider(json.loads(json.dumps(document))).decide(asked).allowed
