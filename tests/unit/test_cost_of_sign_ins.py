"""The price of a sign-in in the console is the measured one."""

from __future__ import annotations

from types import SimpleNamespace as Record

import pytest

from idp.http.console.cost import A_MILLION_SIGN_INS, of_month
from tools import costs

DAY = 86400


def test_the_price_is_that_of_the_measurements() -> None:
    """Within a fifth: the bench is run again now and then."""
    flow = costs.measured((costs.ROOT / "docs" / "performance.md").read_text())["login"]
    requests = costs.REQUESTS["login"]
    ms = flow.cpu_ms + flow.calls * costs.CALL_MS + costs.HASH_MS + requests
    one = flow.reads * costs.READ + flow.writes * costs.WRITE + ms / 1000 * costs.MEMORY_GB * costs.GB_SECOND
    one += requests * (costs.INVOCATION + costs.GATEWAY + costs.ANSWER_KB / 1e6 * costs.OUT_GB + costs.LOG_KB / 1e6 * costs.LOGS_GB)
    assert pytest.approx(one * 1e6, rel=0.2) == A_MILLION_SIGN_INS


def test_only_this_month_is_counted() -> None:
    now = 1796083200 - DAY  # 2026-11-30
    hours = [Record(begin=now - days * DAY, counts={"sign_ins": 500_000}) for days in (0, 29, 30, 31)]
    found = of_month(hours, now)  # type: ignore[arg-type]  # stand-ins
    assert (found.sign_ins, found.dollars) == (1_000_000, "14.80")
