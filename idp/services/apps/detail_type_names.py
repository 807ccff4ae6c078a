"""Names of the types of authorization details, for metadata: public, so a copy of bounded age is kept (docs/design.md, State 7).

Whether a type may be asked for is read from the store each time it is; this copy decides nothing.
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
"""Seconds: as long as others keep the metadata document."""
_log = logging.getLogger("idp.offered_types")


class OfferedTypes:
    """One read when metadata is first asked for, and again when the copy is too old."""

    def __init__(self, types: Callable[[], DetailTypes], clock: Clock) -> None:
        self._types, self._clock = types, clock
        self._names: tuple[str, ...] = ()
        self._until = 0

    def names(self) -> tuple[str, ...]:
        """All of them, sorted. A store that is down leaves what was known: metadata is needed to sign in, types are not."""
        now = self._clock()
        if now >= self._until:
            try:
                self._names = tuple(sorted(each.type for each in self._types().all()))
            except Unavailable as problem:
                _log.warning("types of authorization details could not be read: %s", problem.detail)
            self._until = now + REFRESH
        return self._names
