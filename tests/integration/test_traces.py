"""Traces: what a collector on the other side of the network gets, whose trace it continues, and that it costs nothing when it is off."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from idp.settings import SettingsError
from idp.telemetry import tracing
from idp.telemetry.record import Record
from idp.telemetry.tracing import PATIENCE, PAUSE, Tracer
from idp.wiring import build_services
from tests.integration.canaries import planted
from tests.support import deployment
from tests.support.clock import Clock
from tests.support.deployment import WEB, Deployment
from tests.support.trace_collector import Collector

ROOT = Path(__file__).resolve().parents[2]
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture(scope="module")
def traced(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, Collector]]:
    """A provider that traces, and who collects it."""
    collector = Collector()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        idp = deployment.prepared(deployment.settings(str(tmp_path_factory.mktemp("traces")), tracing="otlp"))
        yield idp, collector
        deployment.removed(idp)
        idp.services.tracer._provider.shutdown()  # noqa: SLF001  # its thread ends with the test
    collector.server.shutdown()
    collector.server.server_close()


def collected(idp: Deployment, collector: Collector) -> list[Any]:
    """Return what arrived since the last call."""
    idp.services.tracer.flush()
    spans, collector.spans = collector.spans, []
    return spans


def test_a_sign_in_is_a_trace(traced: tuple[Deployment, Collector]) -> None:
    """The trace has the request, its DynamoDB calls and the hash, within the caller's trace."""
    idp, collector = traced
    ada = idp.person(password="a long and quiet river")
    browser = idp.browser()
    page = idp.authorize(browser, WEB)
    collected(idp, collector)
    form = {**page.fields, "email": ada.email, "password": "a long and quiet river"}
    browser.post("/login", form, headers=[("origin", deployment.ISSUER), ("traceparent", f"00-{TRACE}-{PARENT}-01")])
    spans = collected(idp, collector)
    (request,) = [span for span in spans if span.name == "POST /login"]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, PARENT)
    inner = [span for span in spans if span is not request]
    assert {span.name for span in inner} >= {"DynamoDB.BatchGetItem", "argon2", "DynamoDB.TransactWriteItems"} or {
        span.name for span in inner
    } >= {"DynamoDB.BatchGetItem", "argon2"}
    assert {span.parent_span_id for span in inner} == {request.span_id}
    told = {each.key: each.value.string_value or each.value.int_value for each in request.attributes}
    assert (told["http.request.method"], told["http.route"], told["http.response.status_code"]) == ("POST", "/login", 303)


@pytest.mark.parametrize("header", ["", "x", "00-0-0-00", f"00-{'0' * 32}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01", "00-" + "é" * 32])
def test_a_traceparent_that_is_none_begins_a_trace(traced: tuple[Deployment, Collector], header: str) -> None:
    """W3C Trace Context §3.2.2: an unreadable header is treated as absent."""
    idp, collector = traced
    idp.send("GET", "/jwks", raw_headers=[(b"traceparent", header.encode())])
    (request,) = [span for span in collected(idp, collector) if span.name == "GET /jwks"]
    assert request.parent_span_id == b""
    assert request.trace_id.hex() not in {TRACE, "0" * 32}


def test_no_canary_in_any_span(traced: tuple[Deployment, Collector], monkeypatch: pytest.MonkeyPatch) -> None:
    """A span has no value of a query, a form or a header, and no text of an exception."""
    idp, collector = traced

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("canary in an exception")

    for path in ("/authorize", "/token", "/login", "/userinfo", "/nothing/canary"):
        request = planted(path, "canary")
        idp.send("POST", path, query=request["query"], headers=request["headers"], body=request["form"])
    monkeypatch.setattr("idp.http.oidc.token.answer", fails)
    idp.post("/token", {"client_id": "canary"})
    spans = collected(idp, collector)
    assert len([span for span in spans if span.kind == span.SPAN_KIND_SERVER]) == 6
    assert [span.name for span in spans if span.status.code == span.status.STATUS_CODE_ERROR] == ["POST /token"]
    assert b"canary" not in collector.raw


class Down(SpanExporter):
    """A collector that takes nothing, until it does."""

    def __init__(self) -> None:
        self.asked, self.well = 0, False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        assert spans
        self.asked += 1
        return SpanExportResult.SUCCESS if self.well else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Nothing to end."""


def test_a_collector_that_is_down_is_waited_for_once_in_half_a_minute() -> None:
    """Otherwise each answer would be delayed by a failed attempt, and on Lambda each one would time out."""
    collector, now = Down(), [1000.0]
    tracer = Tracer(deployment="d", exporter=collector, monotonic=lambda: now[0])

    def request() -> None:
        record = Record("r", method="GET")
        with tracer.request(record, ""):
            record.status = 200
        tracer.flush()

    for _ in range(5):
        request()
    assert collector.asked == 1
    now[0] += PAUSE
    collector.well = True
    request()
    request()
    assert collector.asked == 3
    tracer._provider.shutdown()  # noqa: SLF001  # its thread ends with the test


@pytest.mark.parametrize(("told", "seconds"), [({}, PATIENCE), ({"OTEL_EXPORTER_OTLP_TIMEOUT": "7"}, None)])
def test_an_answer_waits_a_second_for_it(monkeypatch: pytest.MonkeyPatch, told: dict[str, str], seconds: float | None) -> None:
    """The library's default is ten seconds, which is the whole time limit of the function."""
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(tracing, "OTLPSpanExporter", lambda **given: asked.append(given))
    tracing._collector()  # noqa: SLF001  # it is private
    assert asked == [{"timeout": seconds}], "None: the library reads what the environment says"


def test_off_imports_nothing(tmp_path: Path) -> None:
    """A request without traces imports neither opentelemetry nor idp.telemetry."""
    program = (
        "import asyncio, sys\n"
        "from idp import settings, wiring\n"
        "from tests.support.in_process import InProcess\n"
        "import httpx\n"
        "app = wiring.build_app(settings.load())\n"
        "http = httpx.Client(transport=InProcess(app), base_url='http://localhost:8000')\n"
        "assert http.get('/healthz').status_code == 200\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'idp.telemetry'))])\n"
    )
    env = {**os.environ, "IDP_ENV": "dev", "IDP_ISSUER": "http://localhost:8000", "IDP_KEY_FILE": str(tmp_path / "key"), "PYTHONPATH": "."}
    done = subprocess.run([sys.executable, "-c", program], env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.strip().strip("[]").replace("'", "").split(", "))
    assert not {name for name in loaded if name.startswith("opentelemetry")}
    assert "idp.telemetry.journal" in loaded
    assert "idp.telemetry.tracing" not in loaded


def test_without_the_extra_the_start_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without this the first request would raise ImportError."""
    monkeypatch.delitem(sys.modules, "idp.telemetry.tracing", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    services = build_services(deployment.settings(str(tmp_path), tracing="otlp"), clock=Clock())
    with pytest.raises(SettingsError, match=r"idp\[tracing\]"):
        services.journal  # noqa: B018  # made when it is asked for
