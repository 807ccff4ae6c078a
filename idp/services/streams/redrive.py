"""Gives changes again that became dead letters of the streams (docs/operations.md, Changes that were given up).

The records are read again from the stream, and go to the function `stream`, so each consumer gets them as the first time: with the same
ids. A stream keeps records for 24 hours. After that what was lost of `state` is built from the audit events of that time, whose ids do not
depend on the record. What was lost of `directory` cannot be built: the items have later values, and the id of a change is that of its
record.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.adapters.stream_reader import IncompleteError, TrimmedError
from idp.domain.errors import Unavailable
from idp.domain.streams.given_up import read_given_up
from idp.domain.streams.record import read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from idp.adapters.dead_letter_queue import DeadLetterQueue, Letter
    from idp.adapters.stream_function import StreamFunction
    from idp.adapters.stream_reader import StreamReader
    from idp.domain.access.tenancy import Scope
    from idp.domain.streams.given_up import GivenUp
    from idp.store.stored_events import StoredEvents

AT_ONCE, BYTES = 100, 4_000_000
"""The most records of one call, and bytes of them: Lambda takes 6 MB."""
_MARGIN = 10_000
"""Milliseconds around the time of a record, within which its audit event was written."""


@dataclass
class Redriven:
    """What became of the letters. `given`: records that were taken. `other`: letters about other things, which stay.

    `failed`: letters that stay, because a record failed again, or not all of them could be read. `lost`: of those the records are gone, and
    cannot be built.
    """

    letters: int = 0
    given: int = 0
    rebuilt: int = 0
    other: int = 0
    failed: int = 0
    lost: list[GivenUp] = field(default_factory=list)


class Redrive:
    """Goes through the queue. A letter is removed after all of its records were taken; so it may be given twice, and never not at all.

    `prefix`: of the deployment's tables. A letter about tables of another deployment, which each function could write, is not one of ours.
    """

    def __init__(
        self, queue: DeadLetterQueue, reader: StreamReader, function: StreamFunction, events: StoredEvents, prefix: str
    ) -> None:  # fmt: skip
        self._queue, self._reader, self._function, self._events, self._prefix = queue, reader, function, events, prefix

    def run(self, *, scope: Scope, dry_run: bool, forget: bool, tell: Callable[[int], None]) -> Redriven:
        """Give all of them. `dry_run`: read them, and give nothing. `forget`: remove letters whose changes are lost. `tell`: how many are
        done.

        Raises:
            NotFound: there is no queue.
            Unavailable: SQS or DynamoDB does not answer.
        """
        scope.require_deployment()
        done = Redriven()
        kept: list[Letter] = []
        try:
            for letter in self._queue.receive():
                if not self._is_done(letter, done, dry_run=dry_run, forget=forget):
                    kept.append(letter)  # it is put back at the end: before that it would be received again
                tell(done.letters)
        finally:
            for letter in kept:
                self._queue.put_back(letter)
        return done

    def _is_done(self, letter: Letter, done: Redriven, *, dry_run: bool, forget: bool) -> bool:
        """Whether the letter was removed."""
        given_up = read_given_up(letter.body)
        if given_up is None or given_up.prefix != self._prefix:
            done.other += 1
            return False
        done.letters += 1
        rebuilt = False
        try:
            records = self._reader.read(given_up)
        except TrimmedError:
            if given_up.table != "state":
                done.lost.append(given_up)
                if forgets := forget and not dry_run:
                    self._queue.remove(letter)
                return forgets
            records, rebuilt = list(self._built(given_up)), True
        except IncompleteError:
            done.failed += 1
            return False
        wanted = [each for each in records if _is_told(each)]
        if not dry_run and not self._gave(wanted, rebuilt=rebuilt):
            done.failed += 1
            return False
        done.given += len(wanted)
        done.rebuilt += len(wanted) if rebuilt else 0
        if dry_run:
            return False
        self._queue.remove(letter)
        return True

    def _gave(self, records: Iterable[dict[str, Any]], *, rebuilt: bool) -> bool:
        try:
            return all(self._function.take(some, rebuilt=rebuilt) == 0 for some in _parts(records))
        except Unavailable:
            return False

    def _built(self, given_up: GivenUp) -> Iterator[dict[str, Any]]:
        """Records of the audit events of that time, also of those that were not given up: their ids are known to the receivers."""
        since, before = (f"{max(at, 0):013d}" for at in (given_up.since - _MARGIN, given_up.until + _MARGIN))
        for number, stored in enumerate(self._events.raws(since, before), start=1):
            raw = json.loads(json.dumps(stored, default=_as_text))
            yield {
                "eventName": "INSERT", "eventSourceARN": given_up.arn,
                "dynamodb": {
                    "Keys": {name: raw[name] for name in ("pk", "sk")}, "NewImage": raw, "SequenceNumber": str(number),
                    "ApproximateCreationDateTime": int(raw["at"]["S"][:13]) // 1000,
                },
            }  # fmt: skip


def _as_text(value: bytes) -> str:
    return b64encode(value).decode()


def _is_told(record: dict[str, Any]) -> bool:
    """Whether the event source mapping would let it through: changed items of `state` are not told (deploy/stream/on.yml)."""
    change = read_record(record)
    return change is not None and (change.table != "state" or record.get("eventName") == "INSERT")


def _parts(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    size = 0
    for each in records:
        length = len(json.dumps(each))
        if part and (len(part) == AT_ONCE or size + length > BYTES):
            yield part
            part, size = [], 0
        part.append(each)
        size += length
    if part:
        yield part
