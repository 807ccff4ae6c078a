"""Finds the people who have a role or are in a group, by rows. A row decides nothing: the people are read after it (threats Q-09)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.people.search_plan import Step
from idp.domain.people.search_words import GROUP, ROLE, Findable, Row
from idp.services.search.completeness import Completeness
from idp.store.look_through import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idp.domain.access.roles import RoleModel
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.store.database import Raw
    from idp.store.search_rows import RowFound, SearchRows
    from idp.store.users import Users

QUERIES = 8
"""Queries of a page. A role that many groups give needs one for each group. Reading the people is one call more."""
_MOST = 100
"""People of one call."""
_PLACE = "holders"
"""The member of a page's place that tells it from the places of other searches."""


class HolderSearch:
    """Searches by the rows of roles and groups, if they are complete."""

    def __init__(self, rows: SearchRows, users: Users, clock: Clock) -> None:
        self._rows, self._users = rows, users
        self._complete = Completeness(rows, clock, lambda state: state.has_holders)

    def find(
        self, model: RoleModel, fits: Callable[[User], bool], *, role: str | None, group: str | None, scope: Scope, limit: int,
        start: Raw | None,
    ) -> Found[User] | None:  # fmt: skip
        """Return the next `limit` people who are in the group and have the role, by themselves or by a group, and for whom `fits` is true.

        Their order is that of their ids: first those who have the role by themselves, then those of each group. None: the rows cannot
        answer, because they are not complete, or because a role or group cannot be read. Then nothing was found out. Pages can be short.
        """
        scope.require_deployment()
        if (start is not None and _PLACE not in start) or model.unreadable_roles or model.unreadable_groups or not self._complete.known():
            return None
        steps = plan(model, role, group)
        at, after = _place(steps, start)
        rows: list[tuple[int, RowFound]] = []
        for _ in range(QUERIES):
            if at == len(steps) or len(rows) >= min(limit, _MOST):
                break
            some, after = self._rows.page(steps[at], (), limit=min(limit, _MOST) - len(rows), start=after)
            rows += [(at, each) for each in some]
            at += after is None
        people = self._users.several(row.user_id for _, row in rows) if rows else {}
        chosen = [user for step, row in rows if (user := people.get(row.user_id)) and _is_shown(user, steps, step) and fits(user)]
        return Found(chosen, {_PLACE: list(steps[at].row), "after": after} if at < len(steps) else None, len(rows))


def plan(model: RoleModel, role: str | None, group: str | None) -> tuple[Step, ...]:
    """Return the steps that reach each person once or more: those of the group, or of the role and of each group that gives it.

    A role or group that does not exist has no step: an assignment of a former one of this name does not count.
    """
    if group:
        return (Step(Row(GROUP, model.groups[group].id)),) if group in model.groups else ()
    wanted = model.roles.get(role or "")
    if wanted is None:
        return ()
    giving = sorted(each.id for each in model.groups.values() if each.roles.get(wanted.name) == wanted.id)
    return (Step(Row(ROLE, wanted.id)), *(Step(Row(GROUP, id_)) for id_ in giving))


def _place(steps: Sequence[Step], start: Raw | None) -> tuple[int, Raw | None]:
    """The step and the row at which a page begins. If its group no longer gives the role, the next group is read from its begin."""
    if start is None:
        return 0, None
    wanted = Row(*start[_PLACE])
    for number, step in enumerate(steps):
        if step.row == wanted:
            return number, start["after"]
        if step.row.place == GROUP and (wanted.place == ROLE or step.row.word > wanted.word):
            return number, None
    return len(steps), None


def _is_shown(user: User, steps: Sequence[Step], number: int) -> bool:
    """Whether the person still has this row, and none of an earlier step: each person is shown once, on whichever page."""
    held = Findable.of(user).held
    return steps[number].row in held and not any(step.row in held for step in steps[:number])
