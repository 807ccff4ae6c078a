"""Databases for the store's tests, with the same client as in a deployment.

| fixture        | gives                                                                                                |
|----------------|------------------------------------------------------------------------------------------------------|
| `database`     | tables on moto, and on each real engine; shared, because every test has its own ids                  |
| `real`         | tables on each real engine                                                                           |
| `fresh`        | tables of this test only on each real engine, for tests that read all items                          |
| `lossy_store`  | a database behind a proxy that fails on request, and a direct one that shows what was written        |
| `faulty_store` | the same on the fastest engine only                                                                  |
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from idp.adapters.aws_client import LIMITS, Limits
from idp.adapters.dynamodb import DynamoDb
from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.transport import NoAnswer, Refusal
from tests.engines.launch import Engines, quick_engine, real_engines
from tests.engines.lossy_proxy import LossyProxy
from tests.support.process import StartError

REGION = "us-east-1"
REAL = [pytest.param(name, marks=pytest.mark.engines) for name in real_engines()]


PATIENT = Limits(connect=10, read=60, patience=120)
"""A busy machine must not make a test fail. The proxy closes connections at once, so that no test waits for these limits."""


def _at(endpoint: str, prefix: str, limits: Limits = LIMITS) -> Database:
    transport = DynamoDb(region=REGION, endpoint=endpoint, refusal=Refusal, silence=NoAnswer, limits=limits)
    return Database(prefix=prefix, transport=transport, pause=lambda _: None)


def _database(engines: Engines, name: str, prefix: str) -> Database:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # moto's server reports every request
    try:
        made = _at(engines.url(name), prefix, PATIENT)
    except StartError as problem:
        pytest.fail(f"{name}: {problem}", pytrace=False)
    create_tables(made)
    return made


@pytest.fixture(scope="session", params=["moto", *REAL])
def database(engines: Engines, request: pytest.FixtureRequest) -> Database:
    """Shared tables."""
    return _database(engines, request.param, "store")


@pytest.fixture(scope="session", params=REAL)
def real(engines: Engines, request: pytest.FixtureRequest) -> Database:
    """Shared tables on a real engine."""
    return _database(engines, request.param, "races")


@pytest.fixture(params=REAL)
def fresh(engines: Engines, table_prefix: str, request: pytest.FixtureRequest) -> Database:
    """Tables of this test only, on a real engine: moto copies all items at each call."""
    return _database(engines, request.param, table_prefix)


@dataclass(frozen=True)
class Faulty:
    """`through` reaches the tables through the proxy; `direct` shows what was written."""

    proxy: LossyProxy
    through: Database
    direct: Database


@pytest.fixture(scope="session")
def proxies(engines: Engines) -> Iterator[Callable[[str], tuple[LossyProxy, Database]]]:
    """A proxy and tables for each engine, made when they are first used."""
    with contextlib.ExitStack() as stack:
        made: dict[str, tuple[LossyProxy, Database]] = {}

        def proxied(engine: str) -> tuple[LossyProxy, Database]:
            if engine not in made:
                direct = _database(engines, engine, "faults")
                made[engine] = stack.enter_context(LossyProxy(engines.url(engine))), direct
            return made[engine]

        yield proxied


def _faulty(proxies: Callable[[str], tuple[LossyProxy, Database]], engine: str, monkeypatch: pytest.MonkeyPatch) -> Faulty:
    proxy, direct = proxies(engine)
    proxy.heal()
    proxy.take()
    monkeypatch.setattr("idp.adapters.aws_client._PAUSE", 0)  # no pause before a retry
    return Faulty(proxy, _at(proxy.url, direct.prefix, PATIENT), direct)


@pytest.fixture(params=REAL)
def lossy_store(
    proxies: Callable[[str], tuple[LossyProxy, Database]], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Faulty:
    """Without a fault at first. On every real engine, because the engine decides what a retry meets."""
    return _faulty(proxies, request.param, monkeypatch)


@pytest.fixture
def faulty_store(proxies: Callable[[str], tuple[LossyProxy, Database]], monkeypatch: pytest.MonkeyPatch) -> Faulty:
    """Without a fault at first. On one engine only, because the proxy decides what fails."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    return _faulty(proxies, quick_engine(), monkeypatch)
