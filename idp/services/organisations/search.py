"""Finds organisations: first those whose slug begins as typed, by slug, then those whose name has words that begin so, by word.

listing  Query, BatchGet  by the slug
         Query, BatchGet  by a word of the name, if the page has room
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.organisations.search_words import fits, row_word, slug_beginning, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.services.organisations.profiles import OrganisationService
    from idp.store.database import Raw
    from idp.store.organisation_names import NameFound, OrganisationNames
    from idp.store.organisations import Organisations

    Page = tuple[list[OrganisationProfile], dict[str, Any] | None]

READ = 500
"""Rows that one page compares with further words."""
_SLUGS, _NAMES = 0, 1


class OrganisationSearch:
    """Searches. A page can be short or empty although there is a next one."""

    def __init__(self, service: OrganisationService, organisations: Organisations, names: OrganisationNames) -> None:
        self._service, self._organisations, self._names = service, organisations, names

    def find(
        self, typed: str, *, slug_prefix: str = "", scope: Scope, limit: int, start: dict[str, Any] | None = None
    ) -> Page:  # fmt: skip
        """Return one page of the organisations whose slug begins as typed, or whose name has, for each typed word, a word that begins so.

        `slug_prefix`: only those whose slug begins so. The place of the next page is for the same texts. Four calls at most, also with
        many organisations. A caller who administers one organisation gets this one only. A change is found a moment later; what is shown
        is current.
        """
        slug, asked = slug_beginning(typed), words(typed)

        def fitting(it: OrganisationProfile) -> bool:
            return it.slug.startswith(slug_prefix)

        if scope.organisation:
            mine = self._service.get(scope.organisation, scope=scope)
            found = (slug and mine.slug.startswith(slug)) or (asked and fits(mine.name, asked))
            return [mine] if found and fitting(mine) else [], None
        by_slug: list[OrganisationProfile] = []
        at, after = (int(start["step"]), start["after"]) if start else (_SLUGS, None)
        if at == _SLUGS and slug:
            listed, more = self._service.listing(slug, scope=scope, limit=limit, start=after)
            by_slug, after = [each for each in listed if fitting(each)], None
            if more or len(by_slug) == limit:
                return by_slug, {"step": _SLUGS if more else _NAMES, "after": more}
        if not asked:
            return by_slug, None
        scope.require_deployment()
        named, rest = self._by_name(asked, slug, fitting, limit - len(by_slug), after)
        return [*by_slug, *named], {"step": _NAMES, "after": rest} if rest else None

    def _by_name(
        self, asked: tuple[str, ...], slug: str, fitting: Callable[[OrganisationProfile], bool], room: int, after: Raw | None
    ) -> tuple[list[OrganisationProfile], Raw | None]:
        """Those of the next rows of the longest word that fit, without the organisations that the slug found."""
        first = max(asked, key=len)
        rows, more = self._names.page(first, limit=max(READ, room) if len(asked) > 1 else room, start=after)
        found = [each for each in rows if _is_shown(each, each.name, first, asked)]
        if len(found) > room:
            found, more = found[:room], found[room - 1].place
        there = self._organisations.several(each.org_id for each in found)
        pairs = ((row, there.get(row.org_id)) for row in found)
        return [
            it
            for row, it in pairs
            if it and not it.deleting_since and _is_shown(row, it.name, first, asked) and fitting(it)
            and not (slug and it.slug.startswith(slug))
        ], more  # fmt: skip


def _is_shown(row: NameFound, name: str, first: str, asked: tuple[str, ...]) -> bool:
    """Whether an organisation of this name has each typed word, and is shown at this row and at no other."""
    return row_word(name, first) == row.word and fits(name, asked)
