"""Whether a palette can be read: the pairs of colours that meet on the pages, and the contrast that WCAG 2.2 asks of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.looks.colour import contrast
from idp.domain.looks.palette import NAMES, PART, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAIRS = (
    ("ink", "paper", TEXT), ("ink", "raised", TEXT), ("ink", "wash", TEXT), ("soft", "paper", TEXT), ("soft", "raised", TEXT),
    ("accent", "paper", TEXT), ("accent", "raised", TEXT), ("accent", "wash", TEXT), ("accent-deep", "paper", TEXT),
    ("accent-deep", "raised", TEXT), ("on-accent", "accent", TEXT), ("on-accent", "accent-deep", TEXT), ("alarm", "paper", TEXT),
    ("alarm", "raised", TEXT), ("alarm", "alarm-wash", TEXT), ("warn", "paper", TEXT), ("warn", "warn-wash", TEXT),
    ("plate-ink", "plate", TEXT), ("plate-soft", "plate", TEXT), ("plate-deep", "plate-ink", TEXT), ("edge", "paper", PART),
    ("edge", "raised", PART),
)  # fmt: skip
"""Foreground, ground, least contrast."""
_GIVEN_NAMES = {inner: name for name, inner in NAMES.items()}


class Figure(NamedTuple):
    """The contrast of one pair in a palette. `first`, `second`: the names of the colours, as a look calls them if it can give them."""

    first: str
    second: str
    first_colour: str
    second_colour: str
    ratio: float
    least: float

    @property
    def shown(self) -> str:
        """Return the contrast with two digits, never rounded up."""
        return f"{int(self.ratio * 100) / 100:.2f}"


def figures(palette: Mapping[str, str]) -> Iterator[Figure]:
    """Yield the contrast of every pair."""
    for first, second, least in PAIRS:
        one, other = palette[first], palette[second]
        yield Figure(_GIVEN_NAMES.get(first, first), _GIVEN_NAMES.get(second, second), one, other, contrast(one, other), least)


def check(palette: Mapping[str, str], scheme: str) -> None:
    """Raise InvalidValue, with the figure, for the first pair that cannot be read. `scheme`: light or dark."""
    for one in figures(palette):
        if one.ratio < one.least:
            raise InvalidValue(
                "look.contrast", scheme=scheme, first=f"{one.first} {one.first_colour}", second=f"{one.second} {one.second_colour}",
                ratio=one.shown, least=str(one.least),
            )  # fmt: skip
