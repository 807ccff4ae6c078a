"""Finds people by rows: one or two Queries, and one read of the people themselves. A row decides nothing (threats Q-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.people.email import normalise
from idp.domain.people.search_plan import first_word, plan
from idp.domain.people.search_words import Findable
from idp.domain.people.user import may_be_user_id
from idp.services.search.completeness import Completeness
from idp.store import search_keys
from idp.store.look_through import Found

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.search_plan import Plan, Step
    from idp.domain.people.user import User
    from idp.store.database import Raw
    from idp.store.search_rows import RowFound, SearchRows
    from idp.store.users import Users

QUERIES = 2
"""Queries of a page. Reading the people is the third call."""
READ = 1000
"""Rows that one Query compares with further words."""
_MOST = 100
"""People of one call."""
_SPARE = 1.5
"""Rows for each person of a page: a person can have several."""


class _Place(NamedTuple):
    """Where a page begins: a step of the plan, and the row after which it goes on."""

    step: int = 0
    after: Raw | None = None


class PeopleSearch:
    """Searches by rows, if they are complete."""

    def __init__(self, rows: SearchRows, users: Users, clock: Clock) -> None:
        self._rows, self._users = rows, users
        self._complete = Completeness(rows, clock, lambda state: state.usable)

    def find(
        self, typed: str, fits: Callable[[User], bool], *, scope: Scope, limit: int, start: Raw | None
    ) -> Found[User] | None:  # fmt: skip
        """Return the next `limit` people whose texts have each typed word, and for whom `fits` is true. At most three calls.

        A whole address or id finds its owner without rows. None: the rows cannot answer, because they are not complete, or because no
        word is long enough. Then nothing was found out. Pages can be short. A change of a person is found a moment later; what is shown
        is current.
        """
        scope.require_deployment()
        if start is not None and "step" not in start:
            return None  # a page of the other search
        whole = typed.strip()
        asked = start is None and (may_be_user_id(whole) or "@" in whole[1:])
        if asked and (owner := self._owner(whole)):
            return Found([owner] if fits(owner) else [], None, 1)
        found = plan(typed)
        if found is None or not self._complete.known():
            return None
        place = _Place(int(start["step"]), start["after"]) if start else _Place()
        rows, rest = self._read_rows(found, place, min(_MOST, int(limit * _SPARE) + 1), QUERIES - asked)
        return self._choose(found, rows, rest, fits, limit)

    def _owner(self, typed: str) -> User | None:
        """The person with this address or id, as it is stored."""
        if may_be_user_id(typed):
            return self._users.get(typed)
        try:
            user_id = self._users.id_of(normalise(typed))
        except InvalidValue:
            return None
        return self._users.get(user_id) if user_id else None

    def _read_rows(self, found: Plan, place: _Place, wanted: int, queries: int) -> tuple[list[tuple[int, RowFound]], _Place | None]:
        """Up to `wanted` rows by so many Queries, each with the number of its step, and where the rest begins."""
        rows: list[tuple[int, RowFound]] = []
        at = place
        while at.step < len(found.steps) and len(rows) < wanted and queries:
            room = wanted - len(rows)
            some, more = self._rows.page(
                found.steps[at.step], found.conditions, limit=max(READ, room) if found.conditions else room, start=at.after
            )
            queries -= 1
            rows += [(at.step, each) for each in some[:room]]
            if len(some) > room:
                return rows, _Place(at.step, some[room - 1].place)
            at = _Place(at.step, more) if more else _Place(at.step + 1)
        return rows, at if at.step < len(found.steps) else None

    def _choose(
        self, found: Plan, rows: list[tuple[int, RowFound]], rest: _Place | None, fits: Callable[[User], bool], limit: int
    ) -> Found[User]:
        """The people of these rows. If there are more than `limit`, the rest of the page begins after the last of them."""
        people = self._users.several(row.user_id for _, row in rows) if rows else {}
        chosen: list[User] = []
        for number, (step, row) in enumerate(rows):
            user = people.get(row.user_id)
            if user is None or not _is_shown(found, found.steps[step], row, user) or not fits(user):
                continue
            chosen.append(user)
            if len(chosen) == limit and number + 1 < len(rows):
                return Found(chosen, _sealed(_Place(step, row.place)), number + 1)
        return Found(chosen, _sealed(rest), len(rows))


def place_without_rows(start: Raw | None) -> Raw | None:
    """Return the place for a search that reads one person after the other: its begin, for a place of a search by rows.

    So a list goes on when the rows were removed between two pages. It repeats people; it leaves none out.
    """
    return None if start is None or "step" in start or "holders" in start else start


def _is_shown(found: Plan, step: Step, row: RowFound, user: User) -> bool:
    """Whether the person still has this row, has every typed word, and is shown at this row and at no other."""
    person = Findable.of(user)
    return first_word(person, step, search_keys.begin) == row.word and found.search.fits(*person.texts())


def _sealed(place: _Place | None) -> dict[str, Any] | None:
    return {"step": place.step, "after": place.after} if place else None
