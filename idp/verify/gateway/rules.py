"""The document of rules: what each route requires of a token. It is JSON and checked at the start: an error in it stops the start.

{"unlisted": "deny",
 "routes": {"GET /orders/{id}": {"scopes": ["orders:read"]},
            "DELETE /orders/{id}": {"scopes": ["orders:write"], "acr": ["aal2"]},
            "POST /invoices": {"decision": {"action": "invoices:create", "resource": {"type": "invoice", "id": "new"}}}}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from idp.verify import strict_json
from idp.verify.gateway.readings import readings
from idp.verify.gateway.route import ANY, Route, most_specific
from idp.verify.record import Record
from idp.verify.requirement import NOTHING_MORE, Requirement

_LISTS = set(Requirement._fields) - {"max_age"}
DENY = "deny"
_NONE: Mapping[str, Any] = MappingProxyType({})


class DecisionQuestion(Record):
    """A question to a decider: may the token's subject do `action` on this resource? The resource is the same for each request."""

    action: str
    resource_type: str
    resource_id: str
    properties: Mapping[str, Any] = _NONE


class Rule(Record):
    """What a route requires: `requirement` of the token, and if there is a `question`, a decider's yes."""

    route: Route
    requirement: Requirement = NOTHING_MORE
    question: DecisionQuestion | None = None


class Rules(Record):
    """The rules of all routes. `unlisted`: the rule of paths without a rule of their own; None denies them."""

    rules: tuple[Rule, ...] = ()
    unlisted: Rule | None = None

    def of(self, method: str, path: str) -> Rule | None:
        """The rule of a request. None if there is none, or if the path is ambiguous: its interpretations have different rules."""
        found = [self._of(method, reading) for reading in readings(path)]
        return found[0] if found and all(one is found[0] for one in found) else None

    def _of(self, method: str, path: str) -> Rule | None:
        found = most_specific((rule.route for rule in self.rules), method, path)
        return next((rule for rule in self.rules if rule.route is found), self.unlisted)

    @classmethod
    def everywhere(cls, requirement: Requirement = NOTHING_MORE, question: DecisionQuestion | None = None) -> Self:
        """The same rule for every path."""
        return cls(unlisted=Rule(_EVERYTHING, requirement, question))


_EVERYTHING = Route("unlisted", ANY, ("{proxy+}",))
ANY_TOKEN = Rules.everywhere()
"""The rules without a document: any valid token of the audience may use every route."""


def load(raw: str) -> Rules:
    """Parse a document of rules.

    Raises:
        ValueError: the document is wrong; the text says where.
    """
    document = strict_json.loads(raw.encode())
    routes, unlisted = document.pop("routes", None), document.pop("unlisted", DENY)
    if document or not isinstance(routes, dict):
        raise ValueError("a document of rules may have only the members 'routes' and 'unlisted'")
    question: dict[str, DecisionQuestion] = {}
    rules = tuple(_rule(Route.of(key), needs, question) for key, needs in routes.items())
    names = [(rule.route.method, tuple("{}" if one.startswith("{") else one for one in rule.route.segments)) for rule in rules]
    if len(set(names)) < len(names):
        raise ValueError("there are two rules for one route")
    return Rules(rules, None if unlisted == DENY else _rule(_EVERYTHING, unlisted, question))


def _rule(route: Route, needs: Any, known: dict[str, DecisionQuestion]) -> Rule:
    """Parse one rule. `known`: the questions of other rules. Equal questions are one object, so that each is asked once per request."""
    if not isinstance(needs, dict):
        raise ValueError(f"the rule of {route.key!r} is not an object")  # noqa: TRY004  # all mistakes in the document are ValueErrors
    needs = dict(needs)
    question = _question(route, needs.pop("decision")) if "decision" in needs else None
    if question:
        parts = [question.action, question.resource_type, question.resource_id, dict(question.properties)]
        question = known.setdefault(json.dumps(parts, sort_keys=True), question)
    return Rule(route, _requirement(route.key, needs), question)


def _requirement(key: str, needs: dict[str, Any]) -> Requirement:
    if not needs.keys() <= {*_LISTS, "max_age"}:
        raise ValueError(f"the rule of {key!r} may have {', '.join(sorted([*_LISTS, 'max_age', 'decision']))}, and no other members")
    max_age = needs.get("max_age")
    if not (max_age is None or (type(max_age) is int and max_age >= 0)):
        raise ValueError(f"max_age of {key!r} has to be a number of seconds")
    lists = {name: value for name, value in needs.items() if name != "max_age"}
    if not all(isinstance(value, list) and value and all(isinstance(one, str) and one for one in value) for value in lists.values()):
        raise ValueError(f"the rule of {key!r}: each member has to be a list of names")
    return Requirement(**{name: tuple(value) for name, value in lists.items()}, max_age=max_age)


def _question(route: Route, decision: Any) -> DecisionQuestion:
    """Parse `decision`. `true` stands for the method as the action and the route as the resource."""
    if decision is True:
        return DecisionQuestion(route.method, "route", route.key)
    resource = decision.get("resource") if isinstance(decision, Mapping) else None
    properties = resource.get("properties", {}) if isinstance(resource, dict) else None
    whole = isinstance(resource, dict) and decision.keys() == {"action", "resource"} and resource.keys() - {"properties"} == {"type", "id"}
    if not isinstance(resource, dict) or not whole or not isinstance(properties, dict):
        raise ValueError(
            f"decision of {route.key!r} has to be true, or an object with 'action' and 'resource' with 'type', 'id' and 'properties'"
        )
    found = (decision["action"], resource["type"], resource["id"])
    if not all(isinstance(one, str) and one for one in found):
        raise ValueError(f"decision of {route.key!r}: action, type and id have to be texts")
    return DecisionQuestion(*found, properties)
