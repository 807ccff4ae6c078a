"""Test cases for policies: a file of requests with the expected decisions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from idp.cli.policy_files import FaultyPoliciesError, faults_of, json_of, read_set
from idp.domain.errors import Invalid
from idp.verify.decisions import combine
from idp.verify.decisions.messages import Malformed, question
from idp.verify.decisions.policy_set import PolicySetDecider
from idp.verify.decisions.roles import RoleDecider

_MEMBERS = {"policies", "schema", "namespace", "rules", "roles", "cases"}


@dataclass(frozen=True)
class Result:
    """One case and its result."""

    name: str
    passed: bool
    allowed: bool
    by: str
    reason: str
    expected: str

    def as_document(self) -> dict[str, Any]:
        """Return the result as a JSON object."""
        return asdict(self)


def run(path: str) -> list[Result]:
    """Evaluate a file of cases.

    Raises:
        Invalid: the file or a case cannot be used; the message says where.
        FaultyPoliciesError: the policies have faults.
    """
    document = json_of(path)
    if not isinstance(document, dict) or not isinstance(document.get("cases"), list) or not document["cases"]:
        raise Invalid("policy_cases.malformed", path=path)
    unknown = sorted(set(document) - _MEMBERS)
    if unknown:
        raise Invalid("policy_cases.unknown_members", path=path, members=", ".join(unknown))
    folder = Path() if path == "-" else Path(path).parent
    decider = _decider(path, document, folder)
    return [_result(f"{path}: cases[{i}]", each, decider) for i, each in enumerate(document["cases"])]


def _decider(path: str, document: dict[str, Any], folder: Path) -> combine:
    files = {name: str(folder / value) for name in ("policies", "schema", "rules") if isinstance(value := document.get(name), str)}
    given = read_set(files.get("policies", ""), files.get("schema", ""), files.get("rules", ""), str(document.get("namespace", "")))
    if isinstance(document.get("rules"), dict):
        given.members["rules"] = document["rules"]
    roles = document.get("roles", {})
    if not isinstance(roles, dict) or not all(isinstance(permissions, list) for permissions in roles.values()):
        raise Invalid("policy_cases.roles_malformed", path=path)
    stored = [given] if given.members["policies"] or given.members["rules"] is not None else []
    for each in stored:
        if faults := faults_of(each):
            raise FaultyPoliciesError("The policies cannot be used:\n" + "\n".join(faults))
    return combine(RoleDecider(roles), *(PolicySetDecider(**each.members) for each in stored))


def _result(where: str, case: Any, decider: combine) -> Result:
    try:
        asked = question(case)
    except Malformed as problem:
        raise Invalid("policy_cases.case_malformed", place=where, problem=str(problem)) from None
    if not isinstance(case.get("decision"), bool):
        raise Invalid("policy_cases.decision_malformed", place=where)
    by = case.get("by")
    answer = decider.decide(asked)
    passed = answer.allowed is case["decision"] and (by is None or by in answer.by.split(","))
    expected = ("allow" if case["decision"] else "deny") + (f" by {by}" if by else "")
    return Result(str(case.get("name") or where), passed, answer.allowed, answer.by, answer.reason, expected)
