"""A set of policies as it is kept and published: Cedar with its schema, attribute rules, or both, in force together."""

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
"""Characters, those of the rules as JSON: an item of DynamoDB holds 400 KB, and reading a set costs its length."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a set: which member, where in it, what."""

    field: str
    detail: str
    line: int = 0
    column: int = 0
    policy: str = ""


class PolicySetDecider:
    """One set, made ready once and kept. Cedar's engine is loaded when there are policies. `validated`: it was checked when it was saved.

    Raises:
        PoliciesError, RulesError: it cannot be used.
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
        """Deny overrides, among rules and policies together."""
        return self._decider.decide(question)

    def explain(self, question: Question) -> Explained:
        """For whoever writes policies: the engine's words may quote the question."""
        return Explained(self.decide(question), self._cedar.explain(question).details if self._cedar else ())


def faults(*, policies: str, schema: str, namespace: str = "", rules: Any = None) -> list[Fault]:
    """Everything that keeps a set from being used. None: it can be saved."""
    if not policies.strip() and rules is None:
        return [Fault("policies", "there is neither a policy nor a rule")]
    sizes = (("policies", policies, MOST_POLICIES), ("schema", schema, MOST_SCHEMA))
    found = [Fault(name, f"at most {most} characters") for name, text, most in sizes if len(text) > most]
    if found:
        return found
    if policies.strip() and not schema.strip():
        return [Fault("schema", "policies are checked against a schema, and there is none")]
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
