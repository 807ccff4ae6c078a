"""The facts that a typed user code needs (RFC 8628 §3.3): the device that waits with it, and the counters of typed codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import keys
from idp.store.device_codes import DeviceCodeItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.requests.device_authorization import DeviceAuthorization
    from idp.store.database import Database
    from idp.store.throttles import ThrottleItem

    Counter = tuple[type[ThrottleItem], keys.Key]


class UserCodeFacts(NamedTuple):
    """`device` is None if no device has the code. `counters`: in the requested order, None for a counter that is not stored."""

    device: DeviceAuthorization | None
    counters: Sequence[ThrottleItem | None]


def read(database: Database, code: str, counters: Sequence[Counter]) -> UserCodeFacts:
    """`code`: in its stored form, eight letters. `counters`: as `Attempt.wanted` names them."""
    device, *found = database.batch_get((DeviceCodeItem, keys.device_code(code)), *counters)
    return UserCodeFacts(device.device() if device else None, found)
