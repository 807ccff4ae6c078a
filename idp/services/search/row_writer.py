"""Writes the rows of people whose texts changed; then the people are read, and what another writer changed meanwhile is corrected.

Two writers of one person may overlap, or a late one may repeat an old change. Each reads the person after its last write, so the last one
of them leaves the rows of the person as they are now. Rows of somebody who was erased meanwhile are removed in the same way (threats Q-09).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.domain.people.search_words import Findable, Row

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from idp.domain.people.user import User
    from idp.store.search_rows import SearchRows
    from idp.store.users import Users

_TRIES = 5
_AT_ONCE = 100


@dataclass(slots=True)
class Seen:
    """What is known of a person. `now`: what they are found by; None if they were erased. `known`: rows that may be there.

    `new`: the rows to write, if only roles and groups changed. None: all of them, because each row has the text.
    """

    now: Findable | None
    known: set[Row] = field(default_factory=set)
    new: frozenset[Row] | None = None


class SearchRowWriter:
    """Writes and removes rows."""

    def __init__(self, rows: SearchRows, users: Users) -> None:
        self._rows, self._users = rows, users

    def write(self, people: Mapping[str, Seen]) -> int:
        """Write what these people have, and remove what they had. May be repeated. Returns the number of writes.

        Raises:
            Unavailable: the store did not answer, or people changed again and again. What was written is harmless; call it again.
        """
        ids, done = list(people), 0
        for at in range(0, len(ids), _AT_ONCE):
            done += self._write({each: people[each] for each in ids[at : at + _AT_ONCE]})
        return done

    def forget(self, user: User) -> None:
        """Remove the rows of a user who is about to be erased, if there are rows at all. May be repeated."""
        if self._rows.state() is not None:
            self._rows.write((), [(user.id, row) for row in Findable.of(user).rows()])

    def _write(self, people: dict[str, Seen]) -> int:
        done = 0
        for _ in range(_TRIES):
            puts: list[tuple[Findable, Collection[Row]]] = []
            removals: list[tuple[str, Row]] = []
            for user_id, seen in people.items():
                wanted = seen.now.rows() if seen.now else frozenset[Row]()
                if seen.now:
                    puts.append((seen.now, wanted if seen.new is None else wanted & seen.new))
                removals += [(user_id, row) for row in seen.known - wanted]
                seen.known |= wanted
            done += self._rows.write(puts, removals)
            current = self._users.several(people)
            people = {
                user_id: Seen(now, seen.known)
                for user_id, seen in people.items()
                if (now := Findable.of(user) if (user := current.get(user_id)) else None) != seen.now
            }
            if not people:
                return done
        raise Unavailable(detail="people changed again and again while their search rows were written")
