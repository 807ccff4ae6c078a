"""The name of a test states its claim: subject, verb, outcome."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FEWEST_WORDS = 3
RIDDLES = {"nobody", "nobodys", "somebody", "somebodys", "anybody", "anybodys", "everybody", "everybodys", "whoever", "oneself", "ours"}
"""Words that hide who acts: name the person, the client, the provider."""


def fault(name: str) -> str | None:
    """What is wrong with the name of a test, or None."""
    words = name.removeprefix("test_").split("_")
    if len(words) < FEWEST_WORDS:
        return f"{len(words)} words are no claim"
    if found := RIDDLES & set(words):
        return f"{', '.join(sorted(found))} does not say who"
    return "who acts is not named" if words[0] in {"who", "whom"} else None


def names_in(file: Path) -> list[str]:
    """The names of the tests of a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def test_each_name_states_a_claim() -> None:
    """At least three words, and no word that hides who acts."""
    files = [file for file in TESTS.rglob("test_*.py") if "node_modules" not in file.parts]
    found = {f"{file.relative_to(TESTS)}::{name}": why for file in files for name in names_in(file) if (why := fault(name))}
    assert len(files) > 300
    assert found == {}


@pytest.mark.parametrize(
    "name", ["test_twice", "test_a_life", "test_nobody_gets_in_here", "test_who_may_not_ask", "test_others_are_not_ours"]
)
def test_a_short_or_riddling_name_is_found(name: str) -> None:
    """Such names were in this project."""
    assert fault(name)


def test_a_name_with_a_claim_passes_the_check() -> None:
    """Subject, verb, outcome."""
    assert fault("test_a_used_code_is_refused") is None
