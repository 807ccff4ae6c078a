"""Stored sets of policies and rules: what may be saved, and how both decide together."""

from __future__ import annotations

from typing import Any

import pytest

from idp.verify.decisions import Action, Question, Resource, Subject
from idp.verify.decisions.cedar_check import PoliciesError
from idp.verify.decisions.policy_set import MOST_POLICIES, MOST_SCHEMA, PolicySetDecider, faults
from idp.verify.decisions.shapes import RulesError
from tests.support.access_cases import POLICIES, RULES, SCHEMA

OPEN, CLOSED = ({"rules": [{"id": effect, "effect": effect}]} for effect in ("allow", "deny"))
SMALL = "entity User; entity Document; action read appliesTo { principal: User, resource: Document };"
PERMIT, FORBID = '@id("p") permit(principal, action, resource);', '@id("f") forbid(principal, action, resource);'
STRANGERS = 'permit(principal == A::"a", action, resource); permit(principal == B::"b", action, resource);'
ASKED = Question(Subject("user", "ada"), Action("read"), Resource("document", "1"))
UNFIT = Question(Subject("user", "ada"), Action("shred"), Resource("document", "1"))


@pytest.mark.parametrize(
    "given", [{"policies": POLICIES, "schema": SCHEMA, "rules": RULES}, {"policies": POLICIES, "schema": SCHEMA}, {"rules": RULES}]
)
def test_a_correct_set_may_be_saved(given: dict[str, Any]) -> None:
    """Policies with a schema, rules, or both."""
    assert faults(**{"policies": "", "schema": "", **given}) == []


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["policies"]), ({"policies": "  "}, ["policies"]), ({"schema": SMALL}, ["policies"]), ({"policies": PERMIT}, ["schema"]),
        ({"policies": " " * (MOST_POLICIES + 1) + PERMIT, "schema": SMALL}, ["policies"]),
        ({"policies": PERMIT, "schema": SMALL + " " * MOST_SCHEMA}, ["schema"]), ({"rules": {}}, ["rules"]),
        ({"policies": "permit(", "schema": SMALL, "rules": {}}, ["rules", "policies"]),
        ({"policies": PERMIT, "schema": "entity"}, ["schema"]),
        ({"policies": PERMIT * 2, "schema": SMALL}, ["policies"]),
        ({"policies": STRANGERS, "schema": SMALL}, None),
    ],
)  # fmt: skip
def test_a_wrong_set_may_not_be_saved(given: dict[str, Any], fields: list[str] | None) -> None:
    """Each wrong member is named. All mistakes of the policies are reported at once."""
    found = faults(**{"policies": "", "schema": "", **given})
    assert found
    if fields is None:
        assert {fault.policy for fault in found} == {"policy0", "policy1"}
    else:
        assert [fault.field for fault in found] == fields


@pytest.mark.parametrize(
    ("policies", "rules", "allowed", "by"),
    [
        (PERMIT, None, True, "policy:p"), (PERMIT, OPEN, True, "rule:allow,policy:p"), (PERMIT, CLOSED, False, "rule:deny"),
        (FORBID, OPEN, False, "policy:f"), ("", OPEN, True, "rule:allow"), ("", CLOSED, False, "rule:deny"), ("", {"rules": []}, False, ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("validated", [False, True])
def test_policies_and_rules_decide_together(policies: str, rules: Any, allowed: bool, by: str, validated: bool) -> None:
    """A denial overrides among both. The result is the same for a set that was checked before."""
    made = PolicySetDecider(policies=policies, schema=SMALL if policies else "", rules=rules, validated=validated)
    answer = made.decide(ASKED)
    assert (answer.allowed, answer.by) == (allowed, by)


def test_the_engines_messages_are_only_in_the_explanation() -> None:
    """The engine's messages are for the person who tries out a set, and are not in the decision."""
    told = PolicySetDecider(policies=PERMIT, schema=SMALL, rules=OPEN).explain(UNFIT)
    assert (told.decision.allowed, told.decision.by) == (False, "error")
    assert "shred" in told.details[0]
    assert "shred" not in told.decision.reason
    assert PolicySetDecider(rules=OPEN).explain(UNFIT).details == ()


def test_a_wrong_set_raises_at_its_construction() -> None:
    """The constructor raises an error."""
    with pytest.raises(PoliciesError):
        PolicySetDecider(policies="permit(", schema=SMALL, validated=True)
    with pytest.raises(RulesError):
        PolicySetDecider(rules={"rules": 1})
