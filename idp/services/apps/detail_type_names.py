"""Names of the types of authorization details, for metadata. They are public, so a copy of limited age is kept (docs/design.md, State 7).

The copy decides nothing: a request that uses a type reads it from the store.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.clock import Clock
    from idp.store.authorization_detail_types import DetailTypes

REFRESH = 300
"""Seconds for which the copy is used. Others may cache the metadata document as long."""
_log = logging.getLogger("idp.offered_types")


class OfferedTypes:
    """Reads the names when metadata is first requested, and again when the copy is too old."""

    def __init__(self, types: Callable[[], DetailTypes], clock: Clock) -> None:
        self._types, self._clock = types, clock
        self._names: tuple[str, ...] = ()
        self._until = 0

    def names(self) -> tuple[str, ...]:
        """Return all names, sorted. If the store is down, return the old copy, because sign-in needs the metadata."""
        now = self._clock()
        if now >= self._until:
            try:
                self._names = tuple(sorted(each.type for each in self._types().all()))
            except Unavailable as problem:
                _log.warning("types of authorization details could not be read: %s", problem.detail)
            self._until = now + REFRESH
        return self._names
