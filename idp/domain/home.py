"""The home of handles: which of two regions serves, and since when."""

from __future__ import annotations

from typing import NamedTuple


class Home(NamedTuple):
    """The region that serves. `since`: when it was activated, 0 for the first one; `serves_from`: from then on it serves. Epoch seconds."""

    region: str
    since: int
    serves_from: int

    @property
    def mark(self) -> str:
        """What is written into handles, and what they are bound to: nothing until the first change of the region.

        The region is in it: two regions that were activated in the same second differ.
        """
        return f"{self.since:x}-{self.region}" if self.since else ""


def since_of(mark: str) -> int:
    """When the home with this mark was activated (epoch seconds). 0 for what is no mark."""
    text, dash, region = mark.partition("-")
    try:
        since = int(text, 16)
    except ValueError:
        return 0
    return since if dash and Home(region, since, 0).mark == mark else 0
