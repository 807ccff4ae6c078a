"""The rows by which people are found (`directory`), and their state. A row decides nothing: the person is read after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.people.search_words import LONGEST_TEXT, Row
from idp.store import search_keys
from idp.store.keys import Key
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idp.domain.people.search_plan import Step
    from idp.domain.people.search_words import Findable
    from idp.store.database import Database
    from idp.store.transport import Raw

FORMAT = 1
"""Of the rows. Another release may make other rows; then the rows of this one are not used until they are made again."""


class SearchRowItem(DirectoryItem):
    """The item of a row. `text`: the folded texts of the person, for the other typed words; `cut`: there are more than fit."""

    kind_name = "search_row"
    user_id = UnicodeAttribute()
    word = UnicodeAttribute()
    text = UnicodeAttribute()
    cut = BooleanAttribute(null=True)

    def row(self) -> Row:
        """Convert it to the domain's class."""
        return Row(search_keys.place_of(self.pk), self.word)


class SearchStateItem(DirectoryItem):
    """The state of the rows. `after_pk`, `after_sk`: the item up to which a rebuild came.

    `complete`: every person has the rows for words. `holders`: every person has the rows for roles and groups. `makes_holders`: this
    rebuild has made those from its begin. The release before writes neither.
    """

    kind_name = "search_state"
    format = NumberAttribute()
    complete = BooleanAttribute(default=False)
    holders = BooleanAttribute(null=True)
    makes_holders = BooleanAttribute(null=True)
    people = NumberAttribute(default=0)
    rows = NumberAttribute(default=0)
    after_pk = UnicodeAttribute(null=True)
    after_sk = UnicodeAttribute(null=True)
    started_at = NumberAttribute()
    finished_at = NumberAttribute(null=True)

    @property
    def usable(self) -> bool:
        """Whether each person has the rows that this release looks for."""
        return bool(self.complete) and int(self.format) == FORMAT

    @property
    def has_holders(self) -> bool:
        """Whether each person has the rows for roles and groups."""
        return self.usable and bool(self.holders)


class RowFound(NamedTuple):
    """A row that was found: whose it is, its word, and its key, after which the next page begins."""

    user_id: str
    word: str
    place: Raw


class SearchRows:
    """Reads and writes rows."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def write(self, puts: Iterable[tuple[Findable, Iterable[Row]]], removals: Iterable[tuple[str, Row]]) -> int:
        """Write rows of people and remove rows of user ids, 25 in one call, without conditions. Returns the number of writes.

        The caller reads the people afterwards and corrects what another writer changed meanwhile.
        """
        items = {item.key: item for person, rows in puts for item in row_items(person, rows)}
        gone = {search_keys.row(row, user_id) for user_id, row in removals} - items.keys()
        self._db.batch_write(puts=items.values(), deletes=[(SearchRowItem, key) for key in gone])
        return len(items) + len(gone)

    def page(self, step: Step, conditions: Sequence[str], *, limit: int, start: Raw | None) -> tuple[list[RowFound], Raw | None]:
        """The rows of a step that have each of the conditions in their text, out of the next `limit`, and where the next page begins.

        One call. It may be a moment old: the people are read strongly afterwards.
        """
        pk, begins = search_keys.partition(step.row, step.shard), search_keys.begin(step.row.word)
        raws, more = self._db.query(
            "directory", pk, sk_begins=begins, limit=limit, start=start, filtered=_filter(conditions), may_be_old=True
        )  # fmt: skip
        found = [
            RowFound(item.user_id, item.word, {"pk": {"S": item.pk}, "sk": {"S": item.sk}}) for item in SearchRowItem.readable(raws)
        ]  # fmt: skip
        return found, more

    def state(self) -> SearchStateItem | None:
        """The state of the rows, or None: there are none."""
        return self._db.get(SearchStateItem, search_keys.state())

    def keep_state(self, state: SearchStateItem) -> None:
        """Write the state of the rows."""
        self._db.put(state)

    def new_state(self, now: int) -> SearchStateItem:
        """The state at the begin of a rebuild. It is not written."""
        return SearchStateItem.new(search_keys.state(), format=FORMAT, complete=False, makes_holders=True, people=0, rows=0, started_at=now)

    def forget_state(self) -> None:
        """Remove the state: the rows are not used any more."""
        self._db.delete(SearchStateItem, search_keys.state())

    def remove_keys(self, places: Iterable[Key]) -> None:
        """Remove rows by their keys."""
        self._db.batch_write(deletes=[(SearchRowItem, place) for place in places])


def row_items(person: Findable, rows: Iterable[Row]) -> Iterable[SearchRowItem]:
    """The items of these rows of a person."""
    text = person.text()
    for row in rows:
        yield SearchRowItem.new(
            search_keys.row(row, person.id), user_id=person.id, word=row.word, text=text[:LONGEST_TEXT],
            cut=len(text) > LONGEST_TEXT or None,
        )  # fmt: skip


def _filter(conditions: Sequence[str]) -> Raw | None:
    """The filter of a Query: each word is a part of the text, if the text is whole."""
    if not conditions:
        return None
    values = {f":w{place}": {"S": word} for place, word in enumerate(conditions)}
    parts = " AND ".join(f"contains(#text, {name})" for name in values)
    return {
        "FilterExpression": f"attribute_exists(#cut) OR ({parts})", "names": {"#text": "text", "#cut": "cut"}, "values": values,
    }  # fmt: skip
