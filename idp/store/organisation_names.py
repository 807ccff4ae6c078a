"""Reads the rows by which organisations are found by a word of their name, and makes those of organisations that have none.

A row decides nothing: the organisation is read after it. One that does not fit any more shows no organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import organisation_keys as keys
from idp.store.organisation_items import OrganisationItem
from idp.store.organisation_name_items import OrganisationNameItem, name_parts
from idp.store.organisations import Organisations

if TYPE_CHECKING:
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.store.database import Database, Raw

_SLICE = 100
"""Organisations that are read together."""


class NameFound(NamedTuple):
    """A row that was found: whose it is, its word, the name, and its key, after which the next page begins."""

    org_id: str
    word: str
    name: str
    place: Raw


class OrganisationNames:
    """Reads rows, and makes those of organisations that have none."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(self, begins: str, *, limit: int, start: Raw | None = None) -> tuple[list[NameFound], Raw | None]:
        """The rows whose word begins so, and the key of the next page. One call. It may be a moment old."""
        raws, more = self._db.query(
            "directory", keys.NAMES, sk_begins=keys.name_begin(begins), limit=limit, start=start, may_be_old=True
        )  # fmt: skip
        found = OrganisationNameItem.readable(raws)
        return [NameFound(each.org_id, each.word, each.name, {"pk": {"S": each.pk}, "sk": {"S": each.sk}}) for each in found], more

    def fill_all(self) -> int:
        """Write the rows of all organisations. May be repeated, and run while the service runs. Returns the number of organisations."""
        store, number, start = Organisations(self._db), 0, None  # type: Organisations, int, Raw | None
        while True:
            found, start = store.listing(limit=_SLICE, start=start)
            number += sum(self._fill(each) for each in found)
            if start is None:
                return number

    def _fill(self, it: OrganisationProfile) -> bool:
        """Write the rows of an organisation, if it is as it was read. False: a request changed it meanwhile, and wrote its rows."""
        same = (OrganisationItem.version == it.version) & OrganisationItem.deleting_since.does_not_exist()
        there = self._db.update_part(OrganisationItem, keys.organisation(it.id), [OrganisationItem.members.add(0)], same)
        return self._db.transact(there, *name_parts(self._db, None, it)) is None
