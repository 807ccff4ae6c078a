"""What the sign-ins of this month cost, by numbers that were counted and a price that was measured. It is an estimate, and says so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.statistics.counters import SIGN_INS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.statistics import Hour

A_MILLION_SIGN_INS = 14.8
"""Dollars: units of DynamoDB and processor time as measured (docs/performance.md), with gateway, transfer and logs, at the prices of
`tools/costs.py`. A test computes it again."""
_MILLION = 1_000_000


class Cost(NamedTuple):
    """`sign_ins` since the begin of the month (UTC), and what they cost, in dollars. `price`: of a million of them."""

    sign_ins: int
    dollars: str
    price: str


def of_month(hours: Iterable[Hour], now: int) -> Cost:
    """Return the cost of this month. `hours`: of 30 days, so the first day of a month of 31 is left out on its last one."""
    month = time.gmtime(now)[:2]
    number = sum(hour.counts.get(SIGN_INS, 0) for hour in hours if time.gmtime(hour.begin)[:2] == month)
    return Cost(number, f"{number * A_MILLION_SIGN_INS / _MILLION:.2f}", f"{A_MILLION_SIGN_INS:.2f}")
