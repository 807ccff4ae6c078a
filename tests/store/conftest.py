"""Databases for the store's tests, reached as a deployment reaches them.

| fixture        | gives                                                                                                |
|----------------|------------------------------------------------------------------------------------------------------|
| `database`     | tables on moto, and on each real engine; shared, since every test has ids of its own                 |
| `real`         | tables on each real engine                                                                           |
| `fresh`        | tables of the test's own, where it looks at all that there is                                        |
| `lossy_store`  | a database behind a proxy that fails as told, and the one that shows what was written: every engine  |
| `faulty_store` | the same on moto only                                                                                |
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from idp.adapters.dynamodb import DynamoDb
from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.transport import NoAnswer, Refusal
from tests.engines.launch import Engines, real_engines
from tests.engines.lossy_proxy import LossyProxy
from tests.support.process import StartError

REGION = "us-east-1"
REAL = [pytest.param(name, marks=pytest.mark.engines) for name in real_engines()]


def _at(endpoint: str, prefix: str) -> Database:
    transport = DynamoDb(region=REGION, endpoint=endpoint, refusal=Refusal, silence=NoAnswer)
    return Database(prefix=prefix, transport=transport, pause=lambda _: None)


def _database(engines: Engines, name: str, prefix: str) -> Database:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # moto's server reports every request
    try:
        made = _at(engines.url(name), prefix)
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


@pytest.fixture(params=["moto", *REAL])
def fresh(engines: Engines, table_prefix: str, request: pytest.FixtureRequest) -> Database:
    """The test's own tables."""
    return _database(engines, request.param, table_prefix)


@dataclass(frozen=True)
class Faulty:
    """`through` the proxy things fail as told; `direct` shows what was written."""

    proxy: LossyProxy
    through: Database
    direct: Database


@pytest.fixture(scope="session")
def proxies(engines: Engines) -> Iterator[Callable[[str], tuple[LossyProxy, Database]]]:
    """A proxy for each engine, made when it is first asked for, and the tables behind it."""
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
    return Faulty(proxy, _at(proxy.url, direct.prefix), direct)


@pytest.fixture(params=["moto", *REAL])
def lossy_store(
    proxies: Callable[[str], tuple[LossyProxy, Database]], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Faulty:
    """No fault yet. On every engine: what a retry meets is for the engine to say."""
    return _faulty(proxies, request.param, monkeypatch)


@pytest.fixture
def faulty_store(proxies: Callable[[str], tuple[LossyProxy, Database]], monkeypatch: pytest.MonkeyPatch) -> Faulty:
    """No fault yet. On moto, since it is the proxy that says what fails."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    return _faulty(proxies, "moto", monkeypatch)
