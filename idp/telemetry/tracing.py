"""Traces by OpenTelemetry, sent as OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT. Imported only with IDP_TRACING=otlp.

A trace continues the caller's `traceparent` (W3C Trace Context) and is not passed to other hosts. Attributes are the names and numbers of
the log: no parameters, headers, paths or texts of exceptions.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from idp.telemetry.line import outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Span

    from idp.telemetry.record import Record

_FAILED = 500
_FLUSH_MS = 2000
PATIENCE = 1
"""Seconds that an answer waits for the collector, unless OTEL_EXPORTER_OTLP_TIMEOUT is set. The library's default is ten."""
PAUSE = 30
"""Seconds without attempts after the collector refused or did not answer."""


class Tracer:
    """Makes spans for `Journal`. `exporter` replaces the default one."""

    def __init__(self, *, deployment: str, exporter: SpanExporter | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "idp", "deployment.environment.name": deployment}))
        self._sender, self._monotonic, self._not_before = _Sender(exporter or _collector()), monotonic, 0.0
        self._provider.add_span_processor(BatchSpanProcessor(self._sender))
        self._tracer = self._provider.get_tracer("idp")
        self._context = TraceContextTextMapPropagator()

    @contextmanager
    def request(self, record: Record, traceparent: str) -> Iterator[None]:
        """The span of a whole request, within the caller's trace. Its attributes are set at the end."""
        caller = self._context.extract({"traceparent": traceparent}) if traceparent else None
        kind = SpanKind.SERVER if record.method else SpanKind.CONSUMER
        with self._tracer.start_as_current_span(
            record.method or "job", context=caller, kind=kind, record_exception=False, set_status_on_exception=False
        ) as span:
            record.trace_id = f"{span.get_span_context().trace_id:032x}"
            try:
                yield
            finally:
                _describe(span, record)

    @contextmanager
    def span(self, name: str, attributes: dict[str, str | int]) -> Iterator[None]:
        """A span inside a request. An exception in it is recorded by its type."""
        with self._tracer.start_as_current_span(
            name, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:  # any failure is recorded and raised again
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise

    def flush(self) -> None:
        """Send the finished spans before Lambda freezes this environment. If the collector is down, one answer per PAUSE is late."""
        if self._monotonic() < self._not_before:
            return
        self._provider.force_flush(_FLUSH_MS)
        if self._sender.failed:
            self._sender.failed, self._not_before = False, self._monotonic() + PAUSE


class _Sender(SpanExporter):
    """An exporter that remembers whether it failed since the last check."""

    def __init__(self, to: SpanExporter) -> None:
        self._to, self.failed = to, False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._to.export(spans)
        self.failed = self.failed or result is not SpanExportResult.SUCCESS
        return result

    def shutdown(self) -> None:
        self._to.shutdown()

    def force_flush(self, timeout_millis: int = _FLUSH_MS) -> bool:
        return self._to.force_flush(timeout_millis)


def _collector() -> OTLPSpanExporter:
    """The exporter to OTEL_EXPORTER_OTLP_ENDPOINT."""
    configured = {"OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"} & set(os.environ)
    return OTLPSpanExporter(timeout=None if configured else PATIENCE)


def _describe(span: Span, record: Record) -> None:
    span.update_name(" ".join(part for part in (record.method, record.route) if part))
    attributes: dict[str, str | int] = {
        "http.request.method": record.method,
        "http.route": record.route,
        "http.response.status_code": record.status,
        "error.type": record.error[0] if record.error else "",
        "idp.request_id": record.request_id,
        "idp.outcome": outcome(record),
        "idp.reason": record.reason,
        "idp.client_id": record.client_id,
    }
    span.set_attributes({name: value for name, value in attributes.items() if value})
    if record.error or record.status >= _FAILED:
        span.set_status(StatusCode.ERROR)
