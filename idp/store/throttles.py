"""Counters of failures (`state`). Increments are atomic, so each attempt has its own number and parallel guesses gain nothing (G-04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute

from idp.domain.errors import Unavailable
from idp.store import sign_in_keys
from idp.store.database import Refused
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw

FORGET_AFTER = 86400
"""Seconds after the last failure after which all failures are forgotten."""


@dataclass(frozen=True, slots=True)
class Failures:
    """The number of failures since the last success, and the time of the last one (epoch seconds)."""

    count: int = 0
    last_at: int = 0


class ThrottleItem(StateItem):
    """The item of a counter."""

    kind_name = "throttle"
    failures = NumberAttribute(default=0)
    last_at = NumberAttribute(default=0)


def failures_of(item: ThrottleItem | None, now: int) -> Failures:
    """The failures of a counter at `now` (epoch seconds). None without a counter, and FORGET_AFTER seconds after the last one."""
    if item is None or not item.failures or now >= int(item.last_at) + FORGET_AFTER:
        return Failures()
    return Failures(int(item.failures), int(item.last_at))


class Throttles:
    """Writes counters."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def fail(self, kind: str, digest: str, now: int) -> int:
        """Count a failure. Returns its number since the last success or since FORGET_AFTER seconds without failures, from 1.

        A lost reply counts twice, which can only make a person wait longer.
        """
        key = sign_in_keys.throttle(kind, digest)
        recent = ThrottleItem.pk.does_not_exist() | (ThrottleItem.last_at > now - FORGET_AFTER)
        last = [
            ThrottleItem.last_at.set(now), ThrottleItem.ttl.set(now + 2 * FORGET_AFTER), ThrottleItem.kind.set(ThrottleItem.kind_name)
        ]  # fmt: skip
        done = self._db.update(ThrottleItem, key, [ThrottleItem.failures.add(1), *last], recent)
        if isinstance(done, Refused):  # An old counter starts again. A concurrent attempt adds to it.
            done = self._db.update(ThrottleItem, key, [ThrottleItem.failures.set(1), *last], ThrottleItem.last_at <= now - FORGET_AFTER)
        if isinstance(done, Refused):
            done = self._db.update(ThrottleItem, key, [ThrottleItem.failures.add(1), *last])
        if isinstance(done, Refused):
            raise Unavailable(detail="a write without a condition was refused")
        return int(done.failures)

    def fail_part(self, kind: str, digest: str, now: int, *, most: int) -> Raw:
        """The part of a transaction that counts one more, on the condition that fewer than `most` are counted.

        For counters with the time in their digest: such a counter is not used again after its time.
        """
        actions = [
            ThrottleItem.failures.add(1), ThrottleItem.last_at.set(now), ThrottleItem.ttl.set(now + 2 * FORGET_AFTER),
            ThrottleItem.kind.set(ThrottleItem.kind_name),
        ]  # fmt: skip
        fewer = ThrottleItem.failures.does_not_exist() | (ThrottleItem.failures < most)
        return self._db.update_part(ThrottleItem, sign_in_keys.throttle(kind, digest), actions, fewer)

    def succeed(self, kind: str, digest: str, now: int, *, seen: int, free: int) -> bool:
        """Reset the counter. False if too many failures came in between; then the answer must not reveal the success.

        The success may be revealed if fewer than `free` failures are counted, or exactly the `seen` ones that the attempt read after its
        wait. Fewer than `seen` is not sufficient: after a reset, a burst of attempts that read before it could all try again.
        """
        may_reveal = (ThrottleItem.failures < free) | (ThrottleItem.failures == seen)
        within = ThrottleItem.pk.does_not_exist() | may_reveal | (ThrottleItem.last_at <= now - FORGET_AFTER)
        actions = [
            ThrottleItem.failures.set(0), ThrottleItem.last_at.set(now), ThrottleItem.ttl.set(now + FORGET_AFTER),
            ThrottleItem.kind.set(ThrottleItem.kind_name),
        ]  # fmt: skip
        return not isinstance(self._db.update(ThrottleItem, sign_in_keys.throttle(kind, digest), actions, within), Refused)
