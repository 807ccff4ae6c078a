"""What we send is verified by `standardwebhooks` of npm, a library by other authors; and nothing else is (threats R-05)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli import environment
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.wiring import build_services
from tests.support import node_client
from tests.support.cli import CommandLine
from tests.support.clock import Clock
from tests.support.stream_records import a_record
from tests.support.tls import Authority
from tests.support.webhook_receiver import Received, WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Callable

    Verify = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def verify(node_clients: Path) -> Verify:
    """What the library says of each (secret, headers, body)."""

    def run(*received: tuple[str, dict[str, str], str]) -> list[dict[str, Any]]:
        told = [{"secret": secret, "headers": headers, "body": body} for secret, headers, body in received]
        found: list[dict[str, Any]] = node_client.run(node_clients / "webhook.mjs", {"received": told}, _nobody)["answers"]
        return found

    return run


def _nobody(_: str) -> str:
    raise AssertionError("no browser is needed")


def test_a_receiver_verifies_what_we_send_with_either_secret_and_nothing_else(
    quick_endpoint: str, table_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verify: Verify
) -> None:
    """After a rotation both secrets verify; a changed body, another id, another or old time, and a foreign secret do not."""
    authority = Authority(tmp_path)
    hosts = {"IDP_DEV_FETCH_HOSTS": "localhost", "IDP_DEV_FETCH_CA": str(authority.file)}
    idp = CommandLine(quick_endpoint, table_prefix, tmp_path, hosts)
    idp.done("bootstrap", "--json")
    for name, value in idp.env.items():
        monkeypatch.setenv(name, value)
    now = int(time.time())  # the library compares with the clock of the machine
    services = build_services(environment.settings(dict(idp.env)), clock=Clock(now))
    with WebhookReceiver(authority) as receiver:
        made, first = services.webhook_endpoint_service.create({"url": receiver.url}, scope=DEPLOYMENT, by=SYSTEM)
        services.stream.take([a_record(user_id="usr_1", version={"N": "1"})])
        services.webhook_worker.run(made.id)
        _, second = services.webhook_endpoint_service.rotate_secret(made.id, overlap=60, scope=DEPLOYMENT, by=SYSTEM)
        services.stream.take([a_record("MODIFY", user_id="usr_1", version={"N": "2"})])
        services.webhook_worker.run(made.id)
    created, updated = receiver.got
    answers = verify(*((secret, each.headers, each.body.decode()) for each in (created, updated) for secret in (first, second)))
    assert answers[0] == {"event": created.event}
    assert "refused" in answers[1]
    assert answers[2] == answers[3] == {"event": updated.event}
    refused = verify(
        (first, created.headers, created.body.decode() + " "),
        (first, {**created.headers, "webhook-id": updated.id}, created.body.decode()),
        (first, {**created.headers, "webhook-timestamp": str(now + 1)}, created.body.decode()),
        (first, {**_signed_earlier(services, made.id, created, now - 600)}, created.body.decode()),
        ("whsec_" + "A" * 43 + "=", created.headers, created.body.decode()),
    )
    assert ["refused" in each for each in refused] == [True] * len(refused)


def _signed_earlier(services: Any, endpoint_id: str, received: Received, at: int) -> dict[str, str]:
    """The headers that this request had at another time."""
    from idp.services.webhooks.signing import signed_headers

    endpoint = services.webhook_endpoints.get(endpoint_id)
    assert endpoint is not None
    return signed_headers(services.keyring, endpoint, received.id, received.body.decode(), now=at)
