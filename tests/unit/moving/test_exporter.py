"""An export needs memory for one person at a time."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, cast

from idp.services.moving.exporter import Exporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.store.database import Database

ROWS = 5000


class Raw(dict[str, Any]):
    """An item that can be watched."""


class Store:
    """A table that has one partition of search rows. `most`: how many of its items were there at once."""

    def __init__(self) -> None:
        self._alive: weakref.WeakValueDictionary[int, Raw] = weakref.WeakValueDictionary()
        self.most = 0

    def scan(self, _table: str, **_: Any) -> Iterator[Raw]:
        """Its items."""
        for number in range(ROWS):
            raw = Raw(pk={"S": "SEARCH#an"}, sk={"S": str(number)}, kind={"S": "search_row"})
            self._alive[id(raw)] = raw
            self.most = max(self.most, len(self._alive))
            yield raw


def test_a_partition_of_many_rows_that_are_left_out_is_never_in_memory() -> None:
    store = Store()
    unused: Any = None  # by these rows
    exporter = Exporter(cast("Database", store), unused, unused, unused, None)
    assert list(exporter.objects()) == []
    assert 0 < store.most < 10
