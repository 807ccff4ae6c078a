"""Databases for the store's tests, reached as a deployment reaches them.

| fixture    | gives                                                                                                    |
|------------|----------------------------------------------------------------------------------------------------------|
| `database` | tables on moto, and on each real engine; shared, since every test has ids of its own                     |
| `real`     | tables on each real engine                                                                               |
| `fresh`    | tables of the test's own, where it looks at all that there is                                            |
| `faulty`   | a proxy that fails as told, before the engine of `direct`, and a database that reaches it through there; |
|            | once more with botocore in the place of our own transport                                                |
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from idp.adapters.dynamodb import DynamoDb
from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.transport import NoAnswer, PynamodbTransport, Refusal, Transport
from tests.engines.launch import Engines, real_engines
from tests.engines.lossy_proxy import LossyProxy
from tests.support.process import StartError

REGION = "us-east-1"
REAL = [pytest.param(name, marks=pytest.mark.engines) for name in real_engines()]


def _at(endpoint: str, prefix: str) -> Database:
    transport = DynamoDb(region=REGION, endpoint=endpoint, refusal=Refusal, silence=NoAnswer)
    return Database(prefix=prefix, region=REGION, transport=transport, pause=lambda _: None)


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


@pytest.fixture(scope="session", params=["moto", *REAL])
def _proxied(engines: Engines, request: pytest.FixtureRequest) -> Iterator[tuple[LossyProxy, Database]]:
    direct = _database(engines, request.param, "faults")
    with LossyProxy(engines.url(request.param)) as proxy:
        yield proxy, direct


@pytest.fixture(params=["own", "botocore"])
def faulty(_proxied: tuple[LossyProxy, Database], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Faulty:
    """No fault yet. Nobody waits before a retry. botocore's client is new each time: it retries less the more it had to before."""
    proxy, direct = _proxied
    proxy.heal()
    proxy.take()
    monkeypatch.setattr("idp.adapters.aws_json._PAUSE", 0)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", _at_once)
    own = _at(proxy.url, direct.prefix)
    if request.param == "own":
        return Faulty(proxy, own, direct)
    botocore: Transport = PynamodbTransport(REGION, proxy.url)
    return Faulty(proxy, Database(prefix=direct.prefix, region=REGION, transport=botocore, pause=lambda _: None), direct)


def _at_once(*_: Any) -> int:
    return 0
