"""A deployment with a webhook endpoint. Changes are told by records that are made from the items themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from idp.cli import environment
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.services.mail.outbox import Outbox
from idp.wiring import build_services
from idp.wiring.all_services import AllServices
from tests.support.cli import CommandLine
from tests.support.clock import Clock
from tests.support.stream_records import a_record
from tests.support.tls import Authority
from tests.support.webhook_receiver import WebhookReceiver

DAY = 86400


@dataclass
class Hooked:
    """`tell` says what happened as the stream does. `work` sends what is due."""

    services: AllServices
    clock: Clock
    receiver: WebhookReceiver
    idp: CommandLine
    secrets: dict[str, str] = field(default_factory=dict)

    def endpoint(self, receiver: WebhookReceiver | None = None, **members: Any) -> str:
        """Make an endpoint. Returns the id."""
        given = {"url": (receiver or self.receiver).url, **members}
        made, secret = self.services.webhook_endpoint_service.create(given, scope=DEPLOYMENT, by=SYSTEM)
        self.secrets[made.id] = secret
        return made.id

    def changed(self, *user_ids: str, version: int = 2, **attributes: Any) -> list[dict[str, Any]]:
        """Tell that these people changed. Returns the records."""
        records = [a_record("MODIFY", user_id=each, version={"N": str(version)}, **attributes) for each in user_ids]
        assert self.services.stream.take(records) == {"batchItemFailures": []}
        return records

    def work(self, endpoint_id: str, *, later: int = 0) -> int:
        """Send what is due at an endpoint, so many seconds later."""
        self.clock.advance(later)
        return self.services.webhook_worker.run(endpoint_id)

    def work_on(self, endpoint_id: str) -> int:
        """As `work`, as the function does it: with the first of further attempts."""
        return self.services.webhook_worker.work(endpoint_id)

    def attempts(self, endpoint_id: str) -> list[Any]:
        """The attempts, the newest first."""
        return self.services.webhook_deliveries.attempts(endpoint_id, start=None, limit=100, scope=DEPLOYMENT)[0]

    def dead(self, endpoint_id: str) -> list[Any]:
        """The dead letters."""
        return self.services.webhook_deliveries.dead_letters(endpoint_id, start=None, limit=100, scope=DEPLOYMENT)[0]

    def off(self, endpoint_id: str) -> str:
        """Why an endpoint is off, or ""."""
        found = self.services.webhook_endpoints.get(endpoint_id)
        assert found is not None
        return found.disabled_why

    def mails(self) -> list[Any]:
        """The mails that were sent, the newest first."""
        assert isinstance(self.services.mailer, Outbox)
        return self.services.mailer.sent

    def left(self) -> set[str]:
        """The kinds of items of webhooks that `state` has, without those that stay."""
        kinds = {raw["kind"]["S"] for raw in self.services.database.scan("state")}
        return {each for each in kinds if each.startswith("webhook_")} - {"webhook_attempt", "webhook_sent", "webhook_state"}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The authority of the receivers."""
    return Authority(tmp_path)


@pytest.fixture
def receiver(authority: Authority) -> Iterator[WebhookReceiver]:
    """The other system."""
    with WebhookReceiver(authority) as running:
        yield running


@pytest.fixture
def hooked(
    quick_endpoint: str, table_prefix: str, tmp_path: Path, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> Hooked:  # fmt: skip
    """The deployment."""
    hosts = {"IDP_DEV_FETCH_HOSTS": "localhost", "IDP_DEV_FETCH_CA": str(tmp_path / "Tests.pem"), "IDP_MAIL_FROM": "id@example.com"}
    idp = CommandLine(quick_endpoint, table_prefix, tmp_path, hosts)
    idp.done("bootstrap", "--json")
    for name, value in idp.env.items():
        monkeypatch.setenv(name, value)
    clock = Clock()
    return Hooked(build_services(environment.settings(dict(idp.env)), clock=clock), clock, receiver, idp)
