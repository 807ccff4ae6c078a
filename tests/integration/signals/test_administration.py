"""Streams as admins of the deployment see and change them (`idp signals`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.errors import Conflict, Forbidden, NotFound
from idp.domain.signals.stream import DISABLED
from idp.services.audit.recorder import SYSTEM
from idp.services.signals import administration
from idp.services.webhooks import delivery, worker
from tests.integration.signals.conftest import PUSH, TYPES
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.signals.administration import StreamAdministration, StreamState
    from tests.integration.signals.conftest import Transmitter
    from tests.support.webhook_receiver import WebhookReceiver

UPDATED = f"{TYPES}ssf/event-type/stream-updated"


def ours(transmitter: Transmitter) -> StreamAdministration:
    return transmitter.services.signal_stream_administration


def state(transmitter: Transmitter, stream: str) -> StreamState:
    """What the list says of a stream."""
    return next(each for each in ours(transmitter).listing(scope=DEPLOYMENT) if each.stream.id == stream)


def trail(transmitter: Transmitter, stream: str) -> list[tuple[str, str]]:
    """Type and actor of the events about a stream, the newest first."""
    page = transmitter.services.audit_trail.page(since=None, until=None, place=None, limit=100, scope=DEPLOYMENT, most_days=1)
    return [(each.type, each.actor) for each in page.events if each.target == stream]


def happen(transmitter: Transmitter, app: Client) -> None:
    """Two events about a person who uses the app."""
    user = transmitter.user_of(app)
    transmitter.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()


def status(transmitter: Transmitter, app: Client, stream: str) -> dict[str, Any]:
    """What the status endpoint tells the app."""
    told: dict[str, Any] = transmitter.ask(app, "GET", f"status?stream_id={stream}").json()
    return told


def test_a_paused_stream_keeps_what_happens_and_gets_it_when_it_is_enabled(transmitter: Transmitter) -> None:
    """The app reads the reason, and hears of the change. The trail names who did it."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    assert ours(transmitter).pause(stream, scope=DEPLOYMENT, by=transmitter.by).status == "paused"
    assert "administrator" in status(transmitter, app, stream)["reason"]
    happen(transmitter, app)
    assert transmitter.poll(app, stream) == []
    found = state(transmitter, stream)
    assert (found.stream.status, found.waiting, found.more, found.sent_at) == ("paused", 2, False, 0)
    version = found.stream.version
    assert ours(transmitter).pause(stream, scope=DEPLOYMENT, by=SYSTEM).version == version
    assert ours(transmitter).enable(stream, scope=DEPLOYMENT, by=transmitter.by).reason == ""
    assert ours(transmitter).enable(stream, scope=DEPLOYMENT, by=SYSTEM).version == version + 1
    types = [type_ for each in transmitter.poll(app, stream) for type_ in each["events"]]
    assert (len(types), types.count(UPDATED)) == (3, 1)
    assert trail(transmitter, stream)[:2] == [("signal_stream.updated", transmitter.by.id), ("signal_stream.paused", transmitter.by.id)]


def test_a_push_stream_tells_its_last_push_and_hears_before_it_is_paused(transmitter: Transmitter, endpoint: WebhookReceiver) -> None:
    """One stream-updated event is tried, and none after it."""
    endpoint.json = False
    app = transmitter.receiver()
    stream = transmitter.stream(app, delivery={"method": PUSH, "endpoint_url": endpoint.url})
    happen(transmitter, app)
    assert transmitter.services.signal_worker.run(stream) == 2
    assert state(transmitter, stream).sent_at == transmitter.clock()
    ours(transmitter).pause(stream, scope=DEPLOYMENT, by=SYSTEM)
    assert len(endpoint.got) == 3
    happen(transmitter, app)
    assert transmitter.services.signal_worker.run(stream) == 0
    assert (state(transmitter, stream).waiting, len(endpoint.got)) == (2, 3)


