"""Imports people: several transactions at once, in bounded memory. It may be stopped and run again at any time (threats R-12)."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from idp.domain.errors import Invalid, Unavailable
from idp.domain.factors.hash_mix import WAITING
from idp.domain.message import Message
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow
from idp.services.moving.seen_names import SeenNames
from idp.services.moving.workers import Workers
from idp.store.people_imports import PARTS, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from idp.domain.clock import Clock
    from idp.services.factors.hash_counts import HashCounts
    from idp.services.moving.choices import Choices
    from idp.services.moving.preparation import Preparation, Prepared
    from idp.store.people_imports import NewPerson, PeopleImports

_TRIES, _LONGEST_PAUSE = 8, 20.0
_COUNTED_AT_ONCE = 2000
_REFUSALS: Mapping[Outcome, tuple[Message, str]] = {
    Outcome.TAKEN: (Message("moving.email_taken"), "email"),
    Outcome.ID_TAKEN: (Message("moving.id_taken"), "id"),
    Outcome.LINK_TAKEN: (Message("moving.link_taken"), "links"),
    Outcome.PASSKEY_TAKEN: (Message("moving.passkey_taken"), "passkeys"),
    Outcome.ADMINS_FULL: (Message("moving.too_many_admins"), "admin"),
}
"""The message, and the member at fault."""
_REPEATED = (Message("moving.email_repeated"), "email")
_OF_A_PERSON = frozenset({Outcome.CREATED, Outcome.KNOWN})
_OF_AN_EARLIER_ROW = frozenset({Outcome.CREATED, Outcome.TAKEN})
"""Outcomes that depend on whether an earlier row of the file has the address."""
_KINDS_LEFT_OUT = 100
"""Kinds of what was left out that are counted apart. Some have a name of the file."""
T = TypeVar("T")


@dataclass
class Result:
    """How many people were created, were imported before, and were refused; and what was left out of those that were created.

    `broken`: why the file could not be read to its end, or None.
    """

    created: int = 0
    known: int = 0
    refused: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    broken: Message | None = None


class Importer:
    """Imports people from rows."""

    def __init__(
        self, store: PeopleImports, preparation: Callable[[Choices], Preparation], counts: Callable[[], HashCounts], clock: Clock,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._store, self._preparation, self._counts, self._clock, self._pause = store, preparation, counts, clock, pause

    def run(
        self, rows: Iterable[ImportedPerson | RefusedRow], system: str, choices: Choices, *, refused: Callable[[RefusedRow], None],
        seen: Callable[[], None] = lambda: None, dry_run: bool = False, workers: int = 4,
    ) -> Result:  # fmt: skip
        """Import the rows. `refused` is called for each row that is not imported, `seen` for each row, `workers` write at once.

        Of two rows with one address the first one is imported. `dry_run`: nothing is written, and the result tells what would be.

        Raises:
            Invalid: an option does not fit this deployment. Nothing was read.
            Unavailable: the store did not answer for about a minute.
        """
        preparation = self._preparation(choices)
        run = _Run(
            lambda row: self._patiently(lambda: preparation.prepare(row, system, self._clock())),
            lambda people: self._patiently(lambda: self._store.look(people) if dry_run else self._store.write(people)),
            self._count if not dry_run else None, refused,
        )  # fmt: skip
        try:
            # One worker has all rows of an address, in their order.
            with Workers(run.work, workers) as pool, run.until_broken():
                for row in rows:
                    seen()
                    if isinstance(row, RefusedRow):
                        run.refuse(row)
                    else:
                        pool.give(row.email, row)
        finally:
            run.count_hashes(at_least=1)
        return run.result

    def _count(self, hashes: list[str | None]) -> None:
        self._counts().add(hashes)

    def _patiently(self, act: Callable[[], T]) -> T:
        """Do it, again with growing pauses while the tables are throttled or the store does not answer."""
        for number in range(_TRIES - 1):
            try:
                return act()
            except Unavailable:
                self._pause(min(_LONGEST_PAUSE, 0.25 * 2**number))
        return act()


class _Run:
    """One import. `count` is called with the stored hashes of people who were created; None: it is a dry run."""

    def __init__(
        self, prepare: Callable[[ImportedPerson], Prepared | RefusedRow], write: Callable[[list[NewPerson]], list[Outcome]],
        count: Callable[[list[str | None]], None] | None, report: Callable[[RefusedRow], None],
    ) -> None:  # fmt: skip
        self.result = Result()
        self._prepare, self._write_all, self._count, self._report = prepare, write, count, report
        self._lock = Lock()
        self._hashes: list[str | None] = []
        self._addresses = SeenNames()

    @contextmanager
    def until_broken(self) -> Iterator[None]:
        """End the reading where the file cannot be read on. People before that place are imported."""
        try:
            yield
        except BrokenFileError as error:
            self.result.broken = error.message

    def work(self, rows: list[ImportedPerson]) -> None:
        """Import some people, in as few transactions as they fit in. One transaction writes an item once, so two people with one address,
        id, link or passkey come in two.
        """
        chunk: list[tuple[ImportedPerson, Prepared]] = []
        names: set[str] = set()
        parts = 0
        for row in rows:
            made = self._prepare(row)
            if isinstance(made, RefusedRow):
                self.refuse(made)
                continue
            own, more = made.person.names, made.person.parts
            if chunk and (parts + more > PARTS or not names.isdisjoint(own)):
                self._write(chunk)
                chunk, names, parts = [], set(), 0
            chunk.append((row, made))
            names |= own
            parts += more
        if chunk:
            self._write(chunk)

    def refuse(self, row: RefusedRow) -> None:
        """Report a row that is not imported."""
        with self._lock:
            self._refuse(row)

    def _refuse(self, row: RefusedRow) -> None:
        self.result.refused += 1
        self._report(row)

    def count_hashes(self, *, at_least: int) -> None:
        """Count the kinds of hashes of people who were created, if there are so many of them by now."""
        with self._lock:
            if len(self._hashes) < at_least:
                return
            counted, self._hashes = self._hashes, []
        if self._count:
            self._count(counted)

    def _write(self, chunk: list[tuple[ImportedPerson, Prepared]]) -> None:
        try:
            outcomes = self._write_all([made.person for _, made in chunk])
        except Invalid:
            if len(chunk) > 1:
                for each in chunk:
                    self._write([each])
            else:
                self.refuse(RefusedRow(chunk[0][0].row, chunk[0][0].source_id, Message("moving.too_large")))
            return
        with self._lock:
            for (row, made), outcome in zip(chunk, outcomes, strict=True):
                self._finish(row, made, outcome)
        self.count_hashes(at_least=_COUNTED_AT_ONCE)

    def _finish(self, row: ImportedPerson, made: Prepared, outcome: Outcome) -> None:
        """Count a person. The lock is held."""
        user, result = made.person.user, self.result
        repeated = outcome in _OF_AN_EARLIER_ROW and user.email in self._addresses
        if outcome is Outcome.CREATED and self._count is None and repeated:
            outcome = Outcome.TAKEN
        if outcome in _OF_A_PERSON:
            self._addresses.see(user.email)
        if outcome in _REFUSALS:
            reason, member = _REPEATED if outcome is Outcome.TAKEN and repeated else _REFUSALS[outcome]
            self._refuse(RefusedRow(row.row, row.source_id, reason, member))
        elif outcome is Outcome.KNOWN:
            result.known += 1
        else:
            result.created += 1
            for what in made.left_out:
                known = what in result.left_out or len(result.left_out) < _KINDS_LEFT_OUT
                result.left_out[what if known else "something else"] += 1
            if self._count:
                self._hashes.append(user.password_hash or (WAITING if user.awaits_migration else None))
