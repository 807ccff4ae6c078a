"""Which secrets sign an event: the present one, and a replaced one for its time; each for its own endpoint (threats R-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM

if TYPE_CHECKING:
    from tests.integration.webhooks.conftest import Hooked


def signatures(hooked: Hooked, endpoint: str, user: str) -> list[str]:
    """The signatures of the next event."""
    hooked.changed(user)
    assert hooked.work(endpoint) == 1
    return hooked.receiver.got[-1].headers["webhook-signature"].split()


def test_a_replaced_secret_signs_for_its_time_and_no_longer(hooked: Hooked) -> None:
    """Then one signature is left, also if the endpoint is not changed."""
    endpoint = hooked.endpoint()
    assert len(signatures(hooked, endpoint, "a")) == 1
    hooked.services.webhook_endpoint_service.rotate_secret(endpoint, overlap=60, scope=DEPLOYMENT, by=SYSTEM)
    assert len(signatures(hooked, endpoint, "b")) == 2
    hooked.clock.advance(59)
    assert len(signatures(hooked, endpoint, "c")) == 2
    hooked.clock.advance(1)
    assert len(signatures(hooked, endpoint, "d")) == 1


def test_a_secret_that_was_sealed_for_another_endpoint_signs_nothing(hooked: Hooked) -> None:
    """The attempt fails, nothing is sent, and the events of other endpoints arrive."""
    one, other = hooked.endpoint(), hooked.endpoint()
    stored, foreign = hooked.services.webhook_endpoints.get(one), hooked.services.webhook_endpoints.get(other)
    assert stored is not None
    assert foreign is not None
    event = hooked.services.audit.once_part("webhook.updated", origin=SYSTEM.origin, target=one)
    assert hooked.services.webhook_endpoints.replace(replace(stored, secrets=foreign.secrets), event)
    hooked.changed("a")
    assert hooked.work(one) == 0
    assert hooked.receiver.got == []
    assert hooked.attempts(one)[0].problem == "the secret cannot be decrypted; rotate it"
    assert hooked.work(other) == 1


def test_a_worker_that_lost_its_lease_does_not_take_the_endpoint_from_the_next_one(hooked: Hooked) -> None:
    """What it knows about the endpoint is older, and the lease is the other's."""
    endpoint, queue = hooked.endpoint(), hooked.services.webhook_queue
    first = queue.claim(endpoint, now=hooked.clock())
    hooked.clock.advance(1000)
    second = queue.claim(endpoint, now=hooked.clock())
    assert first is not None
    assert second is not None
    first.problem = "old"
    queue.keep(first, now=hooked.clock())
    now = queue.state(endpoint)
    assert now is not None
    assert (now.holder, now.problem) == (second.holder, "")
