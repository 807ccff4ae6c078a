"""Keys: each algorithm has an active and a next key, and none is too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts
    from idp.store.signing_keys import SealingKeyItem, SigningKeyItem

_LATE = 2
"""Days after which a due rotation must have happened. The schedule runs daily."""
_DAY = 86400


def check(parts: Parts) -> Iterator[Finding]:
    """Check signing keys, then sealing keys."""
    stored, now, limit = parts.key_items.load(), parts.clock(), parts.settings.key_rotation_days
    for alg in parts.settings.algorithms:
        yield _signing(f"signing key {alg}", {key.state: key for key in stored.signing if key.alg == alg}, now, limit)
    over = [key.kid for key in stored.signing if key.state == "retiring" and int(key.retire_at or now) + _LATE * _DAY < now]
    if over:
        stays = marked(
            "{key} should have been retired. Find out why the function rotate_keys does not run each day. Now run: idp keys rotate"
        )
        yield wrong("retiring keys", stays, key=over[0])
    yield _sealing([key for key in stored.sealing if key.sealed], now, limit)


def _signing(about: str, states: dict[str, SigningKeyItem], now: int, limit: int) -> Finding:
    active = states.get("active")
    if active is None:
        return wrong(about, marked("There is no active key. Run: idp bootstrap, or wait for the daily schedule."))
    if "next" not in states:
        return wrong(about, marked("There is no next key. Run: idp bootstrap, or wait for the daily schedule."))
    age = (now - int(active.activated_at or active.created_at)) / _DAY
    if age > limit + _LATE:
        old = marked(
            "Days that it has signed: {days}. The limit is {limit}. Find out why the function rotate_keys does not run each day. "
            "Now run: idp keys rotate"
        )
        return wrong(about, old, days=round(age), limit=limit)
    return ok(about, marked("It has signed for {days} of {limit} days. The next one is published"), days=round(age), limit=limit)


def _sealing(live: list[SealingKeyItem], now: int, limit: int) -> Finding:
    if not live:
        return wrong("sealing keys", marked("There is no sealing key. Run: idp bootstrap, or wait for the daily schedule."))
    age = (now - max(int(key.created_at) for key in live)) / _DAY
    if age > limit + _LATE:
        old = marked(
            "Age of the newest one in days: {days}. The limit is {limit}. Find out why the function rotate_keys does not run each day. "
            "Now run: idp keys rotate --kind sealing"
        )
        return wrong("sealing keys", old, days=round(age), limit=limit)
    return ok("sealing keys", marked("Age of the newest one: {days} of {limit} days"), days=round(age), limit=limit)
