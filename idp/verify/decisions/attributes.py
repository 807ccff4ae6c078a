"""ABAC: rules over what is known of subject, action, resource and environment (NIST SP 800-162), written as JSON.

    {"levels": {"classification": ["public", "internal", "secret"]},
     "rules": [{"id": "own-department", "effect": "allow", "actions": ["read"], "resources": ["document"],
                "when": {"equals": [{"get": "subject.properties.department"}, {"get": "resource.properties.department"}]}}]}

A rule whose effect is `deny` overrules every other. What is not known (an attribute is missing, or of another kind) lets nobody in: an
`allow` does not apply then, and a `deny` does. `conditions` has the language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp.verify.decisions.conditions import Compiler, Test
from idp.verify.decisions.question import Decision, Question
from idp.verify.decisions.shapes import RulesError, items, members, text

ALL = "*"
_EFFECTS = ("allow", "deny")
_ALWAYS: Test = lambda _: True  # noqa: E731 – a rule without a condition


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, made ready. `actions` and `resources`: names and types, or a star for all."""

    id: str
    effect: str
    actions: frozenset[str]
    resources: frozenset[str]
    test: Test

    def about(self, question: Question) -> bool:
        """Whether it is about this action and this type of resource."""
        return _covers(self.actions, question.action.name) and _covers(self.resources, question.resource.type)


def rules_of(document: Any) -> tuple[Rule, ...]:
    """The rules of a document.

    Raises:
        RulesError: it is none; says where and why. Nothing else is ever raised, whatever the document.
    """
    top = members(document, "rules", {"rules"}, {"levels"})
    compiler = Compiler(_levels(top.get("levels", {})))
    rules = tuple(_rule(told, f"rules[{i}]", compiler) for i, told in enumerate(items(top["rules"], "rules")))
    ids = [rule.id for rule in rules]
    for i, name in enumerate(ids):
        if name in ids[:i]:
            raise RulesError(f"rules[{i}].id", "another rule has this id")
    return rules


class AttributeDecider:
    """Answers by rules. A document that is none decides no for everybody, and says why."""

    def __init__(self, document: Any) -> None:
        self._rules: tuple[Rule, ...] = ()
        self._problem = ""
        try:
            self._rules = rules_of(document)
        except RulesError as error:
            self._problem = str(error)

    def decide(self, question: Question, /) -> Decision:
        """Yes, no, or silence."""
        if self._problem:
            return Decision(allowed=False, reason=f"the rules cannot be used: {self._problem}", by="error")
        said_yes = ""
        for rule in self._rules:
            if not rule.about(question):
                continue
            answer = rule.test(question)
            if rule.effect == "deny" and answer is not False:
                why = "forbids it" if answer else "cannot tell, for something is not known"
                return Decision(allowed=False, reason=f"the rule {why}", by=f"rule:{rule.id}")
            if rule.effect == "allow" and answer is True:
                said_yes = said_yes or rule.id
        if said_yes:
            return Decision(allowed=True, reason="the rule allows it", by=f"rule:{said_yes}")
        return Decision(allowed=False, reason="no rule allows it")


def _rule(told: Any, path: str, compiler: Compiler) -> Rule:
    rule = members(told, path, {"id", "effect"}, {"actions", "resources", "when", "description"})
    if rule["effect"] not in _EFFECTS:
        raise RulesError(f"{path}.effect", "this has to be allow or deny")
    text(rule.get("description", "-"), f"{path}.description")
    test = compiler.condition(rule["when"], f"{path}.when") if "when" in rule else _ALWAYS
    actions, resources = (_names(rule.get(name, [ALL]), f"{path}.{name}") for name in ("actions", "resources"))
    return Rule(text(rule["id"], f"{path}.id"), rule["effect"], actions, resources, test)


def _names(told: Any, path: str) -> frozenset[str]:
    return frozenset(text(each, f"{path}[{i}]") for i, each in enumerate(items(told, path, least=1)))


def _levels(told: Any) -> dict[str, list[str]]:
    if not isinstance(told, dict) or len(told) > 50:  # noqa: PLR2004 – orders of things are few
        raise RulesError("levels", "this has to be an object of up to 50 lists, each of the lowest first")
    orders = {
        text(name, "levels"): [text(each, f"levels.{name}[{i}]") for i, each in enumerate(items(order, f"levels.{name}", least=1))]
        for name, order in told.items()
    }
    for name, order in orders.items():
        if len(set(order)) != len(order):
            raise RulesError(f"levels.{name}", "a level stands in it twice")
    return orders


def _covers(names: frozenset[str], name: str) -> bool:
    return ALL in names or name in names
