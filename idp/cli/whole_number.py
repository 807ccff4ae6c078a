"""Whole numbers on the command line, in one spelling only: 10, never 1_0, +10 or 010."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def whole_number(least: int, most: int = 10**18) -> Callable[[str | int], int]:
    """Return a parser of numbers from `least` to `most`. Typer's own accepts what Python's int does: underscores, signs, other scripts.

    The parser raises typer.BadParameter for anything else.
    """

    def number(given: str | int) -> int:
        if isinstance(given, str) and not _WHOLE.fullmatch(given):
            raise typer.BadParameter(f"{given!r} is not a whole number in digits alone.")
        if not least <= int(given) <= most:
            raise typer.BadParameter(f"{given} is not in the range from {least} to {most}.")
        return int(given)

    return number
