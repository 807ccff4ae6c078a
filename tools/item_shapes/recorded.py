"""What is recorded: the shapes of the version before (items.json), and the changes since with a note each (item-changes.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.item_shapes.changes import Change

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ROOT / "docs" / "schemas" / "items.json"
CHANGES = ROOT / "docs" / "schemas" / "item-changes.json"


def shapes_before() -> dict[str, Any]:
    """The shapes of the version before."""
    found: dict[str, Any] = json.loads(SHAPES.read_text(encoding="utf-8"))
    return found


def changes() -> dict[str, dict[str, str]]:
    """By place the change, and in `before` what the version before does with it. `contract`: the migration that makes it possible."""
    found: dict[str, dict[str, str]] = json.loads(CHANGES.read_text(encoding="utf-8"))
    return found


def write_shapes(shapes: dict[str, Any], version: str) -> None:
    """Make these the shapes of the version before."""
    _write(SHAPES, {"version": version, **shapes})


def write_changes(found: set[Change]) -> int:
    """Record these changes: notes stay, new ones are empty. Returns how many notes are to be written."""
    known = changes() if CHANGES.exists() else {}
    entries = {place: {"what": what, "before": "", **_kept(known.get(place, {}))} for place, what in sorted(found)}
    for place, what in found:
        entries[place]["what"] = what
    _write(CHANGES, entries)
    return sum(not each["before"] for each in entries.values())


def _kept(entry: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in entry.items() if name != "what"}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
