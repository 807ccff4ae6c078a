"""Hands the changes of a batch to each consumer (threats R-01 to R-03).

A record is read by an allow-list first, and no record is logged. Consumers are idempotent: Lambda gives a batch, or its end, again.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, Protocol

from idp.domain.errors import Unavailable
from idp.domain.streams.record import read_record
from idp.telemetry.record import count, note_failure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from idp.domain.streams.change import Change


class Consumer(Protocol):
    """Takes changes of some kinds of items. `name`: in the metric of failed records."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> frozenset[str]: ...

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Take changes in the order of their stream. Returns the `sequence` of each that failed: they come again, with all after them.

        Raises:
            Unavailable: all of them failed. After another exception they are given again one by one, and those that raise alone fail.
        """
        ...


class StreamDispatcher:
    """Takes batches of records for all consumers. `consumers`: in the order in which they are asked.

    A consumer with a true `only_done` is asked after all others. It gets only the changes before the first one that failed, because the
    rest comes again: so one that counts does not count it twice.
    """

    def __init__(self, consumers: Iterable[Consumer]) -> None:
        self._consumers = tuple(sorted(consumers, key=_only_done))

    def take(self, records: Sequence[Mapping[str, Any]], *, rebuilt: bool = False) -> dict[str, Any]:
        """Take a batch. Returns `batchItemFailures`: Lambda gives the records from the first of them on again (ReportBatchItemFailures).

        `rebuilt`: the records were made anew after the stream had lost them. They may have been counted, so who counts does not get them.
        A record that cannot be read tells nothing, so it never stops the stream. A failure of one consumer does not stop the others.
        """
        changes = [change for each in records if (change := read_record(each)) is not None]
        failed: dict[str, None] = {}
        for each in self._consumers:
            if rebuilt and _only_done(each):
                continue
            told = list(takewhile(lambda change: change.sequence not in failed, changes)) if _only_done(each) else changes
            if wanted := [change for change in told if change.kind in each.kinds]:
                refused = _ask(each, wanted)
                failed.update(dict.fromkeys(change.sequence for change in wanted if change.sequence in refused))
                if refused:
                    count("StreamRecordsFailed", len(refused), Consumer=each.name)
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def _only_done(consumer: Consumer) -> bool:
    return bool(getattr(consumer, "only_done", False))


def _ask(consumer: Consumer, changes: Sequence[Change]) -> Collection[str]:
    """The sequence numbers that failed."""
    try:
        return consumer.take(changes)
    except Unavailable:
        return {each.sequence for each in changes}
    except Exception as error:  # noqa: BLE001  # an error in one consumer must not stop the stream for all
        note_failure(error)
        return _one_by_one(consumer, changes) if len(changes) > 1 else {changes[0].sequence}


def _one_by_one(consumer: Consumer, changes: Sequence[Change]) -> set[str]:
    return {each.sequence for each in changes if _ask(consumer, [each])}
