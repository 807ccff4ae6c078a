"""The rows by which organisations are found by a word of their name (`directory`), written in the transaction of the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from idp.domain.organisations.search_words import row_words
from idp.store import organisation_keys as keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.store.database import Database, Raw


class OrganisationNameItem(DirectoryItem):
    """The item of a row. `name`: the name of the organisation when the row was written, for the other typed words."""

    kind_name = "organisation_name"
    org_id = UnicodeAttribute()
    word = UnicodeAttribute()
    name = UnicodeAttribute()


def name_parts(database: Database, was: OrganisationProfile | None, now: OrganisationProfile | None) -> list[Raw]:
    """The parts of the transaction in which an organisation gets, changes or loses its name. None: it is not there."""
    if was and now and was.name == now.name:
        return []
    before, after = row_words(was.name) if was else (), row_words(now.name) if now else ()
    rows = [OrganisationNameItem.new(keys.name(word, now.id), org_id=now.id, word=word, name=now.name) for word in after] if now else []
    gone = [keys.name(word, was.id) for word in before if word not in after] if was else []
    return [*(database.put_part(each) for each in rows), *(database.delete_part(OrganisationNameItem, each) for each in gone)]
