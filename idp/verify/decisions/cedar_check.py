"""Checks a schema and policies with Cedar's engine, and locates what is wrong. The caller passes the loaded engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.verify.decisions import cedar_text
from idp.verify.decisions.cedar_schema import Declared, SchemaError, parse_declarations
from idp.verify.decisions.cedar_text import Problem

if TYPE_CHECKING:
    from types import ModuleType


class PoliciesError(ValueError):
    """The policies or the schema cannot be used. `problems` lists what is wrong and where."""

    def __init__(self, where: str, problems: list[Problem]) -> None:
        first = problems[0]
        super().__init__(f"{where}, line {first.line}, column {first.column}: {first.message}")
        self.where, self.problems = where, problems


def parse_schema(engine: ModuleType, text: str) -> tuple[Any, Declared]:
    """Parse a schema: the engine's object, and its declarations.

    Raises:
        PoliciesError: the schema is wrong or not supported.
    """
    handle = engine.Schema
    read = handle.from_json_str if text.lstrip().startswith("{") else handle.from_str
    problem = cedar_text.too_deep(text, schema=True) or cedar_text.first_problem(text, lambda part: _error_message(read, part))
    if problem:
        raise PoliciesError("schema", [problem])
    made = read(text)
    try:
        return made, parse_declarations(str(made))
    except SchemaError as error:
        raise PoliciesError("schema", [Problem(str(error))]) from None


def check_policies(engine: ModuleType, text: str, schema: Any) -> dict[str, str]:
    """Check policies: the names of all policies by the engine's ids. Without a schema they are parsed only.

    Raises:
        PoliciesError: everything that the engine's validator finds, or the first syntax error.
    """
    problem = cedar_text.too_deep(text) or cedar_text.first_problem(text, lambda part: _error_message(engine.PolicySet.from_str, part))
    if problem:
        raise PoliciesError("policies", [problem])
    known = json.loads(engine.policies_to_json_str(text))
    if known["templates"]:
        raise PoliciesError(
            "policies", [Problem("templates (?principal, ?resource) are not supported", policy=next(iter(known["templates"])))]
        )
    called = {each: str(policy.get("annotations", {}).get("id") or each) for each, policy in known["staticPolicies"].items()}
    if schema is None:
        return called
    whole = cedar_text.policies(text)
    problems = _find_duplicate_ids(text, called, whole)
    for error in engine.validate_policies(text, schema).errors:
        among = _tokens_of(error.policy_id, whole)
        where = cedar_text.find_mentioned(error.error, among, otherwise=among[0])
        message = error.error.removeprefix(f"for policy `{error.policy_id}`, ")
        problems.append(Problem(message, *cedar_text.place(text, where.start), policy=called.get(error.policy_id, "")))
    if problems:
        raise PoliciesError("policies", problems)
    return called


def _find_duplicate_ids(text: str, called: dict[str, str], whole: list[tuple[cedar_text.Token, ...]]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for engines in sorted(called, key=_number):
        if called[engines] in seen:
            where = cedar_text.place(text, _tokens_of(engines, whole)[0].start)
            problems.append(Problem("another policy has this id", *where, policy=called[engines]))
        seen.add(called[engines])
    return problems


def _tokens_of(engines: str, whole: list[tuple[cedar_text.Token, ...]]) -> tuple[cedar_text.Token, ...]:
    """The tokens of the policy with this id of the engine: policy7 is the eighth of the text."""
    number = _number(engines)
    return whole[number] if number < len(whole) else (cedar_text.Token("", 0),)


def _number(engines: str) -> int:
    digits = engines.removeprefix("policy")
    return int(digits) if digits.isdigit() else 0


def _error_message(read: Any, text: str) -> str:
    try:
        read(text)
    except ValueError as problem:
        return str(problem) or "it cannot be read"
    return ""
