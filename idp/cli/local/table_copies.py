"""One copy of a table for a transaction of moto, in place of one for each of its parts.

moto copies the table of each part before the first write, to go back to it. For a hundred parts and a few thousand items that took ten
seconds, and an import of a thousand people did not end.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Copies:
    """Stands for the module `copy` in moto's module of tables, during one transaction."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def deepcopy(self, value: Any) -> Any:
        """Copy a table once, everything else each time."""
        from moto.dynamodb.models.table import Table

        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if id(value) not in self._made:
            self._made[id(value)] = copy.deepcopy(value)
        return self._made[id(value)]


@contextmanager
def one_for_each_table() -> Iterator[None]:
    """Until the end of the block, which is one transaction, each table is copied once. No other thread may use moto meanwhile."""
    from moto.dynamodb import models

    before, place = models.copy, vars(models)  # type: ignore[attr-defined]  # moto's import of the standard library's module
    place["copy"] = _Copies()
    try:
        yield
    finally:
        place["copy"] = before
