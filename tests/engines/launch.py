"""Starts one DynamoDB engine and gives its endpoint. If it cannot start, the error has the reason and the command that helps.

| name             | what it is                                              | where it comes from                        |
|------------------|---------------------------------------------------------|--------------------------------------------|
| `dynamodb-local` | AWS's own, Java on SQLite                               | Maven, `tests/engines/dynamodb_local`      |
| `dynoxide`       | an independent engine on SQLite                         | npm, `tests/clients`                       |
| `external`       | the engine at the address in `IDP_TEST_DYNAMODB`        | yours                                      |
| `moto`           | a model of AWS in this process, without real races      | PyPI                                       |
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from moto.core.common_models import BaseModel
from moto.server import ThreadedMotoServer

from tests.support.process import StartError, free_port, listens, serving

ROOT = Path(__file__).resolve().parents[2]
DYNAMODB_LOCAL = ROOT / ".tools" / "dynamodb-local"
DYNOXIDE = ROOT / "tests" / "clients" / "node_modules" / "@dynoxide" / "linux-x64" / "dynoxide"
EXTERNAL = "IDP_TEST_DYNAMODB"


@contextlib.contextmanager
def dynamodb_local() -> Iterator[str]:
    """AWS's DynamoDB Local, in memory."""
    java = shutil.which("java")
    if not java:
        raise StartError("DynamoDB Local needs Java 17 or later; install it with: apt-get install openjdk-17-jre-headless")
    if not list(DYNAMODB_LOCAL.glob("DynamoDBLocal-*.jar")):
        raise StartError(f"DynamoDB Local is not in {DYNAMODB_LOCAL.relative_to(ROOT)}; fetch it with: make .tools/dynamodb-local/.stamp")
    port = free_port()
    command = [
        java,
        "-Xmx512m",
        # The tests start it often and use it briefly: the second compiler would cost more than it saves.
        "-XX:TieredStopAtLevel=1",
        f"-Djava.library.path={DYNAMODB_LOCAL}",
        "-cp",
        f"{DYNAMODB_LOCAL}/*",
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
    ]
    with serving(command, port, what="DynamoDB Local", cwd=DYNAMODB_LOCAL):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def dynoxide(data: Path | None = None) -> Iterator[str]:
    """A DynamoDB engine on SQLite, in memory, or with its data in this file."""
    require_dynoxide()
    port, kept = free_port(), ["--db-path", str(data)] if data else []
    with serving([str(DYNOXIDE), "serve", "--port", str(port), *kept], port, what="dynoxide"):
        yield f"http://127.0.0.1:{port}"


def require_dynoxide() -> None:
    """Raise StartError if dynoxide is not installed."""
    if not DYNOXIDE.exists():
        here = f"{platform.system()} {platform.machine()}"
        raise StartError(
            f"dynoxide is not installed; fetch it with: make setup. It is built for Linux x86-64, this is {here}: "
            f"elsewhere name an engine of your own in {EXTERNAL}"
        )


@contextlib.contextmanager
def external() -> Iterator[str]:
    """The engine at the address in IDP_TEST_DYNAMODB, which this process does not start."""
    url = os.environ[EXTERNAL]
    address = urlsplit(url)
    if address.hostname not in {"127.0.0.1", "localhost"}:
        raise StartError(f"{EXTERNAL} is {url}: races are load, and go to this machine only (http://127.0.0.1:PORT)")
    if not listens(address.port or 80):
        raise StartError(f"nothing listens at {url}, the address in {EXTERNAL}: start it, or unset {EXTERNAL}")
    yield url


class _OneAtATime:
    """Handles one request at a time: moto copies its data at each transaction, and fails if another request writes during the copy."""

    def __init__(self, app: Any) -> None:
        self._app, self._lock = app, Lock()

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        """Handle one request."""
        with self._lock:
            return list(self._app(environ, start_response))


def _keep_no_copies() -> None:
    """Moto keeps each object that it made until a reset, and copies whole tables in a transaction: gigabytes in a long run.

    Only those of DynamoDB are not kept: moto looks through the kept objects of S3.
    """
    known: Any = BaseModel.__new__

    def new(cls: type[BaseModel], *given: object, **named: object) -> BaseModel:
        return object.__new__(cls) if cls.__module__.startswith("moto.dynamodb.") else known(cls, *given, **named)

    if known.__name__ != new.__name__:
        setattr(BaseModel, "__new__", new)  # noqa: B010  # mypy refuses to assign a method


@contextlib.contextmanager
def moto() -> Iterator[str]:
    """Moto over HTTP, in a thread of this process."""
    _keep_no_copies()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    running: Any = server._server  # noqa: SLF001  # moto has no other way to the application that it serves
    running.app = _OneAtATime(running.app)
    try:
        _, port = server.get_host_and_port()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


ENGINES: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "dynamodb-local": dynamodb_local,
    "dynoxide": dynoxide,
    "external": external,
    "moto": moto,
}


def real_engines() -> list[str]:
    """The engines that races run on: the engine that is named, else dynamodb-local and dynoxide. The result is never empty."""
    return ["external"] if os.environ.get(EXTERNAL) else ["dynamodb-local", "dynoxide"]


def quick_engine() -> str:
    """The engine for tests that are not about a race: dynoxide, or moto where it is missing. Moto takes ten times as long for a call."""
    return "dynoxide" if DYNOXIDE.exists() else "moto"


class Engines:
    """Engines by name, each started at its first use and kept until the end."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._urls: dict[str, str] = {}

    def url(self, name: str) -> str:
        if name not in self._urls:
            self._urls[name] = self._stack.enter_context(ENGINES[name]())
        return self._urls[name]

    def close(self) -> None:
        self._stack.close()
        self._urls.clear()
