"""What remains of a cold start with SnapStart: the first request of a loaded function, beside the same request later.

The snapshot contains code and no key or connection, so the first request reads the keys and connects. The runtime client runs as with
SnapStart, with its restore hooks. AWS takes and loads the snapshot; no figure here includes that.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bench.flows import Relying
from bench.providers import ISSUER, Provider, project
from tests.engines.launch import ENGINES
from tests.support.lambda_host import ApiGateway, LambdaHost

SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
REQUESTS: dict[str, Callable[[Relying], None]] = {
    "discovery": Relying.discovery,
    "client credentials": Relying.client_credentials,
    "the sign-in page": Relying.sign_in_page,
}
WARM = 30


def run(work: Path, times: int, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Rows: request, first, warm, ratio; milliseconds, medians."""
    rows: list[tuple[str, ...]] = [("first request after loading", "first ms", "warm ms", "ratio", "to reach")]
    with ENGINES["dynoxide"]() as engine:
        provider = project(engine, work)
        for name, request in REQUESTS.items():
            tell(f"first request, {name}")
            taken = [_one(provider, engine, request) for _ in range(times)]
            first, warm = (statistics.median(column) for column in zip(*taken, strict=True))
            rows.append((name, f"{first:.1f}", f"{warm:.1f}", f"{first / warm:.1f}", "≤ 3"))
    return rows


def _one(provider: Provider, engine: str, request: Callable[[Relying], None]) -> tuple[float, float]:
    """Measure one environment: its first request, and the median of later ones."""
    env = {**provider.env, **SNAP_START, "AWS_ENDPOINT_URL_DYNAMODB": engine}
    with (
        LambdaHost("idp.functions.api.handler", cwd=Path(__file__).resolve().parents[1], env=env) as host,
        httpx.Client(transport=ApiGateway(host), base_url=ISSUER, timeout=60) as http,
    ):
        app = Relying(http, provider.account)
        app.paths = {"token_endpoint": "/token", "authorization_endpoint": "/authorize"}
        host.wait_until_ready()
        first = _timed(request, app)
        return first, statistics.median(_timed(request, app) for _ in range(WARM))


def _timed(request: Callable[[Relying], None], app: Relying) -> float:
    started = time.perf_counter()
    request(app)
    return (time.perf_counter() - started) * 1e3
