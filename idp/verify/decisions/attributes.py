"""ABAC: rules about attributes of subject, action, resource and environment (NIST SP 800-162), in JSON.

    {"levels": {"classification": ["public", "internal", "secret"]},
     "rules": [{"id": "own-department", "effect": "allow", "actions": ["read"], "resources": ["document"],
                "when": {"equals": [{"get": "subject.properties.department"}, {"get": "resource.properties.department"}]}}]}

A rule with the effect `deny` overrides all others. If an attribute is missing or has another type, the condition is unknown: then an
`allow` rule does not apply, and a `deny` rule does. `conditions` describes the language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp.verify.decisions.conditions import Compiler, Test
from idp.verify.decisions.question import Decision, Question
from idp.verify.decisions.shapes import RulesError, check_list, check_object, check_text

ALL = "*"
_EFFECTS = ("allow", "deny")
_ALWAYS: Test = lambda _: True  # noqa: E731 – a rule without a condition
_MOST_LEVELS = 50
"""Orders of levels that a document may have."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule. `actions` and `resources`: names and types, or a star for all."""

    id: str
    effect: str
    actions: frozenset[str]
    resources: frozenset[str]
    test: Test

    def applies_to(self, question: Question) -> bool:
        """Whether the rule is about this action and this type of resource."""
        return _covers(self.actions, question.action.name) and _covers(self.resources, question.resource.type)


def rules_of(document: Any) -> tuple[Rule, ...]:
    """Compile the rules of a document.

    Raises:
        RulesError: the document is wrong; the text says where and why. No other error is raised for any document.
    """
    top = check_object(document, "rules", {"rules"}, {"levels"})
    compiler = Compiler(_levels(top.get("levels", {})))
    rules = tuple(_rule(raw, f"rules[{i}]", compiler) for i, raw in enumerate(check_list(top["rules"], "rules")))
    ids = [rule.id for rule in rules]
    for i, name in enumerate(ids):
        if name in ids[:i]:
            raise RulesError(f"rules[{i}].id", "another rule has this id")
    return rules


class AttributeDecider:
    """Answers by rules. If the document is wrong, each answer is a denial with the reason."""

    def __init__(self, document: Any) -> None:
        self._rules: tuple[Rule, ...] = ()
        self._problem = ""
        try:
            self._rules = rules_of(document)
        except RulesError as error:
            self._problem = str(error)

    def decide(self, question: Question, /) -> Decision:
        """Allow, deny, or no answer (`Decision.silent`)."""
        if self._problem:
            return Decision(allowed=False, reason=f"the rules cannot be used: {self._problem}", by="error")
        allowed_by = ""
        for rule in self._rules:
            if not rule.applies_to(question):
                continue
            answer = rule.test(question)
            if rule.effect == "deny" and answer is not False:
                why = "forbids it" if answer else "cannot be evaluated, because an attribute is missing or has another type"
                return Decision(allowed=False, reason=f"the rule {why}", by=f"rule:{rule.id}")
            if rule.effect == "allow" and answer is True:
                allowed_by = allowed_by or rule.id
        if allowed_by:
            return Decision(allowed=True, reason="the rule allows it", by=f"rule:{allowed_by}")
        return Decision(allowed=False, reason="no rule allows it")


def _rule(raw: Any, path: str, compiler: Compiler) -> Rule:
    rule = check_object(raw, path, {"id", "effect"}, {"actions", "resources", "when", "description"})
    if rule["effect"] not in _EFFECTS:
        raise RulesError(f"{path}.effect", "this has to be allow or deny")
    check_text(rule.get("description", "-"), f"{path}.description")
    test = compiler.condition(rule["when"], f"{path}.when") if "when" in rule else _ALWAYS
    actions, resources = (_names(rule.get(name, [ALL]), f"{path}.{name}") for name in ("actions", "resources"))
    return Rule(check_text(rule["id"], f"{path}.id"), rule["effect"], actions, resources, test)


def _names(raw: Any, path: str) -> frozenset[str]:
    return frozenset(check_text(each, f"{path}[{i}]") for i, each in enumerate(check_list(raw, path, least=1)))


def _levels(raw: Any) -> dict[str, list[str]]:
    if not isinstance(raw, dict) or len(raw) > _MOST_LEVELS:
        raise RulesError("levels", "this has to be an object of up to 50 lists, each with the lowest level first")
    orders = {
        check_text(name, "levels"): [
            check_text(each, f"levels.{name}[{i}]") for i, each in enumerate(check_list(order, f"levels.{name}", least=1))
        ]
        for name, order in raw.items()
    }
    for name, order in orders.items():
        if len(set(order)) != len(order):
            raise RulesError(f"levels.{name}", "a level occurs twice")
    return orders


def _covers(names: frozenset[str], name: str) -> bool:
    return ALL in names or name in names
