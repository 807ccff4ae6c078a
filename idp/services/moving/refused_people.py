"""The people that were refused: a dry run writes nothing, so the memberships that follow cannot find it in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.moving.person import RefusedRow


class RefusedPeople:
    """Reports rows that are refused, and remembers their ids."""

    def __init__(self, report: Callable[[RefusedRow], None]) -> None:
        self._report = report
        self._ids: set[str] = set()

    def __call__(self, row: RefusedRow) -> None:
        """Report a person who is refused."""
        self._ids.add(row.source_id)
        self._report(row)

    def not_among(self, user_id: str) -> bool:
        """Return whether no person with this id was refused. A person whom the file does not have counts as one who would be imported."""
        return user_id not in self._ids
