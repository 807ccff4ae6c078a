"""The clients in packages/ are those of this release, and their TypeScript compiles strictly."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tools.admin_clients import document, python, typescript
from tools.admin_clients.__main__ import PACKAGES, generated

ROOT = Path(__file__).resolve().parents[2]
TSC = ROOT / "tests/clients/node_modules/.bin/tsc"


@pytest.mark.parametrize(("path", "text"), generated().items(), ids=lambda each: each.name if isinstance(each, Path) else "")
def test_a_generated_module_is_that_of_this_release(path: Path, text: str) -> None:
    """If it fails: python -m tools.admin_clients."""
    assert path.read_text(encoding="utf-8") == text


def test_each_operation_has_a_method_in_both_languages() -> None:
    found = document.load()
    in_python, in_typescript = python.operations(found), typescript.operations(found)
    assert len(found.operations) > 100
    for each in found.operations:
        assert f"    def {each.name}(" in in_python
        assert f"  {typescript.camel(each.name)}(" in in_typescript


def test_each_list_with_pages_has_an_iterator() -> None:
    found = document.load()
    lists = [each for each in found.operations if each.item is not None]
    assert {"list_users", "list_roles", "list_clients"} <= {each.name for each in lists}
    assert all(f"def all_{each.name.removeprefix('list_')}(" in python.operations(found) for each in lists)


def test_typescript_compiles_strictly(tmp_path: Path) -> None:
    config = json.loads((PACKAGES / "typescript-admin-client/tsconfig.json").read_text())
    assert config["compilerOptions"]["strict"] is True
    told = subprocess.run(
        [TSC, "--project", PACKAGES / "typescript-admin-client", "--outDir", tmp_path], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(
    ("schema", "in_python", "in_typescript"),
    [
        ({"type": "string"}, "str", "string"),
        ({"enum": ["a", 'b"']}, 'Literal["a", "b\\""]', '"a" | "b\\""'),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "int | None", "number | null"),
        ({"type": "array", "items": {"$ref": "#/Role"}}, "list[Role]", "Array<Role>"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, "dict[str, bool]", "Record<string, boolean>"),
        ({"type": "object"}, "dict[str, Any]", "Record<string, unknown>"),
        ({}, "Any", "unknown"),
    ],
)
def test_a_schema_is_a_type(schema: dict[str, object], in_python: str, in_typescript: str) -> None:
    assert python.type_of(schema) == in_python
    assert typescript.type_of(schema) == in_typescript


def test_two_shapes_with_one_name_get_two_names() -> None:
    schemas = {"a__users__Secret": {"type": "string"}, "a__clients__Secret": {"type": "string"}, "Role": {"type": "string"}}
    found = document.read({"components": {"schemas": schemas}, "paths": {}})
    assert set(found.shapes) == {"Secret", "UsersSecret", "Role"}
