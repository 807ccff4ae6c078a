"""Streams of shared signals in the admin API: what is told, what is changed, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import PreconditionFailed
from idp.domain.signals import event_types
from idp.domain.signals.signal import about_stream
from idp.domain.signals.stream import DISABLED, ENABLED, PAUSED, SignalStream
from idp.services.signals.push import seal_authorization

if TYPE_CHECKING:
    from tests.support.world import World

PATH = "/signal-streams"
HEADER = "Bearer of-the-receiver"


def made(world: World, **members: Any) -> SignalStream:
    """A stored stream of a new app. Two events wait."""
    services, client = world.services, world.service_client("api:read", resources=["https://api.example"])
    stream = SignalStream(f"ssf_{services.new_id()}", client.id, client.incarnation, created_at=world.clock(), **members)
    event = services.audit.once_part("signal_stream.created", origin=world.by.origin, actor=client.id, target=stream.id)
    assert services.signal_streams.create(stream, event)
    waiting = [about_stream(event_types.VERIFICATION, stream.id, f"{stream.id}-{each}", {}, now=world.clock()) for each in range(2)]
    services.webhook_queue.add([(stream.id, each) for each in waiting], now=world.clock())
    return stream


def now(world: World, stream: SignalStream) -> SignalStream:
    """The stream as stored now."""
    found = world.services.signal_streams.get(stream.id)
    assert found is not None
    return found


def acts(world: World, stream: SignalStream) -> list[tuple[str, str]]:
    """Type and actor of the events about the stream, after the first."""
    return [
        (each["type"], each["actor"]) for each in world.events() if each.get("target") == stream.id and each["actor"] != stream.client_id
    ]


def test_a_stream_is_told_without_the_credentials_of_its_receiver(shared: World) -> None:
    """Alone and in the list, with how it does and its version."""
    stream = made(shared, events_requested=(event_types.ACCOUNT_PURGED,), description="CRM <b>")
    sealed = seal_authorization(shared.services.keyring, stream.id, HEADER)
    push = replace(stream, method="urn:ietf:rfc:8935", endpoint_url="https://crm.example/events", sealed_authorization=sealed)
    event = shared.services.audit.once_part("signal_stream.updated", origin=shared.by.origin)
    assert shared.services.signal_streams.replace(push, event)
    answer = shared.call("GET", f"{PATH}/{stream.id}")
    told = answer.json()
    assert answer.headers["etag"] == '"2"'
    assert (told["method"], told["endpoint_url"], told["status"], told["reason"]) == ("push", "https://crm.example/events", "enabled", None)
    assert (told["waiting"], told["more_waiting"], told["sent_at"], told["failing_since"], told["problem"]) == (2, False, None, None, None)
    assert (told["client_id"], told["events_requested"], told["description"]) == (stream.client_id, [event_types.ACCOUNT_PURGED], "CRM <b>")
    listed = shared.call("GET", PATH).json()
    assert told in listed["items"]
    assert HEADER not in json.dumps(listed)
    assert sealed not in json.dumps(listed)


def test_a_stream_is_paused_enabled_and_deleted(shared: World) -> None:
    """Each answer is the stream as it is then, and the trail has each act once, also of a request that is repeated."""
    stream, key = made(shared), {"Idempotency-Key": "pause-it"}
    first, again = (shared.call("POST", f"{PATH}/{stream.id}/pause", json={}, headers=key) for _ in range(2))
    assert first.status_code == 200
    assert (first.json()["status"], first.headers["etag"]) == ("paused", '"2"')
    assert "administrator" in first.json()["reason"]
    assert again.json() == first.json()
    enabled = shared.call("POST", f"{PATH}/{stream.id}/enable", json={}, headers={"If-Match": '"2"'})
    assert (enabled.json()["status"], enabled.json()["reason"], enabled.json()["waiting"], enabled.headers["etag"]) == (
        "enabled",
        None,
        3,
        '"3"',
    )
    assert shared.call("DELETE", f"{PATH}/{stream.id}", headers={"If-Match": '"3"'}).status_code == 204
    assert shared.services.webhook_queue.waiting(stream.id, limit=9) == ([], False)
    root = shared.root.id
    assert acts(shared, stream) == [("signal_stream.deleted", root), ("signal_stream.updated", root), ("signal_stream.paused", root)]


@pytest.mark.parametrize(("status", "act"), [("enabled", "enable"), (PAUSED, "pause"), (DISABLED, "pause")])
def test_what_is_so_already_stays_as_it_is(shared: World, status: str, act: str) -> None:
    """Nothing is written, and no event tells of it."""
    stream = made(shared, status=status)
    answer = shared.call("POST", f"{PATH}/{stream.id}/{act}", json={})
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert now(shared, stream) == stream
    assert acts(shared, stream) == []


def test_what_waits_stays_if_its_app_enabled_it_meanwhile(shared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app was first: the events that came since are for its stream."""
    stream = made(shared, status=DISABLED)
    service, store = shared.services.signal_stream_administration, shared.services.signal_streams
    real = store.get

    def get(stream_id: str) -> SignalStream | None:
        found = real(stream_id)
        if found and found.status == DISABLED:
            event = shared.services.audit.once_part("signal_stream.updated", origin=shared.by.origin)
            assert store.replace(replace(found, status=ENABLED), event)
            late = about_stream(event_types.VERIFICATION, stream.id, f"{stream.id}-late", {}, now=shared.clock())
            shared.services.webhook_queue.add([(stream.id, late)], now=shared.clock())
        return found

    monkeypatch.setattr(store, "get", get)
    with pytest.raises(PreconditionFailed):
        service.enable(stream.id, scope=DEPLOYMENT, by=shared.by, expected=[stream.version])
    assert f"{stream.id}-late" in {each.event_id for each in shared.services.webhook_queue.waiting(stream.id, limit=100)[0]}


