"""The numbers of foreign hashes (`keys`). The Query that reads the keys reads this item, too. It exists only where hashes were imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pynamodb.attributes import Attribute, NumberAttribute
from pynamodb.expressions.operand import Path

from idp.domain.factors.hash_mix import HashMix
from idp.store import deployment_keys
from idp.store.database import Refused
from idp.store.tables import KeysItem

if TYPE_CHECKING:
    from idp.store.database import Database


class CountsAttribute(Attribute[Mapping[str, int]]):
    """A map of numbers by name. An update can change one entry by its path."""

    attr_type = "M"

    def serialize(self, value: Mapping[str, int]) -> dict[str, dict[str, str]]:
        """To DynamoDB's JSON form."""
        return {name: {"N": str(number)} for name, number in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> Mapping[str, int]:
        """To Python. Raises KeyError or ValueError if a value is not a whole number."""
        return {name: int(number["N"]) for name, number in value.items()}


class HashMixItem(KeysItem):
    """The item. The names in `imported` and `left` are labels of hashes. `counted_at`: epoch seconds of the last count, or 0."""

    kind_name = "hash_mix"
    people = NumberAttribute(default=0)
    imported = CountsAttribute()
    left = CountsAttribute()
    counted_at = NumberAttribute(default=0)

    def mix(self) -> HashMix:
        """Convert it to the domain's class."""
        return HashMix(int(self.people), self.imported, self.left)


class HashMixes:
    """Reads and writes the item."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self) -> HashMixItem | None:
        """The item, or None. One call."""
        return self._db.get(HashMixItem, deployment_keys.hash_mix())

    def add(self, counts: Mapping[str, int], people: int) -> None:
        """Add imported people: by label, and all who have a password. Concurrent additions add up. A lost reply may count twice."""
        empty = HashMixItem.new(deployment_keys.hash_mix(), people=0, imported={}, left={}, counted_at=0)
        self._db.put(empty, HashMixItem.pk.does_not_exist())
        actions = [HashMixItem.people.add(people)]
        changes = [place.set((place | 0) + number) for label, number in counts.items() for place in _places(label)]
        self._db.update(HashMixItem, deployment_keys.hash_mix(), [*actions, *changes])

    def take(self, label: str, number: int) -> bool:
        """Count that so many fewer people have such a hash. False if fewer are counted."""
        left = _places(label)[1]
        done = self._db.update(HashMixItem, deployment_keys.hash_mix(), [left.set(left - number)], left >= number)
        return not isinstance(done, Refused)

    def put(self, mix: HashMix, now: int) -> None:
        """Replace the numbers by those of a count."""
        self._db.put(HashMixItem.new(deployment_keys.hash_mix(), people=mix.people, imported=mix.imported, left=mix.left, counted_at=now))


def _places(label: str) -> tuple[Path, Path]:
    return Path(["imported", label]), Path(["left", label])
