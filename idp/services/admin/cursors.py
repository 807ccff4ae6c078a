"""Cursors name the start of the next page. Each is sealed for one caller, one list and one filter, so no other can use it (J-07)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.services.keys.keyring import Keyring

LONGEST = 4096


class Cursors:
    """Seals and opens cursors. `place`: the caller, the list and the filters."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, place: Sequence[str], position: Any) -> str | None:
        """Return the cursor of the page that begins after `position`, or None if there is no next page."""
        return None if position is None else self._keyring.sealer().seal(_purpose(place), [position])

    def open(self, place: Sequence[str], cursor: str | None) -> Any:
        """Return the position, or None for the first page.

        Raises:
            Invalid: this cursor was not given to this caller for this list with these filters.
        """
        if cursor is None:
            return None
        payload = self._keyring.sealer().open(_purpose(place), cursor)
        if not isinstance(payload, list):
            raise Invalid("cursor.unknown", field="cursor")
        return payload[0]


def _purpose(place: Sequence[str]) -> str:
    return "cursor:" + json.dumps(list(place))
