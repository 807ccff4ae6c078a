"""The Terraform provider of packages/terraform: `go vet`, and that it has every member of the admin API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.terraform import go
from tools.admin_clients import document, terraform
from tools.admin_clients.terraform_resources import RESOURCES, Resource

DOCUMENT = document.load()


def _attributes(name: str) -> dict[str, dict[str, Any]]:
    found = json.loads(terraform.table(DOCUMENT))["resources"][name]["attributes"]
    return {each["name"]: each for each in found}


def test_go_vet_finds_nothing() -> None:
    """The tests in Go are run with a server by tests/real_clients/test_terraform.py."""
    vetted = go("vet", "-trimpath", "./...")
    assert vetted.returncode == 0, vetted.stderr


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: str(each.name))
def test_each_member_that_can_be_written_is_an_attribute(resource: Resource) -> None:
    """The committed table is compared in test_admin_clients.py, so a member that the API gains fails a test until the provider has it."""
    attributes = _attributes(resource.name)
    shapes = (resource.new, *filter(None, (resource.changes,)))
    assert {name for shape in shapes for name in DOCUMENT.shapes[shape]["properties"]} == {
        name for name, each in attributes.items() if each.get("new") or each.get("change")
    }
    assert {name for name, each in attributes.items() if each.get("answer")} | resource.hidden >= set(
        DOCUMENT.shapes[resource.answer]["properties"]
    )


def test_a_member_that_the_api_gains_becomes_an_attribute() -> None:
    shapes = json.loads(json.dumps(DOCUMENT.shapes))
    for shape in ("NewRole", "RoleChanges", "Role"):
        shapes[shape]["properties"]["colour"] = {"type": "string", "description": "Its colour."}
    gained = document.Document(shapes, DOCUMENT.operations)
    assert '"colour"' not in terraform.table(DOCUMENT)
    assert '"colour"' in terraform.table(gained)


def test_the_page_has_an_example_of_each_resource() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/terraform.md").read_text()
    assert [each.name for each in RESOURCES if f'resource "idp_{each.name}"' not in page] == []
