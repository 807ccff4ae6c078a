"""Events on a bus of EventBridge: each once or again with the same id, and a failure fails its records alone (docs/webhooks.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idp.adapters.event_bus import AT_ONCE, Entry, EventBus
from idp.domain.errors import Unavailable
from idp.domain.streams.record import read_record
from idp.services.streams.event_bus import EventBusConsumer
from tests.support.stream_records import a_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.streams.change import Change


class Bus(EventBus):
    """A bus in this process. `refuse`: the numbers of the calls that fail, or of entries that do not arrive."""

    def __init__(self, *, down_from: int = 10**6, refused: frozenset[str] = frozenset()) -> None:
        self.entries: list[Entry] = []
        self.calls, self._down_from, self._refused = 0, down_from, refused

    def put(self, entries: Sequence[Entry]) -> list[bool]:
        """Keep the entries."""
        self.calls += 1
        assert len(entries) <= AT_ONCE
        if self.calls >= self._down_from:
            raise Unavailable
        self.entries += entries
        return [json.loads(each.detail)["data"]["user_id"] not in self._refused for each in entries]


def changes(number: int) -> list[Change]:
    """So many people were created."""
    found = [read_record(a_record(user_id=f"u{each}", version={"N": "1"})) for each in range(number)]
    return [each for each in found if each]


def test_each_event_goes_to_the_bus_with_its_id() -> None:
    """In calls of ten. The same change again has the same detail."""
    bus, made = Bus(), changes(25)
    consumer = EventBusConsumer(bus, "idp-prod")
    assert list(consumer.take(made)) == []
    assert bus.calls == 3
    assert {each.source for each in bus.entries} == {"idp-prod"}
    first = json.loads(bus.entries[0].detail)
    assert (bus.entries[0].type, first["subject"], first["data"]["user_id"]) == ("user.created", "user:u0", "u0")
    assert first["id"] == f"evt_{made[0].event_id}"
    consumer.take(made[:1])
    assert bus.entries[-1] == bus.entries[0]


def test_what_did_not_arrive_comes_again() -> None:
    """An entry that the bus refused fails alone; after a call that failed all later ones fail."""
    made = changes(25)
    assert list(EventBusConsumer(Bus(refused=frozenset({"u3", "u12"})), "s").take(made)) == [made[3].sequence, made[12].sequence]
    assert list(EventBusConsumer(Bus(down_from=2), "s").take(made)) == [each.sequence for each in made[10:]]


def test_eventbridge_takes_what_we_send(moto_endpoint: str) -> None:
    """Over the wire. A bus that does not exist takes nothing."""
    import boto3

    api = boto3.client("events", endpoint_url=moto_endpoint, region_name="us-east-1")
    api.create_event_bus(Name="identity")
    entry = Entry("idp-prod", "user.created", '{"id":"evt_1"}', 1_790_000_000)
    assert EventBus("identity", region="us-east-1", endpoint=moto_endpoint).put([entry, entry]) == [True, True]