@pytest.mark.parametrize("act", ["pause", "delete"])
def test_a_run_that_has_begun_pushes_nothing_more(
    transmitter: Transmitter, endpoint: WebhookReceiver, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """The admin acts while the first event of four is on its way. The stream-updated event of a pause is the last one."""
    monkeypatch.setattr(worker, "_AT_ONCE", 1)
    monkeypatch.setattr(delivery, "_AT_ONCE", 1)
    endpoint.json = False
    app = transmitter.receiver()
    stream = transmitter.stream(app, delivery={"method": PUSH, "endpoint_url": endpoint.url})
    happen(transmitter, app)
    happen(transmitter, app)
    acts = [act]

    def before(_: object) -> None:
        if acts:
            getattr(ours(transmitter), acts.pop())(stream, scope=DEPLOYMENT, by=SYSTEM)

    endpoint.before = before
    assert transmitter.services.signal_worker.run(stream) == 1
    assert len(endpoint.got) == {"pause": 2, "delete": 1}[act]
    assert len(transmitter.services.webhook_queue.waiting(stream, limit=9)[0]) == {"pause": 3, "delete": 0}[act]


def test_many_events_that_wait_are_not_all_counted(transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(administration, "COUNTED", 1)
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    happen(transmitter, app)
    assert state(transmitter, stream)[1:3] == (1, True)


def test_a_deleted_stream_leaves_nothing_and_the_app_may_make_another(transmitter: Transmitter) -> None:
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    happen(transmitter, app)
    ours(transmitter).delete(stream, scope=DEPLOYMENT, by=transmitter.by)
    assert transmitter.services.webhook_queue.waiting(stream, limit=9) == ([], False)
    assert transmitter.ask(app, "POST", f"poll/{stream}", json={}).status_code == 404
    assert trail(transmitter, stream)[0] == ("signal_stream.deleted", transmitter.by.id)
    for act in ("pause", "enable", "delete"):
        with pytest.raises(NotFound):
            getattr(ours(transmitter), act)(stream, scope=DEPLOYMENT, by=SYSTEM)
    assert transmitter.stream(app) != stream


def test_a_disabled_stream_is_not_paused_and_begins_empty_when_it_is_enabled(transmitter: Transmitter) -> None:
    """What was queued while it was being disabled is not told."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    happen(transmitter, app)
    services = transmitter.services
    event = services.audit.once_part("signal_stream.updated", origin=SYSTEM.origin)
    assert services.signal_streams.replace(replace(state(transmitter, stream).stream, status=DISABLED), event)
    assert ours(transmitter).pause(stream, scope=DEPLOYMENT, by=SYSTEM).status == DISABLED
    ours(transmitter).enable(stream, scope=DEPLOYMENT, by=SYSTEM)
    assert [list(each["events"]) for each in transmitter.poll(app, stream)] == [[UPDATED]]


def test_a_stream_that_is_changed_at_the_same_time_is_a_conflict(transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and no event tells of it."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    with monkeypatch.context() as busy:
        busy.setattr(transmitter.services.signal_streams, "replace", lambda *_: None)
        with pytest.raises(Conflict):
            ours(transmitter).pause(stream, scope=DEPLOYMENT, by=SYSTEM)
    ours(transmitter).pause(stream, scope=DEPLOYMENT, by=SYSTEM)
    with monkeypatch.context() as busy:
        busy.setattr(transmitter.services.signal_streams, "replace", lambda *_: None)
        with pytest.raises(Conflict):
            ours(transmitter).enable(stream, scope=DEPLOYMENT, by=SYSTEM)
    assert state(transmitter, stream).waiting == 0
    assert [type_ for type_, _ in trail(transmitter, stream)] == ["signal_stream.paused", "signal_stream.created"]


def test_an_organisations_admin_sees_and_changes_no_stream(transmitter: Transmitter) -> None:
    stream, scope = transmitter.stream(transmitter.receiver()), Organisation("org_a")
    with pytest.raises(Forbidden):
        ours(transmitter).listing(scope=scope)
    for act in ("pause", "enable", "delete"):
        with pytest.raises(Forbidden):
            getattr(ours(transmitter), act)(stream, scope=scope, by=SYSTEM)
    assert state(transmitter, stream).stream.status == "enabled"


def test_the_command_lists_pauses_enables_and_deletes(transmitter: Transmitter, quick_endpoint: str) -> None:
    """As an operator does it. An id that is unknown is refused, and a deletion asks."""
    settings = transmitter.services.settings
    idp = CommandLine(quick_endpoint, settings.table_prefix, Path(settings.key_file).parent, {"IDP_ISSUER": settings.issuer})
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    assert idp("signals", "pause", stream).out == f"{stream} is paused.\n"
    (line,) = [each for each in idp("signals", "list").out.splitlines() if each.startswith(stream)]
    assert line.startswith(f"{stream}  {app.id}  poll  paused  waiting: 0  reason: An administrator")
    assert idp("signals", "enable", stream, "--json").json == {"id": stream, "status": "enabled"}
    (told,) = [each for each in idp("signals", "list", "--json").json if each["id"] == stream]
    assert (told["status"], told["reason"], told["waiting"], told["more"], told["last_push"]) == ("enabled", "", 1, False, "")
    assert idp("signals", "delete", stream).status != 0
    assert idp("signals", "delete", stream, "--yes").out == f"{stream} is deleted.\n"
    refused = idp("signals", "enable", stream)
    assert refused.status == 1
    assert "There is no such stream of shared signals." in refused.err
