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
        """What is written into handles: nothing until the first change of the region."""
        return f"{self.since:x}" if self.since else ""

    @property
    def bound(self) -> str:
        """What handles are bound to. The region is in it: two regions that were activated in the same second differ."""
        return f"{self.mark} {self.region}" if self.since else ""
