"""Numbers of hours and days in the admin API."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.statistics.counters import COUNTERS
from tests.support.world import World


def begin_of_hour(world: World) -> int:
    now: int = world.clock()
    return now - now % 3600


def test_numbers_are_told_by_hour_and_by_day(world: World) -> None:
    hour = begin_of_hour(world)
    world.services.statistics_store.add({hour: {"sign_ins": 3, "sign_ins_failed_disabled": 2, "locks": 1}}, {"a": hour}, now=hour)
    told = world.call("GET", "/statistics").json()
    assert told["step"] == "hour"
    assert len(told["items"]) == 24
    last: dict[str, Any] = told["items"][-1]
    assert (last["sign_ins"], last["sign_ins_failed"]["disabled"], last["locks"], last["people_added"]) == (3, 2, 1, 0)
    assert sum(each["sign_ins"] for each in told["items"]) == 3
    days = world.call("GET", "/statistics", params={"step": "day"}).json()
    assert days["step"] == "day"
    assert days["items"][-1]["sign_ins"] == 3
    assert len(days["items"]) == 30


def test_an_answer_has_every_counter(world: World) -> None:
    item = world.call("GET", "/statistics").json()["items"][0]
    flat = {name for name in item if name not in {"begin", "sign_ins_failed"}} | {
        f"sign_ins_failed_{name}" for name in item["sign_ins_failed"]
    }
    assert flat == set(COUNTERS)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"since": "2026-11-02T00:00:00Z", "until": "2026-11-01T00:00:00Z"}, "until"),
        ({"since": "2026-11-01T00:00:00Z", "until": "2026-11-01T00:00:00Z"}, "until"),
        ({"since": "2026-01-01T00:00:00Z", "until": "2026-11-01T00:00:00Z"}, "since"),
        ({"since": "2026-01-01T00:00:00Z", "until": "2026-11-01T00:00:00Z", "step": "day"}, "since"),
        ({"since": "2026-11-01"}, "since"),
        ({"until": "x"}, "until"),
        ({"step": "minute"}, "step"),
        ({"until": "9999-12-31T23:59:59Z"}, None),
        ({"since": "0001-01-01T00:00:00Z"}, "since"),
    ],
)
def test_a_wrong_time_names_its_parameter(shared: World, params: dict[str, str], field: str | None) -> None:
    answer = shared.call("GET", "/statistics", params=params)
    assert answer.status_code == (400 if field else 200)
    if field:
        assert [each["field"] for each in answer.json()["errors"]] == [field]
