"""The shapes that rules are written in: lists, objects with known members, texts. Everything is bounded, and a problem has its place."""

from __future__ import annotations

import math
from collections.abc import Set as AbstractSet
from typing import Any

MOST_ITEMS, LONGEST = 200, 500


class RulesError(ValueError):
    """The rules cannot be used. `path` says where, as in `rules[0].when.all[1]`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def items(told: Any, path: str, *, least: int = 0) -> list[Any]:
    """A list."""
    if not isinstance(told, list) or not least <= len(told) <= MOST_ITEMS:
        raise RulesError(path, f"this has to be a list of {least} to {MOST_ITEMS}")
    return told


def members(told: Any, path: str, needed: AbstractSet[str], optional: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """An object with these members, and no others."""
    if not isinstance(told, dict) or not needed <= told.keys() <= needed | optional:
        more = f" and maybe {', '.join(sorted(optional))}" if optional else ""
        raise RulesError(path, f"this has to be an object with {', '.join(sorted(needed))}{more}")
    return told


def text(told: Any, path: str) -> str:
    """A text that is not empty."""
    if not isinstance(told, str) or not 0 < len(told) <= LONGEST:
        raise RulesError(path, f"this has to be a text of 1 to {LONGEST} characters")
    return told


def scalar(told: Any, path: str) -> Any:
    """A literal."""
    if kind(told) is None or (isinstance(told, str) and len(told) > LONGEST):
        raise RulesError(path, f'a value is a text of up to {LONGEST} characters, a number, true or false, a list of such, or {{"get": …}}')
    return told


def kind(value: Any) -> type | None:
    """Text, truth value, or number; None for what cannot be compared. True is not 1 here."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, int):
        return float
    if isinstance(value, float):
        return float if math.isfinite(value) else None
    return str if isinstance(value, str) else None
