"""A deployment with people, and an app's SCIM endpoint that its changes go to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from idp.cli import environment
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.provisioning.target import Target
from idp.services.audit.recorder import SYSTEM
from idp.wiring import build_services
from idp.wiring.all_services import AllServices
from tests.support.cli import CommandLine
from tests.support.clock import Clock
from tests.support.scim_target import ScimTarget
from tests.support.stream_records import a_record
from tests.support.tls import Authority


@dataclass
class Deployment:
    """`changed` says that people changed, as the stream does. `work` sends what is due."""

    services: AllServices
    clock: Clock
    target: ScimTarget
    idp: CommandLine

    def add(self, target_id: str = "app", **members: Any) -> Target:
        """Make the provisioning target, without comparing anything yet."""
        given = {"base_url": self.target.base_url, "token": self.target.token, **members}
        made = self.services.provisioning_target_service.create(target_id, given, scope=DEPLOYMENT, by=SYSTEM)
        state = self.services.provisioning.state(target_id)
        state.comparing = None
        self.services.provisioning.keep(state, now=self.clock())
        return made

    def person(self, email: str, **members: Any) -> str:
        """Create a person. Returns the id."""
        made = self.services.user_service.create(email, None, scope=DEPLOYMENT, **members)
        return made.id

    def changed(self, *user_ids: str) -> None:
        """Take the records that the stream has after changes of these people."""
        assert self.services.stream.take([a_record("MODIFY", user_id=each) for each in user_ids]) == {"batchItemFailures": []}

    def work(self, *, later: int = 0) -> int:
        """Send what is due, so many seconds later."""
        self.clock.advance(later)
        return self.services.provisioning_worker.run()

    def compare(self) -> None:
        """Run the nightly comparison, and send what it found."""
        self.services.provisioning_nightly.run()
        self.work()
        self.work(later=1)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[ScimTarget]:
    """The app's endpoint."""
    with ScimTarget(Authority(tmp_path)) as running:
        yield running


@pytest.fixture
def deployment(quick_endpoint: str, table_prefix: str, tmp_path: Path, target: ScimTarget, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """The deployment."""
    hosts = {"IDP_DEV_FETCH_HOSTS": "localhost", "IDP_DEV_FETCH_CA": str(tmp_path / "Tests.pem")}
    idp = CommandLine(quick_endpoint, table_prefix, tmp_path, hosts)
    idp.done("bootstrap", "--json")
    for name, value in idp.env.items():
        monkeypatch.setenv(name, value)
    clock = Clock()
    return Deployment(build_services(environment.settings(dict(idp.env)), clock=clock), clock, target, idp)
