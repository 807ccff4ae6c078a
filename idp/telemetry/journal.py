"""Begins and ends records, and writes each as one line: JSON, or a short text for a developer."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from idp.telemetry.line import LEVELS, level, members
from idp.telemetry.metrics import embed_metrics, unwritten
from idp.telemetry.record import Record, count, note_failure, recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.telemetry.record import Spans

_FAILED, _UNAVAILABLE = 500, 503
_encode = json.JSONEncoder(separators=(",", ":")).encode


def standard_output(text: str) -> None:
    """Write one line to standard output, which Lambda sends to CloudWatch."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def standard_error(text: str) -> None:
    """Write one line to standard error, beside the output of the development server."""
    sys.stderr.write(text + "\n")


def now_ms() -> int:
    """The current time in milliseconds since the epoch."""
    return int(time.time() * 1e3)


class Journal:
    """Writes records. `deployment` is a dimension of every metric, to separate stages in one account. `least`: the lowest written level.

    `metrics`: whether there are any; `every_metric`: all of them, else those of alarms and dashboard (`OF_ALARMS`).
    `finish` is called after each record, before the answer is sent. Traces are sent there.
    """

    def __init__(
        self, *, deployment: str, metrics: bool, least: str = "INFO", for_people: bool = False, write: Callable[[str], None] | None = None,
        spans: Spans | None = None, finish: Callable[[], None] | None = None, every_metric: bool = True,
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:  # fmt: skip
        self._deployment, self._metrics, self._for_people = deployment, metrics, for_people
        self._every = every_metric
        self._least = LEVELS.get(least, LEVELS["INFO"])
        self._write = write or (standard_error if for_people else standard_output)
        self._spans, self._finish, self._clock_ms = spans, finish, clock_ms

    @contextmanager
    def recording(self, request_id: str, *, method: str = "", traceparent: str = "") -> Iterator[Record]:
        """A record of what happens in the `with` block. It is written at the end, also after an exception."""
        with recording(Record(request_id, method=method, spans=self._spans)) as record:
            try:
                with self._spans.request(record, traceparent) if self._spans else nullcontext():
                    yield record
            except Exception as error:  # any failure is recorded and raised again
                note_failure(error)
                raise
            finally:
                self._end(record)
                if self._finish:
                    self._finish()

    @contextmanager
    def job(self, name: str, context: object) -> Iterator[Record]:
        """A record of one run of a scheduled function. `context` is Lambda's."""
        with self.recording(str(getattr(context, "aws_request_id", ""))) as record:
            record.route = name
            yield record

    def _end(self, record: Record) -> None:
        took_ms = (time.perf_counter() - record.began) * 1e3
        loud = LEVELS[level(record)] >= self._least
        if self._for_people:
            if loud and (record.method or level(record) != "INFO"):  # a job that went well is no news for a developer
                from idp.telemetry.pretty import pretty

                self._write(pretty(record, took_ms=took_ms, colour=sys.stderr.isatty()))
            return
        at_ms = self._clock_ms()
        whole = members(record, at_ms=at_ms, took_ms=took_ms) if loud else {}
        if loud and self._metrics and not self._every and not record.method and (only := unwritten(record.measured)):
            whole["counted"] = only
        found = self._embedded(record, at_ms, took_ms) if self._metrics else []
        for number, line in enumerate(found or [{}]):
            if line := {**(whole if number == 0 else {}), **line}:
                self._write(_encode(line))

    def _embedded(self, record: Record, at_ms: int, took_ms: float) -> list[dict[str, object]]:
        """The metrics of a request: its own, and those that were counted in it."""
        route = record.route or "unknown"
        if record.method:
            count("Requests", Route=route)
            count("RequestMilliseconds", took_ms, unit="Milliseconds", Route=route)
        if record.error or (record.status >= _FAILED and record.status != _UNAVAILABLE):
            count("Errors")
        if record.status == _UNAVAILABLE:
            count("Unavailable")
        # A job without work writes no metrics: every five minutes they would cost money while there are no sign-ins.
        if record.calls and (record.method or record.write_units or record.error):
            count("DynamoDbCalls", record.calls)
            count("DynamoDbReadUnits", record.read_units)
            count("DynamoDbWriteUnits", record.write_units)
        return embed_metrics(record.measured, deployment=self._deployment, at_ms=at_ms, every=self._every)
