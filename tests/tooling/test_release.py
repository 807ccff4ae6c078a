"""The changelog and pyproject.toml name the same version, and what a hosted CI and pre-commit run exists."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    """The heading of a version is its number by Semantic Versioning and the day, or "Unreleased"."""
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "Unreleased"
    found = [re.fullmatch(r"(\d+\.\d+\.\d+) – \d{4}-\d{2}-\d{2}", heading) for heading in headings[1:]]
    versions = [one[1] for one in found if one]
    assert len(versions) == len(headings) - 1, headings
    assert versions[0] == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert versions == sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def test_the_hosted_ci_runs_the_same_command_as_developers() -> None:
    """It may read the repository, and gets no other permission."""
    flow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert [step["run"] for job in flow["jobs"].values() for step in job["steps"] if "run" in step] == [".ci/run"]
    assert flow["permissions"] == {"contents": "read"}
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_hooks_run_programs_of_the_project() -> None:
    """Nothing is downloaded, and each program is one of .venv."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    for hook in (hook for repo in config["repos"] for hook in repo["hooks"]):
        assert hook["language"] == "system"
        program = hook["entry"].split()[0]
        assert program.startswith(".venv/bin/")
        assert os.access(ROOT / program, os.X_OK), program


def test_templates_of_issues_can_be_read() -> None:
    """Each form has a name, a description and fields."""
    forms = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
    for form in (yaml.safe_load(path.read_text(encoding="utf-8")) for path in forms if path.name != "config.yml"):
        assert form["name"]
        assert form["description"]
        assert any(field.get("validations", {}).get("required") for field in form["body"])
