"""docs/threat-model.md fits the code: each case has one row, and the modules and tests that a row names exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = {
    "A": 13, "B": 18, "C": 13, "D": 18, "E": 11, "F": 24, "G": 17, "H": 18, "I": 8, "J": 17, "K": 15, "L": 11, "M": 18, "N": 17, "O": 27,
}  # fmt: skip
MOVING = (
    "R-01", "R-02", "R-03", "R-04", "R-05", "R-06", "R-07", "R-08", "R-09", "R-10", "R-11", "R-12",
    "R-13", "R-14", "R-17", "R-18", "R-19", "R-20", "R-21", "R-22", "R-23", "R-24",
)  # fmt: skip
"""The cases of streams, webhooks, imports and exports, as far as they are built."""
SCIM = ("P-01", "P-02", "P-03", "P-04", "P-05", "P-06", "P-07", "P-08", "P-09", "P-10", "P-11", "P-12", "P-13", "P-14")
"""The cases of SCIM clients, and of apps that get accounts by SCIM."""
CONSOLE = ("Q-01", "Q-02", "Q-03", "Q-04", "Q-05", "Q-06", "Q-09", "Q-10", "Q-11", "Q-12", "Q-13", "Q-14", "Q-15", "Q-16", "Q-17")
"""The cases of the admins' side."""
SAML = tuple(f"S-{number:02d}" for number in range(1, 9))
TOKENS = tuple(f"T-{number:02d}" for number in range(1, 9))
"""The cases of tokens for an organisation."""
FAULTS = 18
NONE = "–"


class Row(NamedTuple):
    """A case: the attack, the control, its modules and its tests."""

    id: str
    tried: str
    stopped: str
    modules: str
    tests: str

    @property
    def later(self) -> bool:
        """Whether the case is about a part that does not exist yet."""
        return self.stopped.startswith("*Later*")


ROWS = [
    Row(*(cell.strip() for cell in line.strip("|").split(" | ")))
    for line in (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| ([A-T]-\d\d|FI-\d+) \|", line)
]


def named(cell: str) -> list[str]:
    """The texts between backquotes."""
    return re.findall(r"`([^`]+)`", cell)


@cache
def functions_of(path: Path) -> set[str]:
    """Names of the test functions in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_case_has_its_row() -> None:
    """207 cases, those of other parts, and 18 faults, in order, each once."""
    cases = [f"{area}-{number:02d}" for area, count in CASES.items() for number in range(1, count + 1)]
    assert [row.id for row in ROWS] == [
        *cases,
        *SCIM,
        *CONSOLE,
        *MOVING,
        *SAML,
        *TOKENS,
        *(f"FI-{number}" for number in range(1, FAULTS + 1)),
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_a_row_names_exists(row: Row) -> None:
    """Modules are files or packages of idp. Tests are files, or functions in these files."""
    for module in named(row.modules):
        place = ROOT / "idp" / module
        assert place.exists() or place.with_suffix(".py").exists(), module
    for test in named(row.tests):
        file, _, function = test.partition("::")
        path = ROOT / "tests" / file
        assert path.is_file(), test
        assert functions_of(path) if not function else function in functions_of(path), test


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_is_claimed_is_shown(row: Row) -> None:
    """A row with a control names its module and its test. A row about a later part names neither."""
    assert row.tried
    assert (row.modules == NONE) == row.later
    assert (row.tests == NONE) == row.later
    assert row.later or (named(row.modules) and named(row.tests))
