"""Makes the rows of all people: once after the stream was switched on, and again when rows may be wrong. It goes on where it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.people.search_words import Findable
from idp.services.search.row_writer import Seen
from idp.store import search_keys
from idp.store.keys import Key
from idp.store.search_rows import FORMAT, SearchRowItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.services.search.row_writer import SearchRowWriter
    from idp.store.database import Database, Raw
    from idp.store.search_rows import SearchRows, SearchStateItem
    from idp.store.users import Users

_SLICE = 100
"""People, or rows, that are worked on together."""
_THREADS = 8
_SAVED_EVERY = 10
"""Parts between two writes of the place from which a rebuild goes on."""


class _Part(NamedTuple):
    """Some items of the table in their order. `last`: the key of the last item that was read for it."""

    people: list[Findable]
    rows: list[SearchRowItem]
    last: Key


class SearchRebuild:
    """Reads the whole table `directory` and writes the rows of each person."""

    def __init__(self, database: Database, rows: SearchRows, writer: SearchRowWriter, users: Users, clock: Clock) -> None:
        self._db, self._rows, self._writer, self._users, self._clock = database, rows, writer, users, clock

    def status(self, *, scope: Scope) -> SearchStateItem | None:
        """Return the state of the rows. None: there are none, and people are found without rows."""
        scope.require_deployment()
        return self._rows.state()

    def run(
        self, *, scope: Scope, prune: bool = False, anew: bool = False, tell: Callable[[int], None] = lambda _: None
    ) -> SearchStateItem:  # fmt: skip
        """Make the rows of all people, and say then that they are complete. Changes meanwhile are in the stream.

        `prune`: also remove rows that a person does not have. `anew`: do not go on where an earlier run stopped. `tell` gets the number of
        people after each part.

        Raises:
            Unavailable: the store did not answer. The next run goes on.
        """
        scope.require_deployment()
        state = self._begin(anew=anew)
        after = Key(state.after_pk, state.after_sk) if state.after_pk and state.after_sk else None
        for number, (part, written) in enumerate(self._work(_parts(self._db, after, prune=prune)), 1):
            state.people, state.rows = int(state.people) + len(part.people), int(state.rows) + written
            state.after_pk, state.after_sk = part.last
            if number % _SAVED_EVERY == 0:
                self._rows.keep_state(state)
            tell(int(state.people))
        state.complete, state.holders = True, state.makes_holders
        state.after_pk, state.after_sk, state.finished_at = None, None, self._clock()
        self._rows.keep_state(state)
        return state

    def remove(self, *, scope: Scope, tell: Callable[[int], None] = lambda _: None) -> int:
        """Say first that there are no rows, so that no search uses them; then remove them all. Returns their number.

        Switch the stream off before, or wait a minute for what it is writing: what it writes later is removed by another call.
        """
        scope.require_deployment()
        self._rows.forget_state()
        removed, some = 0, list[Key]()
        for raw in self._db.scan("directory"):
            if raw.get("kind") == {"S": SearchRowItem.kind_name}:
                some.append(_key(raw))
            if len(some) == _SLICE:
                self._rows.remove_keys(some)
                removed, some = removed + len(some), []
                tell(removed)
        self._rows.remove_keys(some)
        return removed + len(some)

    def _begin(self, *, anew: bool) -> SearchStateItem:
        """The state from which this run goes on. It is written before a person is read: from now on the stream writes rows."""
        found = self._rows.state()
        if found and int(found.format) == FORMAT and found.after_pk and not anew:
            return found
        state = self._rows.new_state(self._clock())
        if found:  # a repair of rows that are in use
            state.complete, state.holders = found.usable, found.has_holders or None
        self._rows.keep_state(state)
        return state

    def _work(self, parts: Iterable[_Part]) -> Iterator[tuple[_Part, int]]:
        """Do the parts, several at once, and yield them in their order with the number of writes."""
        from collections import deque
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_THREADS) as pool:
            waiting: deque[tuple[_Part, Future[int]]] = deque()
            for part in parts:
                waiting.append((part, pool.submit(self._do, part)))
                if len(waiting) > 2 * _THREADS:
                    first, done = waiting.popleft()
                    yield first, done.result()
            while waiting:
                first, done = waiting.popleft()
                yield first, done.result()

    def _do(self, part: _Part) -> int:
        written = self._writer.write({person.id: Seen(person) for person in part.people})
        if part.rows:
            self._prune(part.rows)
        return written

    def _prune(self, rows: Iterable[SearchRowItem]) -> None:
        """Remove those of these rows that their person does not have."""
        people = self._users.several(row.user_id for row in rows)
        wrong: dict[str, Seen] = {}
        for item in rows:
            user, row = people.get(item.user_id), item.row()
            if search_keys.row(row, item.user_id) != item.key:
                self._rows.remove_keys([item.key])  # another release wrote it
            elif user is None or row not in Findable.of(user).rows():
                wrong.setdefault(item.user_id, Seen(Findable.of(user) if user else None)).known.add(row)
        self._writer.write(wrong)


def _parts(database: Database, after: Key | None, *, prune: bool) -> Iterator[_Part]:
    """The table from this key on, in parts of some people, or of some rows with `prune`. Items that cannot be read are left out."""
    people: list[Findable] = []
    rows: list[SearchRowItem] = []
    last = after
    for raw in database.scan("directory", after=after):
        kind, last = raw.get("kind"), _key(raw)
        if kind == {"S": UserItem.kind_name}:
            people += [Findable.of(item.user()) for item in UserItem.readable([raw])]
        elif prune and kind == {"S": SearchRowItem.kind_name}:
            rows += SearchRowItem.readable([raw])
        if len(people) == _SLICE or len(rows) == _SLICE:
            yield _Part(people, rows, last)
            people, rows = [], []
    if last and (people or rows):
        yield _Part(people, rows, last)


def _key(raw: Raw) -> Key:
    return Key(raw["pk"]["S"], raw["sk"]["S"])
