"""Helpers that tests share are in modules of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.affected import imported

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in (ROOT / "tests").rglob("*.py") if "node_modules" not in path.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_imports_from_a_test_file(path: Path) -> None:
    """A helper that two files need is a module without `test_`, so that a test can change without breaking another."""
    modules = {name for name in imported(path.read_text(encoding="utf-8")) if name.startswith("tests.")}
    assert [name for name in sorted(modules) if any(part.startswith("test_") for part in name.split("."))] == []
