"""How many people have which kind of foreign hash, and which kind an address without an account pretends to have (threats R-09).

A sign-in takes as long as the hash that is checked. If unknown addresses always ran our own hash, a longer answer would tell that there is
an account. So each of them runs a kind of hash, always the same one, and each kind is as frequent among them as among people.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OURS = ""
WAITING = "waiting"
"""The label of people whom another system is asked about (`User.awaits_migration`). They have no hash, and the question takes time, too."""


class HashMix(NamedTuple):
    """`people`: who have a password, here or in the system that is asked about it. `imported`: by label, people who came
    with such a hash; `left`: those who still have it.
    """

    people: int
    imported: Mapping[str, int]
    left: Mapping[str, int]

    def pretend(self, draw: Callable[[str], float]) -> str:
        """Return the label of the hash that an address runs; empty for our own.

        `draw`: numbers above 0 and up to 1 for this address, each for a word, always the same one for the same word. The first choice is
        the hash with which the address came; the second, whether its person has signed in since. When the numbers of the mix change, an
        address changes only from a foreign hash to ours, as a person does, or at an import to the hash that is new.
        """
        weights = {**self.imported, _OURS: max(0, self.people - sum(self.imported.values()))}
        drawn = {label: -math.log(draw(label)) / weight for label, weight in weights.items() if weight > 0}
        label = min(drawn, key=drawn.__getitem__, default=_OURS)
        return label if label and draw(f"left {label}") * self.imported[label] <= self.left.get(label, 0) else _OURS
