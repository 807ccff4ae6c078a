"""The example policies: valid, with passing cases, and a case for every policy and rule."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.support.cli import CommandLine

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "policies"
FILES = [str(FOLDER / "policies.cedar"), "--schema", str(FOLDER / "schema.cedarschema"), "--rules", str(FOLDER / "rules.json")]


def test_the_policies_are_valid(tmp_path: Path) -> None:
    """By `validate`, without a deployment."""
    told = CommandLine("http://127.0.0.1:1", "none", tmp_path)("policy", "validate", *FILES)
    assert (told.status, told.out) == (0, "Right: 4 policies and 1 rule.\n")


def test_the_cases_of_the_policies_pass(tmp_path: Path) -> None:
    """By `test`."""
    told = CommandLine("http://127.0.0.1:1", "none", tmp_path)("policy", "test", str(FOLDER / "cases.json"))
    assert told.status == 0, told.out


def test_each_policy_and_rule_has_a_case() -> None:
    """By its name."""
    cases = {case.get("by") for case in json.loads((FOLDER / "cases.json").read_text())["cases"]}
    ids = re.findall(r'@id\("(.+)"\)', (FOLDER / "policies.cedar").read_text())
    assert cases >= {f"policy:{name}" for name in ids} | {"rule:office-hours", "role:auditor"}
