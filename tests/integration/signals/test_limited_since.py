"""What waits for a stream that its receiver narrows meanwhile is not told (docs/shared-signals.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.signals import event_types
from idp.domain.signals.signal import about_stream
from idp.services.audit.recorder import SYSTEM
from idp.services.signals import polling
from tests.integration.signals.conftest import PUSH, TYPES, claims

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from tests.integration.signals.conftest import Transmitter
    from tests.support.webhook_receiver import WebhookReceiver

REVOKED, DISABLED = "caep/event-type/session-revoked", "risc/event-type/account-disabled"


def happen(transmitter: Transmitter, *people: User) -> None:
    """Two events about each of these people: they are disabled."""
    for user in people:
        transmitter.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()


def narrow(transmitter: Transmitter, app: Client, stream: str) -> None:
    """The receiver wants no other events any more than of disabled accounts."""
    changed = transmitter.ask(app, "PATCH", "streams", json={"stream_id": stream, "events_requested": [event_types.ACCOUNT_DISABLED]})
    assert changed.status_code == 200, changed.text


def remove(transmitter: Transmitter, app: Client, stream: str, user: User) -> None:
    """The receiver does not want to hear of this person."""
    subject = {"format": "iss_sub", "iss": transmitter.services.settings.issuer, "sub": user.id}
    assert transmitter.ask(app, "POST", "subjects/remove", json={"stream_id": stream, "subject": subject}).status_code == 204


def left(transmitter: Transmitter, stream: str) -> list[str]:
    """The types of what waits."""
    return [each.type.removeprefix(TYPES) for each in transmitter.services.webhook_queue.waiting(stream, limit=99)[0]]


def test_a_poll_gets_only_what_the_stream_may_have_now(transmitter: Transmitter) -> None:
    """By the type and by the person. An event about the stream is always told, and the rest is gone."""
    app = transmitter.receiver()
    stream, kept, removed = transmitter.stream(app), transmitter.user_of(app), transmitter.user_of(app)
    happen(transmitter, kept, removed)
    assert transmitter.ask(app, "POST", "verification", json={"stream_id": stream}).status_code == 204
    assert len(left(transmitter, stream)) == 5
    narrow(transmitter, app, stream)
    remove(transmitter, app, stream, removed)
    told = [(event, each["sub_id"].get("sub")) for each in transmitter.poll(app, stream) for event in each["events"]]
    assert sorted(told, key=str) == sorted([(TYPES + DISABLED, kept.id), (event_types.VERIFICATION, None)], key=str)
    assert len(left(transmitter, stream)) == 2


def test_a_push_is_made_only_of_what_the_stream_may_have_now(transmitter: Transmitter, endpoint: WebhookReceiver) -> None:
    endpoint.json = False
    app = transmitter.receiver()
    stream = transmitter.stream(app, delivery={"method": PUSH, "endpoint_url": endpoint.url})
    kept, removed = transmitter.user_of(app), transmitter.user_of(app)
    happen(transmitter, kept, removed)
    narrow(transmitter, app, stream)
    remove(transmitter, app, stream, removed)
    assert transmitter.services.signal_worker.run(stream) == 1
    (got,) = [claims(each.body.decode()) for each in endpoint.got]
    assert (list(got["events"]), got["sub_id"]["sub"]) == ([TYPES + DISABLED], kept.id)
    assert left(transmitter, stream) == []
    assert transmitter.services.webhook_queue.dead(stream) == ([], None)


def test_a_removal_by_another_app_or_by_a_former_one_takes_nothing_away(transmitter: Transmitter) -> None:
    app, other = transmitter.receiver(), transmitter.receiver()
    stream, user = transmitter.stream(app), transmitter.user_of(app)
    transmitter.granted(user, other, "openid")
    transmitter.take()
    happen(transmitter, user)
    remove(transmitter, other, transmitter.stream(other), user)
    transmitter.services.signal_subjects.set_removed(user.id, app.id, "a former one", removed=True, noted=False, now=transmitter.clock())
    assert len(transmitter.poll(app, stream)) == 2


def test_a_poll_reads_on_when_nothing_of_a_page_is_wanted(transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to a limit: then it says that there is more."""
    app = transmitter.receiver()
    stream, people = transmitter.stream(app), [transmitter.user_of(app) for _ in range(2)]
    happen(transmitter, *people)
    (first,), _ = transmitter.services.webhook_queue.waiting(stream, limit=1)
    remove(transmitter, app, stream, next(each for each in people if each.id == json.loads(first.body)["user"]))
    monkeypatch.setattr(polling, "_ROUNDS", 1)
    answer = transmitter.ask(app, "POST", f"poll/{stream}", json={"maxEvents": 1}).json()
    assert (answer["sets"], answer["moreAvailable"]) == ({}, True)
    monkeypatch.undo()
    assert len(transmitter.ask(app, "POST", f"poll/{stream}", json={"maxEvents": 1}).json()["sets"]) == 1
    assert left(transmitter, stream) == [REVOKED, DISABLED]


