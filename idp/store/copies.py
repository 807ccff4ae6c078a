"""Copies of an item that is read more often than one partition key allows (docs/decisions/0018-copies-of-an-app.md).

The copies are in partitions of their own and are written with the item in one transaction. A strong read of a copy after that transaction
finds what a read of the item finds, so nothing is read that is older. Each read takes the item or one of its copies at random.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from idp.store.keys import Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.store.tables import Item
    from idp.store.transport import Raw

    I = TypeVar("I", bound=Item)  # noqa: E741  # the class of the item

READS = 3000
"""Reads a second of one partition key, strong and of at most 4 KB."""
MOST = 31
"""Copies of one item. With the item they are one transaction, which DynamoDB limits to 100 actions and 4 MB."""
AGE = 60
"""Seconds after which the item itself is read again. They bound how long an environment reads copies that a writer of an older release left
as they were; writers of this release leave none.
"""


class _Known(NamedTuple):
    """What the item said: its version and the number of its copies. `at`: when it was read, in epoch seconds."""

    version: int
    copies: int
    at: float


def copy_key(key: Key, number: int) -> Key:
    """The key of a copy, from 1. `keys.part` encodes "#", so it is the key of no other item."""
    return Key(f"{key.pk}#{number:02d}", key.sk)


class Copies:
    """Chooses what to read, and knows which items have copies. `choose`: a whole number below its argument, evenly."""

    def __init__(self, clock: Callable[[], float], choose: Callable[[int], int] = random.randrange) -> None:
        self._clock, self._choose = clock, choose
        self._known: dict[Key, _Known] = {}

    def place(self, model: type[Item], key: Key) -> Key:
        """Where to read this item: at its own key if its class has no copies, or if it was not read in the last AGE seconds."""
        known = self._known.get(key) if model.copied_as else None
        if known is None or not 0 <= self._clock() - known.at < AGE:
            return key
        number = self._choose(known.copies + 1)
        return copy_key(key, number) if number else key

    def item(self, model: type[I], key: Key, place: Key, raw: Raw | None) -> Any:
        """The item that was read at `place`. None if there is none; from another place than `key` then the item itself has to be read.

        A copy counts only with the version that the item had when it was read last.
        """
        if model.copied_as is None:
            return model.of(raw)
        if place == key:
            return self._remember(key, model.of(raw))
        copy: Any = model.copied_as.of(raw)
        known = self._known.get(key)
        return copy if copy is not None and known is not None and copy.version == known.version else None

    def _remember(self, key: Key, item: Any) -> Any:
        if item is not None and item.copies:
            self._known[key] = _Known(int(item.version), min(int(item.copies), MOST), self._clock())
        else:
            self._known.pop(key, None)
        return item
