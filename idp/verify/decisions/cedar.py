"""PBAC: policies in Cedar (cedarpolicy.com), the language of Amazon Verified Permissions, by its own engine. Needs the extra `policies`.

A question becomes a Cedar request as follows:

- The subject is the principal. Type `user` becomes `User`, `client` becomes `Client`, and others get a capital letter in the same way.
- Its roles and groups are its parents, `Role::"editor"` and `Group::"staff"`, if the schema allows such parents.
- The action is `Action::"name"`. The resource is converted like the subject. Its parents are those in its property `parents`.
- Properties become attributes, with `id` and `type` added. The context stays the context, with the action's properties as `action`.
  What the schema does not declare is left out.

As in Cedar, the answer is no if no policy permits or if one forbids. This is stricter than Cedar: if a policy fails during evaluation, the
answer is no. Cedar would ignore that policy, also if it was to forbid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from idp.verify.decisions.cedar_check import check_policies, parse_schema
from idp.verify.decisions.cedar_values import Unfit, fit_to_schema, type_of
from idp.verify.decisions.question import Decision, Question, names

if TYPE_CHECKING:
    from types import ModuleType

_ROLE, _GROUP = "Role", "Group"
_FAILED = re.compile(r"evaluating policy `([^`]{1,200})`")


class MissingEngine(RuntimeError):
    """Cedar's engine is not installed."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision, and the engine's messages for the authors of policies. `details` may quote values of the question."""

    decision: Decision
    details: tuple[str, ...] = ()


class PolicyDecider:
    """A set of policies, parsed once. It decides any number of questions, in any thread.

    Args:
        policies: Cedar policies. `@id("…")` names one; a name may occur once.
        schema: a schema in Cedar's language or its JSON form. Policies are checked against it in strict mode.
        namespace: the namespace of types and actions that questions name without one.
        validated: the policies were checked when they were saved, so they are not checked again. Checking takes much longer than parsing.

    Raises:
        PoliciesError: the schema or the policies cannot be used.
        MissingEngine: cedarpy is not installed.
    """

    def __init__(self, policies: str, schema: str, *, namespace: str = "", validated: bool = False) -> None:
        engine = _engine()
        self._schema, self._declared = parse_schema(engine, schema)
        self.names = check_policies(engine, policies, None if validated else self._schema)
        self._policies = engine.PolicySet.from_str(policies)
        self._namespace = namespace

    def decide(self, question: Question, /) -> Decision:
        """Allow, deny, or no answer (`Decision.silent`) if no policy applies."""
        return self.explain(question).decision

    def explain(self, question: Question) -> Explained:
        """The decision, with the engine's messages."""
        try:
            request, entities = self._request(question)
            answer = _engine().is_authorized(request, self._policies, entities, self._schema)
        except Unfit as problem:
            return Explained(Decision(allowed=False, reason=str(problem), by="error"))
        except (ValueError, TypeError, RecursionError) as problem:
            return Explained(Decision(allowed=False, reason="the question does not fit the schema", by="error"), (str(problem)[:500],))
        return self._explain_answer(answer)

    def _explain_answer(self, answer: Any) -> Explained:
        errors = tuple(str(error)[:500] for error in answer.diagnostics.errors)
        if answer.decision.value not in {"Allow", "Deny"}:
            return Explained(Decision(allowed=False, reason="the question does not fit the schema", by="error"), errors)
        if errors:
            failed = sorted({self._name(found[1]) for error in errors if (found := _FAILED.search(error))})
            return Explained(Decision(allowed=False, reason=f"a policy failed: {', '.join(failed) or 'unknown'}", by="error"), errors)
        decided = ",".join(f"policy:{self._name(each)}" for each in sorted(answer.diagnostics.reasons))
        if answer.allowed and decided:
            return Explained(Decision(allowed=True, reason="a policy permits it", by=decided))
        reason = "a policy forbids it" if decided else "no policy permits it"
        return Explained(Decision(allowed=False, reason=reason, by=decided))

    def _name(self, engines: str) -> str:
        return self.names.get(engines, engines)

    def _request(self, question: Question) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        subject, resource = question.subject, question.resource
        principal = {"type": type_of(subject.type, self._namespace), "id": subject.id}
        target = {"type": type_of(resource.type, self._namespace), "id": resource.id}
        action = {"type": self._full_name("Action"), "id": question.action.name}
        groups = [{"type": self._full_name(_ROLE), "id": name} for name in names(subject.properties.get("roles"))]
        groups += [{"type": self._full_name(_GROUP), "id": name} for name in names(subject.properties.get("groups"))]
        entities = [self._entity(principal, {**subject.properties, "id": subject.id, "type": subject.type}, groups)]
        about = {**resource.properties, "id": resource.id, "type": resource.type}
        if target == principal:  # the subject's own account: one entity, in which the subject's attributes override
            entities = [self._entity(principal, {**about, **subject.properties, "id": subject.id, "type": subject.type}, groups)]
        else:
            entities.append(self._entity(target, about, self._parents(resource.properties.get("parents"))))
        around = {**question.context, "action": question.action.properties}
        context = fit_to_schema(around, self._declared.contexts.get((action["type"], action["id"]), {}))
        return {"principal": principal, "action": action, "resource": target, "context": context}, entities

    def _entity(self, uid: dict[str, str], attributes: Mapping[str, Any], parents: list[dict[str, str]]) -> dict[str, Any]:
        allowed = self._declared.parents.get(uid["type"], frozenset())
        return {
            "uid": uid,
            "attrs": fit_to_schema(attributes, self._declared.attributes.get(uid["type"], {})),
            "parents": [parent for parent in parents if parent["type"] in allowed],
        }

    def _parents(self, raw: Any) -> list[dict[str, str]]:
        pairs = [(each.get("type"), each.get("id")) for each in raw if isinstance(each, Mapping)] if isinstance(raw, (list, tuple)) else []
        return [{"type": type_of(t, self._namespace), "id": i} for t, i in pairs if isinstance(t, str) and isinstance(i, str)]

    def _full_name(self, name: str) -> str:
        return f"{self._namespace}::{name}" if self._namespace else name


@cache
def _engine() -> ModuleType:
    try:
        import cedarpy
    except ImportError:
        raise MissingEngine("Cedar's engine is not installed. Install this package with its extra: policies") from None
    return cedarpy
