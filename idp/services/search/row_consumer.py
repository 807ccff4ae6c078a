"""Takes changes of people from the stream of `directory`, and keeps the rows by which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.people.search_words import Findable
from idp.domain.streams.change import REMOVE
from idp.services.search.row_writer import Seen

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idp.domain.people.search_words import Row
    from idp.domain.streams.change import Change
    from idp.services.search.row_writer import SearchRowWriter
    from idp.store.search_rows import SearchRows


class SearchRowConsumer:
    """A consumer of the stream. It writes nothing before the first `idp search rebuild` has begun."""

    name = "search"
    kinds = frozenset({"user"})

    def __init__(self, rows: SearchRows, writer: SearchRowWriter) -> None:
        self._rows, self._writer = rows, writer

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Write the rows of the people who changed. A change of anything else than names, address, roles and groups costs nothing.

        Raises:
            Unavailable: the store did not answer.
        """
        if (people := collect(changes)) and self._rows.state() is not None:
            self._writer.write(people)
        return ()


def collect(changes: Sequence[Change]) -> dict[str, Seen]:
    """Return what these changes tell, by user id, each person once. A change of nothing that people are found by is left out."""
    people: dict[str, Seen] = {}
    for change in changes:
        old, new = Findable.of_image(change.old), Findable.of_image(change.new)
        told = new or old
        if told is None or old == new or (new is None and change.act != REMOVE):
            continue
        seen = people.setdefault(told.id, Seen(new, new=frozenset()))
        seen.now, seen.new = new, _new_rows(seen.new, old, new)
        for each in (old, new):
            seen.known |= each.rows() if each else set()
    return people


def _new_rows(before: frozenset[Row] | None, old: Findable | None, new: Findable | None) -> frozenset[Row] | None:
    """The rows to write after one more change. None: all of them, because the text of each row changed."""
    if before is None or not (old and new) or old.texts() != new.texts():
        return None
    return before | (new.held - old.held)
