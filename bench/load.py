"""Fifty execution environments at once on DynamoDB Local: people sign in, apps refresh, the authorizer checks every token they get.

Each environment is a process under the real runtime client, on all cores of this machine. The figures are errors and waiting times
under load, not the time of one request.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from bench.flows import Relying
from bench.keys_site import keys_site
from bench.providers import ISSUER, Provider, person, project
from tests.engines.launch import ENGINES
from tests.support.lambda_host import ApiGateway, LambdaHost
from tests.verify import events
from tests.verify.places import Request

ROOT = Path(__file__).resolve().parents[1]
PEOPLE, AUTHORIZERS, ROUNDS = 40, 10, 5
"""Environments of the provider, each with a person; shared environments of the authorizer; repetitions of each."""


@dataclass
class Figures:
    """Milliseconds by flow, errors by their text, and total seconds."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def run(work: Path, tell: Callable[[str], None]) -> Figures:
    """Run everything once on DynamoDB Local."""
    with ENGINES["dynamodb-local"]() as engine:
        return measure(project(engine, work), engine, tell)


def measure(provider: Provider, engine: str, tell: Callable[[str], None]) -> Figures:
    """Run all environments on this engine."""
    figures, lock = Figures(), threading.Lock()

    def timed(name: str, act: Callable[[], object]) -> None:
        started = time.perf_counter()
        try:
            act()
        except Exception as error:  # noqa: BLE001  # every error is counted and reported
            with lock:
                figures.errors[f"{name}: {type(error).__name__}: {str(error)[:200]}"] += 1
            return
        with lock:
            figures.taken[name].append((time.perf_counter() - started) * 1e3)

    with ExitStack() as stack:
        tell("load: starting the environments")
        apps = [stack.enter_context(_app(provider, engine, number)) for number in range(PEOPLE)]
        keys = stack.enter_context(keys_site(apps[0].http.get("/jwks").raise_for_status().content))
        env = {"IDP_ISSUER": ISSUER, "IDP_AUDIENCE": ISSUER, **keys}
        gates = [stack.enter_context(LambdaHost("idp.functions.authorizer.handler", cwd=ROOT, env=env)) for _ in range(AUTHORIZERS)]
        tell("load: everybody at once")
        started = time.perf_counter()
        with ThreadPoolExecutor(PEOPLE) as pool:
            for number, app in enumerate(apps):
                pool.submit(_visits, app, gates[number % AUTHORIZERS], timed)
        figures.seconds = time.perf_counter() - started
    return figures


def _visits(app: Relying, gate: LambdaHost, timed: Callable[[str, Callable[[], object]], None]) -> None:
    for _ in range(ROUNDS):
        for name, act in (("login", app.login), ("refresh", app.refresh), ("SSO visit", app.sso_visit), ("refresh", app.refresh)):
            timed(name, act)
            timed("authorizer", lambda: _let_in(gate, app.access_token))


def _let_in(gate: LambdaHost, token: str) -> None:
    event = events.rest(Request(f"Bearer {token}"))
    if not events.permits(gate.invoke(event), event):
        raise AssertionError("a token that is right was refused")


@contextmanager
def _app(provider: Provider, engine: str, number: int) -> Iterator[Relying]:
    """Yield an environment of the provider, with an app and a person."""
    account = replace(provider.account, fields=person(engine, provider.env, number))
    with provider.start(engine) as host, httpx.Client(transport=ApiGateway(host), base_url=ISSUER, timeout=120) as http:
        app = Relying(http, account)
        app.discovery()
        yield app


def table(figures: Figures) -> list[tuple[str, ...]]:
    """Rows: what, how many, how long, how many failed."""
    failed = Counter[str]()
    for words, count in figures.errors.items():
        failed[words.partition(":")[0]] += count
    rows: list[tuple[str, ...]] = [(f"{PEOPLE + AUTHORIZERS} environments at once", "done", "p50 ms", "p95 ms", "errors")]
    for name in sorted({*figures.taken, *failed}):
        taken = sorted(figures.taken[name])
        middle, late = (f"{statistics.median(taken):.0f}", f"{taken[int(len(taken) * 0.95) - 1]:.0f}") if taken else ("-", "-")
        rows.append((name, str(len(taken)), middle, late, str(failed[name])))
    done = sum(map(len, figures.taken.values()))
    return [*rows, ("all", str(done), f"{done / figures.seconds:.0f} a second", "", str(failed.total()))]
