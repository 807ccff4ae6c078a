"""A set of policies that is stored and published together: Cedar policies with their schema, attribute rules, or both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.verify.decisions.attributes import AttributeDecider, rules_of
from idp.verify.decisions.cedar import Explained, PolicyDecider
from idp.verify.decisions.cedar_check import PoliciesError
from idp.verify.decisions.combine import combine
from idp.verify.decisions.question import Decision, Question
from idp.verify.decisions.shapes import RulesError

MOST_POLICIES, MOST_SCHEMA, MOST_RULES = 200_000, 100_000, 50_000
"""Limits in characters; the rules are counted as JSON. An item of DynamoDB holds 400 KB, and a longer set costs more to read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in a set: the member, the place in it, the problem."""

    field: str
    detail: str
    line: int = 0
    column: int = 0
    policy: str = ""


class PolicySetDecider:
    """One set, parsed once. Cedar's engine is loaded if there are policies. `validated`: the set was checked when it was saved.

    Raises:
        PoliciesError, RulesError: the set cannot be used.
        MissingEngine: there are policies, and cedarpy is not installed.
    """

    def __init__(
        self,
        *,
        policies: str = "",
        schema: str = "",
        namespace: str = "",
        rules: Mapping[str, Any] | None = None,
        validated: bool = False,
    ) -> None:
        self._cedar = PolicyDecider(policies, schema, namespace=namespace, validated=validated) if policies.strip() else None
        if rules is not None:
            rules_of(rules)
        attributes = [] if rules is None else [AttributeDecider(rules)]
        self._decider = combine(*attributes, *([self._cedar] if self._cedar else []))

    def decide(self, question: Question, /) -> Decision:
        """The answer of rules and policies together; a denial overrides."""
        return self._decider.decide(question)

    def explain(self, question: Question) -> Explained:
        """The decision, with the engine's messages for the authors of policies. They may quote values of the question."""
        return Explained(self.decide(question), self._cedar.explain(question).details if self._cedar else ())


def faults(*, policies: str, schema: str, namespace: str = "", rules: Any = None) -> list[Fault]:
    """All mistakes of a set. An empty list: it can be saved."""
    if not policies.strip() and rules is None:
        return [Fault("policies", "there is neither a policy nor a rule")]
    sizes = (("policies", policies, MOST_POLICIES), ("schema", schema, MOST_SCHEMA))
    found = [Fault(name, f"at most {most} characters") for name, text, most in sizes if len(text) > most]
    if found:
        return found
    if policies.strip() and not schema.strip():
        return [Fault("schema", "policies need a schema")]
    if rules is not None:
        try:
            rules_of(rules)
        except RulesError as problem:
            found.append(Fault("rules", f"{problem.path}: {problem.problem}"))
    if policies.strip():
        try:
            PolicyDecider(policies, schema, namespace=namespace)
        except PoliciesError as problem:
            found += [Fault(problem.where, one.message, one.line, one.column, one.policy) for one in problem.problems[:50]]
    return found
