"""Pagination of a list: `limit` and `cursor` in, `items` and `next_cursor` out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query

from idp.http.admin.numbers import Whole
from idp.services.admin.cursors import LONGEST, Cursors

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """The requested page."""

    limit: int
    cursor: str | None


async def page(
    limit: Annotated[Whole, Query(ge=1, le=100, description="The maximum number of entries.")] = 50,
    cursor: Annotated[str | None, Query(max_length=LONGEST, description="`next_cursor` of the page before, with the same filters.")] = None,
) -> Page:
    """Read the parameters of the page."""
    return Page(limit, cursor)


Paged = Annotated[Page, Depends(page)]


def make_page(cursors: Cursors, place: Sequence[str], items: list[dict[str, Any]], following: Any) -> dict[str, Any]:
    """Build one page of a list."""
    return {"items": items, "next_cursor": cursors.seal(place, following)}


def take_page(things: Sequence[T], key: Callable[[T], tuple[int, str]], after: Any, limit: int) -> tuple[list[T], list[Any] | None]:
    """Return one page of a complete list, sorted by `key` in descending order, and the position of the next page or None.

    `after`: the position from the cursor.
    """
    rest = [thing for thing in things if after is None or key(thing) < tuple(after)]
    more = len(rest) > limit
    return list(rest[:limit]), list(key(rest[limit - 1])) if more else None
