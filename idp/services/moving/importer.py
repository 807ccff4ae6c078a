"""Imports people: several transactions at once, in bounded memory. It may be stopped and run again at any time (threats R-12)."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from idp.domain.errors import Invalid, Unavailable
from idp.domain.message import Message
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow
from idp.services.moving.workers import Workers
from idp.store.people_imports import AT_ONCE, NewPerson, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from idp.domain.clock import Clock
    from idp.services.factors.hash_counts import HashCounts
    from idp.services.moving.preparation import Choices, Preparation
    from idp.store.people_imports import PeopleImports

_TRIES, _LONGEST_PAUSE = 8, 20.0
_COUNTED_AT_ONCE = 2000
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
        self, store: PeopleImports, preparation: Callable[[], Preparation], counts: Callable[[], HashCounts], clock: Clock,
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
            Unavailable: the store did not answer for about a minute.
        """
        preparation = self._preparation()
        run = _Run(
            lambda row: self._patiently(lambda: preparation.prepare(row, system, choices, self._clock())),
            lambda people: self._patiently(lambda: self._store.look(people) if dry_run else self._store.write(people)),
            self._count if not dry_run else None, refused, choices,
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
        self, prepare: Callable[[ImportedPerson], NewPerson | RefusedRow], write: Callable[[list[NewPerson]], list[Outcome]],
        count: Callable[[list[str | None]], None] | None, report: Callable[[RefusedRow], None], choices: Choices,
    ) -> None:  # fmt: skip
        self.result = Result()
        self._prepare, self._write_all, self._count, self._report, self._choices = prepare, write, count, report, choices
        self._lock = Lock()
        self._hashes: list[str | None] = []
        self._addresses: set[int] = set()

    @contextmanager
    def until_broken(self) -> Iterator[None]:
        """End the reading where the file cannot be read on. People before that place are imported."""
        try:
            yield
        except BrokenFileError as error:
            self.result.broken = error.message

    def work(self, rows: list[ImportedPerson]) -> None:
        """Import some people. Those whose address or id is in the same part of the file a second time come in a later transaction."""
        chunk: list[tuple[ImportedPerson, NewPerson]] = []
        names: set[str] = set()
        for row in rows:
            made = self._prepare(row)
            if isinstance(made, RefusedRow):
                self.refuse(made)
                continue
            own = {made.user.email, made.source}
            if len(chunk) == AT_ONCE or names & own:
                self._write(chunk)
                chunk, names = [], set()
            chunk.append((row, made))
            names |= own
        if chunk:
            self._write(chunk)

    def refuse(self, row: RefusedRow) -> None:
        """Report a row that is not imported."""
        with self._lock:
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

    def _write(self, chunk: list[tuple[ImportedPerson, NewPerson]]) -> None:
        try:
            outcomes = self._write_all([made for _, made in chunk])
        except Invalid:
            if len(chunk) > 1:
                for each in chunk:
                    self._write([each])
            else:
                self.refuse(RefusedRow(chunk[0][0].row, chunk[0][0].source_id, Message("moving.too_large")))
            return
        for (row, made), outcome in zip(chunk, outcomes, strict=True):
            self._finish(row, made, outcome)
        self.count_hashes(at_least=_COUNTED_AT_ONCE)

    def _finish(self, row: ImportedPerson, made: NewPerson, outcome: Outcome) -> None:
        if outcome is Outcome.CREATED and self._count is None and self._is_second(made.user.email):
            outcome = Outcome.TAKEN
        if outcome is Outcome.TAKEN:
            self.refuse(RefusedRow(row.row, row.source_id, Message("moving.email_taken"), "email"))
            return
        with self._lock:
            if outcome is Outcome.KNOWN:
                self.result.known += 1
                return
            self.result.created += 1
            self.result.left_out.update(_left_out(row, self._choices))
            if self._count:
                self._hashes.append(made.user.password_hash)

    def _is_second(self, address: str) -> bool:
        """Return whether a dry run has seen the address before. It keeps one number for each address."""
        with self._lock:
            known = hash(address) in self._addresses
            self._addresses.add(hash(address))
        return known


def _left_out(row: ImportedPerson, choices: Choices) -> list[str]:
    """Return what the file had about a person and the account has not."""
    there = {
        "verified addresses": row.email_verified and not choices.trust_verified,
        "authenticators": row.totp is not None and not choices.with_totp,
        "roles and groups": bool(row.roles or row.groups) and not choices.with_roles,
        "passwords": row.password_hash is None,
    }
    return [*row.left_out, *(name for name, left in there.items() if left)]
