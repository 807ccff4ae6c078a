"""Modules of idp import each other in one direction, also inside a package.

import-linter's contract (pyproject.toml) compares siblings, and counts imports for types. This test also finds a module that imports from
the `__init__` of its own package, which imports that module.
"""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, also inside functions, without the blocks that only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _executed(child)


def _imported(source: str) -> Iterator[str]:
    """The names that the source imports, `package.name` for each name of a `from` import, and the package itself."""
    for node in _executed(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module


def _circle(sources: Mapping[str, str]) -> list[str]:
    """One circle among these modules, or an empty list. A package's `__init__` is left out where one of its modules is imported by name."""
    graph = {name: {other for other in _imported(source) if other in sources and other != name} for name, source in sources.items()}
    for found in graph.values():
        found -= {other.rpartition(".")[0] for other in found}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions count. Imports that only type checkers read do not."""
    sources = {_name(path): path.read_text() for path in sorted((ROOT / "idp").rglob("*.py"))}
    assert len(sources) > 100  # the modules were found
    assert _circle(sources) == []


@pytest.mark.parametrize(
    "back", ["from p import a", "import p.a", "from p.a import X", "def f():\n    from p import a"], ids=["from", "import", "name", "lazy"]
)
def test_a_circle_is_found(back: str) -> None:
    """Also when one of the two imports is inside a function."""
    assert _circle({"p": "", "p.a": "from p.b import Y", "p.b": back}) != []


def test_an_import_for_type_checkers_makes_no_circle() -> None:
    """It is not executed."""
    assert _circle({"p.a": "import p.b", "p.b": "if TYPE_CHECKING:\n    import p.a"}) == []
