"""`idp policy`: files are checked and tested without a deployment, saved as versions, and published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.access_cases import CASES, POLICIES, ROLES, RULES, SCHEMA
from tests.support.cli import CommandLine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The table's policies, schema, rules and cases as files."""
    (tmp_path / "policies.cedar").write_text(POLICIES)
    (tmp_path / "schema.cedarschema").write_text(SCHEMA)
    (tmp_path / "rules.json").write_text(json.dumps(RULES))
    cases = [{"name": case.name, "decision": case.allowed, **({"by": case.by} if case.by else {}), **case.authzen} for case in CASES]
    files = {"policies": "policies.cedar", "schema": "schema.cedarschema", "rules": "rules.json"}
    (tmp_path / "cases.json").write_text(json.dumps({**files, "roles": ROLES, "cases": cases}))
    return tmp_path


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line without a deployment."""
    return CommandLine("http://127.0.0.1:1", "none", tmp_path)


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment."""
    made = CommandLine(quick_endpoint, table_prefix, tmp_path)
    made.done("bootstrap", "--json")
    return made


def files(folder: Path) -> tuple[str, ...]:
    """Return the arguments that name the files."""
    return str(folder / "policies.cedar"), "--schema", str(folder / "schema.cedarschema"), "--rules", str(folder / "rules.json")


def change(folder: Path, **members: Any) -> str:
    """Write the file of cases with other members."""
    path = folder / "cases.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))
    return str(path)


def test_valid_files_are_counted(alone: CommandLine, folder: Path) -> None:
    """The valid files are counted. Rules alone are valid too."""
    assert alone("policy", "validate", *files(folder)).out == "Right: 5 policies and 4 rules.\n"
    assert alone("policy", "validate", str(folder / "rules.json")).out == "Right: 4 rules.\n"


def test_a_fault_is_reported_with_file_line_and_column(alone: CommandLine, folder: Path) -> None:
    """A fault is printed as FILE:LINE:COLUMN, with a failing status."""
    policies = folder / "policies.cedar"
    policies.write_text(
        POLICIES.replace("resource has owner && ", "").replace("documents:export", "x").replace("amr.contains", "amr.holds")
    )
    told = alone("policy", "validate", *files(folder))
    assert told.status == 1
    assert told.out.startswith(f"{policies}:")
    policies.write_text(POLICIES.replace("resource has owner && ", ""))
    told = alone("policy", "validate", *files(folder))
    line = POLICIES.splitlines().index("when { resource has owner && resource.owner == principal.id };") + 1
    assert (told.status, told.out.count("\n")) == (1, 1)
    assert told.out.startswith(f"{policies}:{line}:")
    assert told.out.rstrip().endswith("(policy owner)")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["nowhere.cedar"], 2, "nowhere.cedar cannot be read"),
        (["policies.cedar"], 1, "schema: policies need a schema"),
        (["rules.json", "--schema", "nowhere"], 2, "nowhere cannot be read"),
        (["schema.cedarschema", "--schema", "policies.cedar"], 1, "policies.cedar:3:1: unexpected token"),
        (["policies.cedar", "--schema", "schema.cedarschema", "--rules", "policies.cedar"], 2, "is not JSON"),
    ],
)
def test_files_that_are_none(
    alone: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, says: str
) -> None:
    """A fault has status 1; a file that cannot be read is a wrong argument, which has status 2."""
    monkeypatch.chdir(folder)
    told = alone("policy", "validate", *arguments)
    assert told.status == status
    assert says in told.out + told.err


def test_cases_that_pass(alone: CommandLine, folder: Path) -> None:
    """Each case of the table is printed on a line, or as JSON for programs."""
    told = alone("policy", "test", str(folder / "cases.json"))
    assert told.status == 0, told.out
    assert told.out.splitlines()[-1] == f"{len(CASES)} passed, 0 failed"
    results = alone("policy", "test", str(folder / "cases.json"), "--json").json
    assert [each["passed"] for each in results] == [True] * len(CASES)


def test_cases_that_fail(alone: CommandLine, folder: Path) -> None:
    """A case fails by its decision or by its decider. The output says so, and the status is 1."""
    (first, second, *_) = json.loads((folder / "cases.json").read_text())["cases"]
    told = alone("policy", "test", change(folder, cases=[first, {**first, "decision": False}, {**second, "by": "policy:owner"}]))
    assert told.status == 1
    lines = told.out.splitlines()
    assert [line[:4] for line in lines[:3]] == ["pass", "FAIL", "FAIL"]
    assert "expected deny" in lines[1]
    assert "expected allow by policy:owner" in lines[2]
    assert lines[3] == "1 passed, 2 failed"


FAULTS = {"cannot be used", "rules: rules: this has to be a list"}


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"cases": []}, "a list of cases"), ({"cases": "all"}, "a list of cases"), ({"case": []}, "not known: case"),
        ({"cases": [{"decision": True}]}, "cases[0]: subject"), ({"roles": ["reader"]}, "roles has to be"),
        ({"policies": "gone.cedar"}, "cannot be read"), ({"schema": "policies.cedar"}, "cannot be used"),
        ({"rules": {"rules": 1}}, "rules: rules: this has to be a list"),
        ({"cases": [CASES[0].authzen]}, "decision has to be"),
    ],
)  # fmt: skip
def test_files_of_cases_that_are_none(alone: CommandLine, folder: Path, members: dict[str, Any], says: str) -> None:
    """A sentence and no result. Faults in policies have status 1, files that cannot be used have status 2."""
    told = alone("policy", "test", change(folder, **members))
    assert (told.status, told.out) == (1 if says in FAULTS else 2, "")
    assert says in told.err


def test_a_policy_set_is_saved_published_replaced_and_rolled_back(idp: CommandLine, folder: Path) -> None:
    """A set is saved as a draft, shown, published, replaced and rolled back."""
    assert idp("policy", "show", "--live").status == 1
    made = idp.done("policy", "push", *files(folder), "--note", "The first.", "--json").json
    assert (made["version"], made["status"], made["note"]) == (1, "draft", "The first.")
    assert idp.services().policy_service.live(scope=DEPLOYMENT) is None
    whole = idp.done("policy", "show", "1", "--json").json
    assert (whole["policies"], whole["schema"], whole["rules"]) == (POLICIES, SCHEMA, RULES)
    assert idp.done("policy", "publish", "1", "--json").json["status"] == "live"
    second = idp.done("policy", "push", str(folder / "rules.json"), "--publish", "--json").json
    assert (second["version"], second["status"]) == (2, "live")
    listed = idp.done("policy", "show").out.splitlines()
    assert [line.split()[:2] for line in listed] == [["2", "live"], ["1", "draft"]]
    idp.done("policy", "publish", "1")
    assert '@id("owner")' in idp.done("policy", "show", "--live").out


@pytest.mark.parametrize("command", ["publish", "show"])
def test_versions_that_are_none(idp: CommandLine, command: str) -> None:
    """A sentence, with status 1."""
    told = idp("policy", command, "7")
    assert told.status == 1
    assert told.err == "There is no version 7 of the policies.\n"


def test_what_is_wrong_is_not_saved(idp: CommandLine, folder: Path) -> None:
    """Its faults are printed like those of validate."""
    (folder / "policies.cedar").write_text("permit(")
    told = idp("policy", "push", *files(folder))
    assert told.status == 1
    assert "policies.cedar:1:8: the text ends too early" in told.err
    assert idp.services().policy_service.listing(limit=1, start=None, scope=DEPLOYMENT)[0] == []
