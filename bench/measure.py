"""Measures cold starts in turn, then calls and units, latency and processor time of each flow."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from bench.flows import Relying
from bench.meter import Meter, Usage
from bench.providers import ISSUER, Provider
from tests.support.lambda_host import ApiGateway, LambdaHost

FLOWS: dict[str, Callable[[Relying], None]] = {
    "discovery": Relying.discovery,
    "client credentials": Relying.client_credentials,
    "login": Relying.login,
    "SSO visit": Relying.sso_visit,
    "refresh": Relying.refresh,
}
WARM_UP = 10


@dataclass
class Flow:
    """The figures of one flow in milliseconds. None if only its calls were counted."""

    usage: Usage
    p50: float | None = None
    p95: float | None = None
    cpu: float | None = None


@dataclass
class Figures:
    """The figures of one provider in milliseconds and megabytes."""

    name: str
    cold_discovery: list[float] = field(default_factory=list)
    cold_token: list[float] = field(default_factory=list)
    memory_mb: float = 0.0
    flows: dict[str, Flow] = field(default_factory=dict)


@contextmanager
def _running(provider: Provider, endpoint: str) -> Iterator[tuple[LambdaHost, Relying]]:
    with provider.start(endpoint) as host, httpx.Client(transport=ApiGateway(host), base_url=ISSUER, timeout=60) as http:
        yield host, Relying(http, provider.account)


def cold_starts(providers: Iterable[Provider], engine: str, times: int, tell: Callable[[str], None]) -> dict[str, Figures]:
    """Time a process from its start to the first metadata document, and another one to the first token, in turn."""
    figures = {provider.name: Figures(provider.name) for provider in providers}
    for turn in range(times):
        for provider in providers:
            tell(f"cold start {turn + 1} of {times}, {provider.name}")
            with _running(provider, engine) as (host, app):
                app.discovery()
                figures[provider.name].cold_discovery.append(host.cold_ms or 0.0)
                paths = app.paths
            with _running(provider, engine) as (host, app):
                app.paths = paths
                app.client_credentials()
                figures[provider.name].cold_token.append(host.cold_ms or 0.0)
    return figures


def count(provider: Provider, engine: str, tell: Callable[[str], None]) -> dict[str, Usage]:
    """Count calls and units of each flow's third run, on a warm function and with consent given.

    A TOTP code can be used once, and the tolerated clock drift allows the next one now: of that login the second run is counted.
    """
    used: dict[str, Usage] = {}
    with Meter(engine) as meter, _running(provider, meter.url) as (_, app):
        for name, run in FLOWS.items():
            tell(f"counting {name}, {provider.name}")
            for _ in range(3):
                meter.take()
                run(app)
            used[name] = meter.take()
        if provider.with_totp:
            other = Relying(app.http, provider.with_totp)
            other.paths = app.paths
            for _ in range(2):
                meter.take()
                other.login()
            used["login with TOTP"] = meter.take()
    return used


def clock(provider: Provider, engine: str, times: int, figures: Figures, tell: Callable[[str], None]) -> None:
    """Measure latency and processor time of each flow, on a warm function without the meter."""
    with _running(provider, engine) as (host, app):
        for name, run in FLOWS.items():
            tell(f"timing {name}, {provider.name}")
            for _ in range(WARM_UP):
                run(app)
            before, taken = host.cpu_seconds(), [_timed(run, app) for _ in range(times)]
            flow = figures.flows[name]
            flow.cpu = (host.cpu_seconds() - before) / times * 1e3
            flow.p50, flow.p95 = statistics.median(taken), sorted(taken)[max(0, int(times * 0.95) - 1)]
        figures.memory_mb = host.peak_memory_mb()


def _timed(run: Callable[[Relying], None], app: Relying) -> float:
    started = time.perf_counter()
    run(app)
    return (time.perf_counter() - started) * 1e3
