"""Checks of the JSON values that rules consist of: lists, objects, texts. Sizes are limited, and an error names its place."""

from __future__ import annotations

import math
from collections.abc import Set as AbstractSet
from typing import Any

MOST_ITEMS, LONGEST = 200, 500


class RulesError(ValueError):
    """The rules cannot be used. `path` is the place, such as `rules[0].when.all[1]`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def check_list(raw: Any, path: str, *, least: int = 0) -> list[Any]:
    """Check that it is a list of `least` to MOST_ITEMS items. Raises RulesError."""
    if not isinstance(raw, list) or not least <= len(raw) <= MOST_ITEMS:
        raise RulesError(path, f"this has to be a list of {least} to {MOST_ITEMS}")
    return raw


def check_object(raw: Any, path: str, needed: AbstractSet[str], optional: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """Check that it is an object with all `needed`, some `optional` and no other members. Raises RulesError."""
    if not isinstance(raw, dict) or not needed <= raw.keys() <= needed | optional:
        more = f" and maybe {', '.join(sorted(optional))}" if optional else ""
        raise RulesError(path, f"this has to be an object with {', '.join(sorted(needed))}{more}")
    return raw


def check_text(raw: Any, path: str) -> str:
    """Check that it is a text of 1 to LONGEST characters. Raises RulesError."""
    if not isinstance(raw, str) or not 0 < len(raw) <= LONGEST:
        raise RulesError(path, f"this has to be a text of 1 to {LONGEST} characters")
    return raw


def check_literal(raw: Any, path: str) -> Any:
    """Check that it is a literal: a text, a finite number or a boolean. Raises RulesError."""
    if kind(raw) is None or (isinstance(raw, str) and len(raw) > LONGEST):
        raise RulesError(path, f'a value is a text of up to {LONGEST} characters, a number, true or false, a list of such, or {{"get": …}}')
    return raw


def kind(value: Any) -> type | None:
    """The type under which a value is compared: str, bool, or float for all numbers. None if it cannot be compared."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, int):
        return float
    if isinstance(value, float):
        return float if math.isfinite(value) else None
    return str if isinstance(value, str) else None
