"""Searches (RFC 7644 §3.4.2): filters, sorting, pages by index and by cursor (RFC 9865).

    no filter             Query the ids, BatchGet the page, BatchGet the count
    id, userName, externalId, displayName by eq, also within `and`:   the key, BatchGet
    any other filter      all resources, up to `MOST_EVALUATED`; above that 400 tooMany (threats P-06)

A cursor is sealed for the client, the filter and everything else that shapes the list, and expires after an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from idp.domain.errors import Invalid
from idp.domain.scim.filters import All, Compare
from idp.domain.scim.matching import fits, sort_key
from idp.domain.scim.paths import resolve
from idp.domain.scim.projection import EVERYTHING, Wanted
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.clock import Clock
    from idp.domain.scim.attribute import Attribute, Kind
    from idp.domain.scim.client import ScimClient
    from idp.domain.scim.filters import Filter
    from idp.services.admin.cursors import Cursors

PAGE, MOST_ON_A_PAGE, MOST_EVALUATED, LAST_INDEX, CURSOR_LIFETIME = 100, 200, 1000, 10_000, 3600
"""Resources of a page by default and at most, resources that one filter is compared with, the highest `startIndex`, seconds."""

Resource = dict[str, Any]


class Search(NamedTuple):
    """What a list is asked for. `cursor`: None for pages by index, empty for the first page by cursor. `text`: the filter as sent."""

    where: Filter | None = None
    text: str = ""
    sort_by: str = ""
    descending: bool = False
    start_index: int = 1
    per_page: int | None = None
    cursor: str | None = None
    wanted: Wanted = EVERYTHING
    shape: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Return the number of resources of the page. RFC 7644 §3.4.2.4: "A negative value SHALL be interpreted as 0"."""
        return PAGE if self.per_page is None else max(0, min(self.per_page, MOST_ON_A_PAGE))


class Page(NamedTuple):
    """A page of a list. `next_cursor`: None for pages by index, and on the last page."""

    resources: list[Resource]
    total: int
    start_index: int
    next_cursor: str | None = None


class Source(Protocol):
    """The resources of one kind that one client made."""

    kind: Kind

    def count(self) -> int:
        """Return how many there are."""
        ...

    def ids(self, *, after: str, limit: int) -> tuple[list[str], bool]:
        """Return the next ids after one, and whether there are more."""
        ...

    def read(self, ids: list[str], where: Filter | None) -> list[Resource]:
        """Return the resources with these ids, with what the filter compares."""
        ...

    def most(self, wanted: Wanted) -> int:
        """Return the greatest number of resources of a page with these attributes."""
        ...

    def complete(self, resources: list[Resource], wanted: Wanted) -> None:
        """Add the attributes that take a call for each resource, if they are wanted."""
        ...

    def by_key(self, attribute: Attribute, value: str) -> list[str] | None:
        """Return the ids of those that can have this value, or None if no key finds them."""
        ...


class Searching:
    """Answers searches."""

    def __init__(self, cursors: Cursors, clock: Clock) -> None:
        self._cursors, self._clock = cursors, clock

    def search(self, client: ScimClient, source: Source, asked: Search) -> Page:
        """Return a page.

        Raises:
            ScimRefusal: tooMany, invalidFilter, invalidCursor, expiredCursor or invalidValue.
        """
        place = ("scim", client.id, source.kind.name, asked.text, asked.sort_by, str(asked.descending), *asked.shape)
        position = self._position(place, asked)
        if asked.where is None and not asked.sort_by:
            return self._walk(source, asked, place, position)
        found = self._fitting(source, asked)
        if asked.sort_by:
            found.sort(key=lambda each: sort_key(each, asked.sort_by, source.kind)[1], reverse=asked.descending)
            found.sort(key=lambda each: sort_key(each, asked.sort_by, source.kind)[0])
        begin = position if isinstance(position, int) else asked.start_index - 1
        end = begin + min(asked.size, source.most(asked.wanted))
        page, more = found[begin:end], end < len(found)
        source.complete(page, asked.wanted)
        following = self._seal(place, begin + len(page)) if asked.cursor is not None and more and page else None
        return Page(page, len(found), begin + 1, following)

    def _walk(self, source: Source, asked: Search, place: tuple[str, ...], position: Any) -> Page:
        """Return a page of all resources, in the order of their keys."""
        after = position if isinstance(position, str) else ""
        begin = 1 if asked.cursor is not None else asked.start_index
        if begin > LAST_INDEX + 1:
            raise ScimRefusal("scim.index_too_high", scim_type="tooMany", maximum=LAST_INDEX)
        if begin > 1:
            skipped, more = source.ids(after="", limit=begin - 1)
            if not more:
                return Page([], source.count(), begin)
            after = skipped[-1]
        if not asked.size:
            return Page([], source.count(), begin)
        ids, more = source.ids(after=after, limit=min(asked.size, source.most(asked.wanted)))
        resources = source.read(ids, None)
        source.complete(resources, asked.wanted)
        following = self._seal(place, ids[-1]) if asked.cursor is not None and more and ids else None
        return Page(resources, source.count(), begin, following)

    def _fitting(self, source: Source, asked: Search) -> list[Resource]:
        where, ids = asked.where, None  # type: Filter | None, list[str] | None
        for one in _required(where):
            if ids is None and isinstance(one.value, str) and one.op == "eq":
                place = resolve(source.kind, one.path)
                if place is not None and place.attribute is not None and not place.extension:
                    ids = source.by_key(place.sub or place.attribute, one.value)
        if ids is None:
            ids, more = source.ids(after="", limit=MOST_EVALUATED)
            if more:
                raise ScimRefusal("scim.too_many_results", scim_type="tooMany", maximum=MOST_EVALUATED)
        resources = source.read(ids, where)
        return resources if where is None else [each for each in resources if fits(each, where, source.kind)]

    def _position(self, place: tuple[str, ...], asked: Search) -> Any:
        if not asked.cursor:
            return None
        try:
            sealed = self._cursors.open(place, asked.cursor)
        except Invalid:
            raise ScimRefusal("scim.cursor_invalid", scim_type="invalidCursor") from None
        at, position = sealed
        if self._clock() >= at + CURSOR_LIFETIME:
            raise ScimRefusal("scim.cursor_expired", scim_type="expiredCursor")
        return position

    def _seal(self, place: tuple[str, ...], position: int | str) -> str | None:
        return self._cursors.seal(place, [self._clock(), position])


def _required(where: Filter | None) -> Iterator[Compare]:
    """Yield the comparisons that every result fits: the filter itself, or those joined by `and`."""
    if isinstance(where, Compare):
        yield where
    elif isinstance(where, All):
        for part in where.parts:
            yield from _required(part)
