"""A deployment whose tables have streams, on the engines that have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli import environment
from idp.wiring import build_services
from tests.support.cli import CommandLine
from tests.support.clock import Clock
from tests.support.table_stream import TableStream
from tests.support.tls import Authority

if TYPE_CHECKING:
    from pathlib import Path

    from idp.wiring.all_services import AllServices


@dataclass
class Streamed:
    """`read` gives what the streams have since the last time, as Lambda hands it over: `directory` first."""

    services: AllServices
    clock: Clock
    directory: TableStream
    state: TableStream
    idp: CommandLine
    authority: Authority

    def read(self) -> list[dict[str, Any]]:
        """The records of both tables."""
        return self.directory.read() + self.state.read()


@pytest.fixture
def streamed(dynamodb_endpoint: str, table_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Streamed:
    """The deployment. What the command line made first is not in what `read` gives."""
    authority = Authority(tmp_path)
    hosts = {"IDP_DEV_FETCH_HOSTS": "localhost", "IDP_DEV_FETCH_CA": str(authority.file)}
    idp = CommandLine(dynamodb_endpoint, table_prefix, tmp_path, hosts)
    idp.done("bootstrap", "--json")
    for name, value in idp.env.items():
        monkeypatch.setenv(name, value)
    clock = Clock()
    services = build_services(environment.settings(dict(idp.env)), clock=clock)
    directory, state = (TableStream(dynamodb_endpoint, f"{table_prefix}-{table}") for table in ("directory", "state"))
    made = Streamed(services, clock, directory, state, idp, authority)
    made.read()
    return made