@pytest.mark.parametrize("body", ["{", "[]", "{}", "1", '{"user": 7}', '{"user": null}'])
def test_what_cannot_be_read_is_not_told(transmitter: Transmitter, body: str) -> None:
    """Nothing tells whom it is about. The poll does not fail by it."""
    app = transmitter.receiver()
    stream, user = transmitter.stream(app), transmitter.user_of(app)
    happen(transmitter, user)
    first, _ = transmitter.services.webhook_queue.waiting(stream, limit=9)[0]
    first.body = body
    transmitter.services.database.put(first)
    assert len(transmitter.poll(app, stream)) == 1
    assert len(left(transmitter, stream)) == 1


STREAM = (
    "{", "[]", "{}", '{"at": 1, "event": {}}', '{"stream": 7, "at": 1, "event": {}}', '{"stream": ["ID"], "at": 1, "event": {}}',
    '{"stream": "another", "at": 1, "event": {}}', '{"stream": "ID", "at": 1}', '{"stream": "ID", "event": {}}',
    '{"stream": "ID", "at": "x", "event": {}}', '{"stream": "ID", "at": 1, "event": []}',
)  # fmt: skip
PERSON = (
    '{"user": ["ID"], "at": 1, "event": {}}',
    '{"user": "ID", "at": 1}',
    '{"user": "ID", "event": {}}',
    '{"user": "ID", "at": null, "event": {}}',
)


def test_each_damaged_event_is_left_out_and_counted(transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one about the stream itself, of which no SET can be made. The event after them is told."""
    app, queue, now = transmitter.receiver(), transmitter.services.webhook_queue, transmitter.clock()
    stream, user = transmitter.stream(app), transmitter.user_of(app)
    cases = [(type_, body.replace("ID", stream)) for body in STREAM for type_ in (event_types.VERIFICATION, event_types.STREAM_UPDATED)]
    cases += [(event_types.ACCOUNT_DISABLED, body.replace("ID", user.id)) for body in PERSON]
    whole = about_stream(event_types.VERIFICATION, stream, "last", {}, now=now + 1)
    queue.add([(stream, about_stream(type_, stream, f"jti{n:02}", {}, now=now)) for n, (type_, _) in enumerate(cases)], now=now)
    queue.add([(stream, whole)], now=now)
    for each, (type_, body) in zip(queue.waiting(stream, limit=len(cases))[0], cases, strict=True):
        assert each.type == type_
        each.body = body
        transmitter.services.database.put(each)
    counted: dict[str, int] = {}
    monkeypatch.setattr(polling, "count", counted.__setitem__)
    assert [each["jti"] for each in transmitter.poll(app, stream)] == ["last"]
    assert [each.event_id for each in queue.waiting(stream, limit=99)[0]] == ["last"]
    assert counted == {"SharedSignalsDropped": len(cases), "SharedSignalsPolled": 1}
