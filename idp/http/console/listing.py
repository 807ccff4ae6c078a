"""A list in pages: the cursor of the address, which is of one admin and one list (threats J-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import Invalid
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import LONGEST, Cursors

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.http.console.visit import Visit

ON_A_PAGE = 50


class Listing(NamedTuple):
    """One page of a list. `start`: where it begins, None for the first page. `later`: it is not the first."""

    cursors: Cursors
    place: tuple[str, ...]
    start: Any
    later: bool
    limit: int

    def seal(self, more: Any) -> str | None:
        """Return the cursor of the next page, which begins after `more`; None if there is none."""
        return self.cursors.seal(self.place, more)


def open_listing(request: Request, visit: Visit, *what: str) -> Listing:
    """Return the page that the parameter `cursor` of the address names. `what`: the list, and what it is limited to.

    Raises:
        Invalid: the cursor was not given to this admin for this list.
    """
    cursor = query(request).get("cursor")
    if cursor is not None and len(cursor) > LONGEST:
        raise Invalid("cursor.unknown", field="cursor")
    cursors, place = Cursors(services(request).keyring), (visit.key, *what)
    return Listing(cursors, place, cursors.open(place, cursor), cursor is not None, ON_A_PAGE)
