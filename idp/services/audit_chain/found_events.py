"""The stored events of hours, for a verification: what each block is compared with, and which events no block has."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.audit.head import HOUR, hour_of, start_of
from idp.domain.audit.leaf import hidden_values, leaf_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.domain.audit.event import AuditEvent
    from idp.store.stored_events import StoredEvents

_HOURS = 3
"""Hours in memory. A block has events of its own hour, and of the hour before."""


class Found(NamedTuple):
    """A stored event, the HMACs of its personal values, and whether an erasure rewrote it."""

    event: AuditEvent
    hidden: Mapping[str, str]
    rewritten: bool

    @property
    def leaf(self) -> str:
        """The leaf that its content has."""
        return leaf_of(self.event, self.hidden)


class FoundEvents:
    """`unclaimed`: by hour, the places of events that no block had until now."""

    def __init__(self, stored: StoredEvents) -> None:
        self._stored = stored
        self._hours: OrderedDict[str, dict[str, list[Found]]] = OrderedDict()
        self._claimed: dict[str, set[str]] = {}
        self.unclaimed: dict[str, set[str]] = {}

    def expect(self, hour: str) -> None:
        """Read an hour all of whose events must be in blocks."""
        self.unclaimed[hour] = set(self._read(hour))

    def claim(self, place: str) -> tuple[list[Found], bool]:
        """Return the stored events at this place, for a block that has it: none, one, or several if somebody put more there.

        The second value: whether a block had it before.
        """
        try:
            hour = hour_of(int(place[:13]) // 1000)
        except (ValueError, OverflowError):
            return [], False
        events = self._read(hour)
        self.unclaimed.get(hour, set()).discard(place)
        again = place in self._claimed[hour]
        self._claimed[hour].add(place)
        return events.get(place, []), again

    def left(self) -> Iterator[tuple[str, str]]:
        """Yield hour and place of the events that no block has."""
        for hour, places in self.unclaimed.items():
            for place in sorted(places):
                yield hour, place

    def _read(self, hour: str) -> dict[str, list[Found]]:
        if hour not in self._hours:
            since, events = start_of(hour), dict[str, list[Found]]()
            # A place just before the hour, because bounds are exclusive and each event of the hour has an id behind its time.
            for event, cover, _ in self._stored.whole(f"{since * 1000:013d}", f"{(since + HOUR) * 1000:013d}"):
                found = Found(event, hidden_values(event, cover), cover.rewritten)
                events.setdefault(f"{event.at:013d}#{event.id}", []).append(found)
            self._hours[hour], self._claimed[hour] = events, set()
            while len(self._hours) > _HOURS:
                self._claimed.pop(self._hours.popitem(last=False)[0])
        self._hours.move_to_end(hour)
        return self._hours[hour]
