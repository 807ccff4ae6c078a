"""Policies, schemas and rules as files, and their faults with the file's name, in the form of compilers."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from idp.cli.command_input import json_value
from idp.domain.errors import Invalid
from idp.verify.decisions.cedar import MissingEngine
from idp.verify.decisions.policy_set import faults


class FaultyPoliciesError(Exception):
    """The policies, the schema or the rules have faults. The message lists them."""


@dataclass(frozen=True)
class PolicyFiles:
    """One policy set, and the file of each of its members."""

    members: dict[str, Any]
    paths: dict[str, str] = field(default_factory=dict)

    def summary(self) -> str:
        """Describe what the set has, for the output."""
        from idp.verify.decisions import cedar_text

        count = len(cedar_text.policies(self.members["policies"]))
        rules = len((self.members["rules"] or {}).get("rules", ()))
        kinds = ((count, "policy", "policies"), (rules, "rule", "rules"))
        counts = [f"{number} {word if number == 1 else plural}" for number, word, plural in kinds if number]
        return " and ".join(counts)


def read_set(policies: str, schema: str, rules: str, namespace: str) -> PolicyFiles:
    """Read the set from these files. Policies in a file named *.json are rules."""
    if policies.endswith(".json") and not rules:
        policies, rules = "", policies
    texts = {"policies": read(policies) if policies else "", "schema": read(schema) if schema else ""}
    parsed = json_of(rules) if rules else None
    return PolicyFiles({**texts, "namespace": namespace, "rules": parsed}, {"policies": policies, "schema": schema, "rules": rules})


def json_of(path: str) -> Any:
    """Return the value of a JSON file."""
    try:
        return json_value(read(path))
    except ValueError as problem:
        raise Invalid("file.not_json", path=path, problem=str(problem)) from None


def faults_of(given: PolicyFiles) -> list[str]:
    """Return one line per fault: FILE:LINE:COLUMN: what."""
    try:
        found = faults(**given.members)
    except MissingEngine:
        raise Invalid("policies.engine_not_installed") from None
    lines = []
    for each in found:
        place = f":{each.line}:{each.column}" if each.line else ""
        policy = f" (policy {each.policy})" if each.policy else ""
        lines.append(f"{given.paths.get(each.field) or each.field}{place}: {each.detail}{policy}")
    return lines


def read(path: str) -> str:
    """Return the text of a file, or of standard input ("-")."""
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid("file.unreadable", path=path, reason=str(error.strerror)) from None
    except UnicodeDecodeError:
        raise Invalid("file.not_utf_8", path=path) from None