def test_a_worker_that_begins_at_once_keeps_the_stream_for_itself(shared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the stream had is removed after the write that enables it. A second worker would send the same events beside the first."""
    stream = made(shared, status=DISABLED)
    store, queue, now = shared.services.signal_streams, shared.services.webhook_queue, shared.clock()
    former = queue.claim(stream.id, now=now)
    assert former
    queue.keep(former, now=now)
    real = store.replace

    def replace_and_begin(after: SignalStream, event: Any) -> SignalStream | None:
        written = real(after, event)
        assert queue.claim(stream.id, now=now)
        return written

    monkeypatch.setattr(store, "replace", replace_and_begin)
    shared.services.signal_stream_administration.enable(stream.id, scope=DEPLOYMENT, by=shared.by)
    assert queue.claim(stream.id, now=now) is None


@pytest.mark.parametrize(
    ("method", "act", "status"), [("POST", "/pause", "enabled"), ("POST", "/enable", PAUSED), ("DELETE", "", "enabled")]
)
def test_a_stale_version_changes_nothing(shared: World, method: str, act: str, status: str) -> None:
    """Nor does one of no number. What waits stays."""
    stream = made(shared, status=status)
    assert shared.services.signal_streams.note_verification(stream)
    for tag, refusal in (('"1"', 412), ('W/"2"', 412), ("2", 400)):
        body: dict[str, Any] | None = {} if method == "POST" else None
        answer = shared.call(method, f"{PATH}/{stream.id}{act}", json=body, headers={"If-Match": tag})
        assert (answer.status_code, answer.headers["content-type"]) == (refusal, "application/problem+json"), answer.text
    assert now(shared, stream).version == 2
    assert len(shared.services.webhook_queue.waiting(stream.id, limit=9)[0]) == 2
    assert acts(shared, stream) == []


@pytest.mark.parametrize(
    ("method", "act", "status"), [("POST", "/pause", "enabled"), ("POST", "/enable", PAUSED), ("DELETE", "", "enabled")]
)
def test_a_change_between_the_check_and_the_write_is_412(
    shared: World, monkeypatch: pytest.MonkeyPatch, method: str, act: str, status: str
) -> None:  # fmt: skip
    """The app changes its stream after the version was compared."""
    stream, administration = made(shared, status=status), shared.services.signal_stream_administration
    compare = administration._expected  # noqa: SLF001  # the place between

    def compared(*given: Any) -> SignalStream:
        found = compare(*given)
        assert shared.services.signal_streams.note_verification(stream)
        return found

    monkeypatch.setattr(administration, "_expected", compared)
    answer = shared.call(method, f"{PATH}/{stream.id}{act}", json={} if method == "POST" else None, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert (now(shared, stream).status, now(shared, stream).version) == (status, 2)
    assert acts(shared, stream) == []


@pytest.mark.parametrize("stream_id", ["ssf_unknown", "wh_x", "ssf_", "x", "ssf_%00", "ssf_" + "a" * 65])
def test_an_id_of_something_else_is_404(shared: World, stream_id: str) -> None:
    for method, act in (("GET", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/enable")):
        assert shared.call(method, f"{PATH}/{stream_id}{act}", json={} if method == "POST" else None).status_code in {400, 404}


@pytest.mark.parametrize("body", [{"reason": "x"}, [], "x", 7, {"status": "disabled"}])
def test_a_body_that_is_not_described_is_refused(shared: World, body: Any) -> None:
    """No caller gives a status or a reason of its own."""
    stream = made(shared)
    assert shared.call("POST", f"{PATH}/{stream.id}/pause", json=body).status_code == 400
    assert now(shared, stream) == stream


@pytest.mark.parametrize("scope", ["signals:read", "webhooks:write", "users:write", "hooks:write"])
def test_the_scope_is_required(shared: World, scope: str) -> None:
    """Reading needs signals:read, the rest signals:write. The rights over webhooks are others."""
    stream, token = made(shared), shared.service_token(shared.service_client(scope))
    reads = 200 if scope == "signals:read" else 403
    assert shared.call("GET", PATH, token=token).status_code == reads
    assert shared.call("GET", f"{PATH}/{stream.id}", token=token).status_code == reads
    for method, act in (("POST", "/pause"), ("POST", "/enable"), ("DELETE", "")):
        refused = shared.call(method, f"{PATH}/{stream.id}{act}", json={} if method == "POST" else None, token=token)
        assert refused.status_code == 403
    assert now(shared, stream) == stream
