"""Stands for a value that a page reads and the samples do not have, so that a new page can be looked at before it has samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Placeholder:
    """Any attribute and any call gives another one. As a text it is three dots; as a list, or where names are unpacked, two of them."""

    def __getattr__(self, name: str) -> Placeholder:
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder()

    def __call__(self, *values: Any, **named: Any) -> Placeholder:
        """Return another placeholder."""
        del values, named
        return Placeholder()

    def __getitem__(self, key: Any) -> Placeholder:
        return Placeholder()

    def __iter__(self) -> Iterator[Placeholder]:
        yield from (Placeholder(), Placeholder())

    def __len__(self) -> int:
        return 2

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __sub__(self, other: object) -> int:
        return 0

    def __int__(self) -> int:
        return 2

    def __str__(self) -> str:
        return "…"
