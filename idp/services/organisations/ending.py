"""The end of an organisation: members, roles, domains and invitations go, in steps that may end anywhere and be run again (threats FI-4).

The mark of the deletion is written before the first step and removed by the last one, so the daily job finishes what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.telemetry.record import note

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.store.memberships import Memberships
    from idp.store.organisation_leftovers import OrganisationLeftovers
    from idp.store.organisations import Organisations

AT_ONCE = 100
"""Members that the request of an admin removes. More of them are left to the daily job."""
_TOGETHER = 50
_MOST = 100
"""Organisations of one run."""


class OrganisationEnding:
    """Removes what deleted organisations leave."""

    def __init__(self, organisations: Organisations, memberships: Memberships, leftovers: OrganisationLeftovers) -> None:
        self._organisations, self._memberships, self._leftovers = organisations, memberships, leftovers

    def clean_up(self, org_id: str, *, scope: Scope, most: int = AT_ONCE, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Remove what the organisation has: at most so many members. Return whether nothing is left.

        `has_time`: asked before each page; the work ends when it is False.
        """
        scope.require_deployment()
        removed = 0
        while has_time():
            members, _ = self._memberships.of_organisation(org_id, limit=_TOGETHER)
            if not members:
                self._leftovers.remove(org_id)
                return self._organisations.finish_deletion(org_id)
            if removed >= most:
                return False
            for each in members:
                self._memberships.leave(each.user_id, org_id)
            removed += len(members)
        return False

    def run(self, *, scope: Scope, has_time: Callable[[], bool] = lambda: True) -> int:
        """Finish the deletions that are not finished. Return their number.

        Raises:
            Unavailable: some could not be finished. The next run tries these again.
        """
        scope.require_deployment()
        ended = failed = 0
        for each in self._organisations.ending(limit=_MOST):
            if not has_time():
                break
            try:
                ended += self.clean_up(each.org_id, scope=scope, most=1_000_000, has_time=has_time)
            except Unavailable as trouble:
                failed += 1
                note(f"the deletion of an organisation did not end: {trouble.detail}")
        if failed:
            raise Unavailable(detail=f"{failed} deletions of organisations did not end")
        return ended
