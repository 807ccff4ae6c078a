"""Counters of failures (`state`). Increments are atomic: each attempt has its place in line, parallel guesses gain nothing (G-04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute

from idp.domain.errors import Unavailable
from idp.store import keys
from idp.store.database import Refused
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database

FORGET_AFTER = 86400
"""Seconds of silence after which failures are forgotten."""


@dataclass(frozen=True, slots=True)
class Failures:
    """How many since the last success, and when the last one was (epoch seconds)."""

    count: int = 0
    last_at: int = 0


class ThrottleItem(StateItem):
    """A counter."""

    kind_name = "throttle"
    failures = NumberAttribute(default=0)
    last_at = NumberAttribute(default=0)


def failures_of(item: ThrottleItem | None, now: int) -> Failures:
    """The failures of a counter at `now` (epoch seconds). None without a counter, and FORGET_AFTER seconds after the last one."""
    if item is None or not item.failures or now >= int(item.last_at) + FORGET_AFTER:
        return Failures()
    return Failures(int(item.failures), int(item.last_at))


class Throttles:
    """Facts about failures."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def fail(self, kind: str, digest: str, now: int) -> int:
        """Count a failure: its place in line (1 for the first since the last success or the last day of silence).

        A lost reply counts it twice, which can only make somebody wait.
        """
        key = keys.throttle(kind, digest)
        recent = ThrottleItem.pk.does_not_exist() | (ThrottleItem.last_at > now - FORGET_AFTER)
        last = [
            ThrottleItem.last_at.set(now), ThrottleItem.ttl.set(now + 2 * FORGET_AFTER), ThrottleItem.kind.set(ThrottleItem.kind_name)
        ]  # fmt: skip
        done = self._db.update(ThrottleItem, key, [ThrottleItem.failures.add(1), *last], recent)
        if isinstance(done, Refused):  # a counter from long ago starts again; whoever comes second adds to it
            done = self._db.update(ThrottleItem, key, [ThrottleItem.failures.set(1), *last], ThrottleItem.last_at <= now - FORGET_AFTER)
        if isinstance(done, Refused):
            done = self._db.update(ThrottleItem, key, [ThrottleItem.failures.add(1), *last])
        if isinstance(done, Refused):
            raise Unavailable(detail="a write without a condition was refused")
        return int(done.failures)

    def succeed(self, kind: str, digest: str, now: int, *, seen: int, free: int) -> bool:
        """Forget the failures; False when others failed meanwhile, and the answer must not tell.

        It may tell while fewer than `free` were counted, or exactly the `seen` that the attempt read when its wait was over.
        Not up to `seen`: after a reset that would let a burst of old readers try as often again.
        """
        told = (ThrottleItem.failures < free) | (ThrottleItem.failures == seen)
        within = ThrottleItem.pk.does_not_exist() | told | (ThrottleItem.last_at <= now - FORGET_AFTER)
        actions = [
            ThrottleItem.failures.set(0), ThrottleItem.last_at.set(now), ThrottleItem.ttl.set(now + FORGET_AFTER),
            ThrottleItem.kind.set(ThrottleItem.kind_name),
        ]  # fmt: skip
        return not isinstance(self._db.update(ThrottleItem, keys.throttle(kind, digest), actions, within), Refused)
