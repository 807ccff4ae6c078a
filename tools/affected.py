"""Finds the tests that a change concerns, for `make check`.

A changed test file runs itself. A changed module runs the tests that the tables of docs/specs.md and docs/threat-model.md name beside
it, the tests with its name, and the tests that import it. A changed file of another kind runs the tests that name it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

ALWAYS = ("tests/unit", "tests/tooling/test_imports.py")
FAST = ("integration", "properties", "store", "verify", "tooling", "support")
"""Folders of tests that need no browser, no real engine, no npm package and no Lambda runtime. tests/unit always runs."""
WALKS = {
    "idp/http/admin/": ("tests/integration/admin/test_routes_and_principals.py", "tests/integration/admin/test_document.py"),
    "idp/domain/sessions/sign_in_step.py": ("tests/integration/account/test_step_table.py",),
    "idp/oauth/token/grants/": ("tests/integration/oidc/test_token_pipeline.py",),
}
"""By folder or file, the tests that walk everything in it. They come first, because a new part is in no table and no import yet."""
TABLES = ("docs/specs.md", "docs/threat-model.md")
QUOTED = re.compile(r"`([^`]+)`")


def fast(test: str) -> bool:
    """Return whether `make check` may run this file."""
    path = Path(test)
    return path.name.startswith("test_") and any(Path("tests", folder) in path.parents for folder in FAST)


def dotted(path: str) -> str:
    """Return the name by which a file is imported: `idp/oauth/jarm.py` gives `idp.oauth.jarm`, an `__init__.py` its package."""
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")


def imported(source: str) -> set[str]:
    """Return the names of all modules that a source imports, also inside functions. `from a import b` gives both `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def same_name(module: str, test: str) -> bool:
    """Return whether the test's name contains the module's as whole words: `grants/refresh_token.py`, `test_token_refresh_token.py`."""
    stem, tested = Path(module).stem, Path(test).stem.removeprefix("test_")
    return f"_{stem}_" in f"_{tested}_"


def cited(root: Path, module: str) -> set[str]:
    """Return the test files that a row of a table names beside the module or one of its functions (`module::function`).

    The threat model leaves out `idp/`, `tests/` and `.py`.
    """
    tests: set[str] = set()
    for table in TABLES:
        for line in (root / table).read_text(encoding="utf-8").splitlines():
            names = {name.partition("::")[0] for name in QUOTED.findall(line)} if line.startswith("|") else set()
            if {module, module.removeprefix("idp/"), module.removeprefix("idp/").removesuffix(".py")} & names:
                tests |= {name if name.startswith("tests/") else f"tests/{name}" for name in names}
    return {test for test in tests if (root / test).is_file()}


def affected(root: Path, changed: Iterable[str]) -> list[str]:
    """Return the test files that the changed files concern, the nearest first, except those of `ALWAYS`. Paths begin at the root."""
    tests = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in sorted((root / "tests").rglob("test_*.py"))}
    tests = {name: source for name, source in tests.items() if fast(name)}
    imports = {name: imported(source) for name, source in tests.items()}
    near: dict[str, int] = {}

    def add(distance: int, names: Iterable[str]) -> None:
        for name in names:
            if name in tests:
                near[name] = min(distance, near.get(name, distance))

    for file in changed:
        path = Path(file)
        add(0, [file, *(test for place, tests_of in WALKS.items() if file.startswith(place) for test in tests_of)])
        if path.name == "conftest.py":
            add(1, (name for name in tests if path.parent in Path(name).parents))
        elif path.suffix == ".py":
            add(1, cited(root, file))
            add(1, (name for name in tests if file.startswith("idp/") and path.stem != "__init__" and same_name(file, name)))
            add(2, (name for name, names in imports.items() if dotted(file) in names))
        else:
            add(2, (name for name, source in tests.items() if path.name in source))
    return [name for name in sorted(near, key=lambda name: (near[name], name)) if name not in ALWAYS]
