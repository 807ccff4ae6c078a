"""The facts about the current request, for its log line. Without a current record, as on the command line, the functions do nothing."""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
"""The methods of RFC 9110 §9 and RFC 5789."""
OTHER = "_OTHER"
"""Any other method, in the name of OpenTelemetry's conventions. What a caller sent is not repeated (CWE-117)."""
_NOTHING = nullcontext()
_one_at_a_time = Lock()
"""Threads of one request may count at the same time."""


class Measured(NamedTuple):
    """One value of one metric. `dimensions` have few different values, because each combination is a metric that costs money."""

    name: str
    value: float
    unit: str
    dimensions: tuple[tuple[str, str], ...]


class Spans(Protocol):
    """Makes the spans of a trace (`tracing`)."""

    def request(self, record: Record, traceparent: str) -> AbstractContextManager[Any]:
        """The span of a whole request. It continues the caller's trace if `traceparent` names one."""
        ...

    def span(self, name: str, attributes: dict[str, str | int]) -> AbstractContextManager[Any]:
        """A span for the `with` block."""
        ...


class Record:
    """One request, or one run of a job. Threads that serve the same request share it.

    `method`: a method of METHODS, or OTHER. A job has none.
    """

    __slots__ = (
        "began", "calls", "client_id", "decision", "detail", "error", "measured", "method", "notes", "read_units", "reason",
        "request_id", "route", "spans", "status", "trace_id", "write_units",
    )  # fmt: skip

    def __init__(self, request_id: str, *, method: str = "", spans: Spans | None = None) -> None:
        self.request_id, self.spans = request_id, spans
        self.method = method if method in METHODS or not method else OTHER
        self.began = time.perf_counter()
        self.route = self.client_id = self.reason = self.detail = self.decision = self.trace_id = ""
        self.status = self.calls = 0
        self.read_units = self.write_units = 0.0
        self.error: tuple[str, list[str]] | None = None
        self.notes: list[str] = []
        self.measured: list[Measured] = []


_current: ContextVar[Record | None] = ContextVar("record", default=None)


@contextmanager
def recording(record: Record) -> Iterator[Record]:
    """Make this the current record in the `with` block, and in the threads that it starts."""
    token = _current.set(record)
    try:
        yield record
    finally:
        _current.reset(token)


def current() -> Record | None:
    """The record of the current request, or None."""
    return _current.get()


def count(name: str, value: float = 1, *, unit: str = "Count", **dimensions: str) -> None:
    """Add to a metric. Equal metrics with equal dimensions are summed up in a request."""
    record = _current.get()
    if record is None:
        return
    found = tuple(sorted(dimensions.items()))
    with _one_at_a_time:
        for index, one in enumerate(record.measured):
            if (one.name, one.dimensions) == (name, found):
                record.measured[index] = one._replace(value=one.value + value)
                return
        record.measured.append(Measured(name, value, unit, found))


def client(client_id: str) -> None:
    """Set the client that the request is about. It is a registered one, never an id that a caller made up."""
    if record := _current.get():
        record.client_id = client_id


def note_refusal(error: Exception) -> None:
    """Set why the request was refused: the error's code or class, and its detail for the log."""
    if record := _current.get():
        record.reason = getattr(error, "code", "") or type(error).__name__
        record.detail = getattr(error, "detail", "")


def note_failure(error: Exception) -> None:
    """Set an unexpected error: its type and place. Its text is left out, because it may quote input."""
    if record := _current.get():
        record.error = (type(error).__name__, list(_places(error)))


def note_decision(sentence: str) -> None:
    """Set the access decision and the rule that made it. The line keeps its level."""
    if record := _current.get():
        record.decision = sentence


def note(sentence: str) -> None:
    """Make the line a warning, with a sentence for the operator that no caller gets. It must not quote input."""
    if record := _current.get():
        record.notes.append(sentence)


def span(name: str, **attributes: str | int) -> AbstractContextManager[Any]:
    """A span of the trace for the `with` block; without tracing it does nothing."""
    record = _current.get()
    return record.spans.span(name, attributes) if record and record.spans else _NOTHING


@contextmanager
def measure_time(name: str, span_name: str) -> Iterator[None]:
    """Measure the milliseconds of the `with` block as a metric, also if it raises."""
    began = time.perf_counter()
    try:
        with span(span_name):
            yield
    finally:
        count(name, (time.perf_counter() - began) * 1e3, unit="Milliseconds")


def _places(error: BaseException) -> Iterator[str]:
    """The places of a traceback in this package: file, line and function, the innermost last."""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        _, found, file = code.co_filename.rpartition("/idp/")
        if found:
            yield f"idp/{file}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
