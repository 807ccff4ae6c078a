"""Whether each person has the rows that a search looks for. A process asks the store at most once a minute while they are complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.clock import Clock
    from idp.store.search_rows import SearchRows, SearchStateItem

FRESH = 60
"""Seconds for which a process knows that the rows are complete."""


class Completeness:
    """Knows it for one kind of rows. `says` reads it from the state of all rows."""

    def __init__(self, rows: SearchRows, clock: Clock, says: Callable[[SearchStateItem], bool]) -> None:
        self._rows, self._clock, self._says = rows, clock, says
        self._known_until = 0

    def known(self) -> bool:
        """Return whether each person has the rows. What is known of it is a minute old at most."""
        if self._clock() >= self._known_until:
            state = self._rows.state()
            if state is None or not self._says(state):
                return False
            self._known_until = self._clock() + FRESH
        return True
