"""Reads of people together with their membership in one organisation (`directory`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.organisations.person import OrganisationPerson
from idp.store import keys
from idp.store.memberships import Memberships
from idp.store.organisation_items import membership_place
from idp.store.user_items import UserItem
from idp.store.users import Users

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.store.database import Database, Raw

MOST_SEARCHED = 500
"""The greatest number of members that one page of a search reads."""
_MOST_CALLS = 20


class OrganisationPeopleStore:
    """Reads the people of organisations, strongly."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def one(self, user_id: str, org_id: str) -> OrganisationPerson | None:
        """The person, or None if there is no such user or they are no member. One call."""
        user, membership = self._db.batch_get((UserItem, keys.user(user_id)), membership_place(user_id, org_id))
        return OrganisationPerson(user.user(), membership.membership()) if user and membership else None

    def page(
        self, org_id: str, fits: Callable[[OrganisationPerson], bool], *, limit: int, start: Raw | None
    ) -> tuple[list[OrganisationPerson], Raw | None, int]:
        """The next `limit` members who fit, by user id; where the next page starts; and how many were read.

        Two calls without a filter. With one, a page ends after `MOST_SEARCHED` members.
        """
        found: list[OrganisationPerson] = []
        searched, members, users = 0, Memberships(self._db), Users(self._db)
        for _ in range(_MOST_CALLS):
            memberships, start = members.of_organisation(org_id, limit=limit - len(found), start=start)
            accounts = users.several(each.user_id for each in memberships)
            people = [OrganisationPerson(accounts[each.user_id], each) for each in memberships if each.user_id in accounts]
            found += filter(fits, people)
            searched += len(memberships)
            if start is None or len(found) == limit or searched >= MOST_SEARCHED:
                break
        return found, start, searched
