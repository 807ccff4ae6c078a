"""The plots of the console: numbers of hours as bars."""

from __future__ import annotations

import pytest

from idp.http.console.plots import BASE, TOP, WIDTH, of_days, of_hours
from idp.store.statistics import Hour

DAY = 86400
HOURS = [Hour(at * 3600, {}) for at in range(30 * 24)]


def with_counts(*counts: tuple[int, dict[str, int]]) -> list[Hour]:
    """The hours, some of them with numbers."""
    found = dict(counts)
    return [Hour(hour.begin, found.get(place, {})) for place, hour in enumerate(HOURS)]


def test_failures_of_every_reason_stand_on_the_successes() -> None:
    plot = of_hours(with_counts((719, {"sign_ins": 6, "sign_ins_failed_wrong_password": 3, "sign_ins_failed_other": 1, "locks": 2})))
    bar = plot.bars[-1]
    assert plot.most == 10
    assert (bar.good, bar.bad) == (round(0.6 * (BASE - TOP), 1), round(0.4 * (BASE - TOP), 1))
    assert bar.good_y + bar.good == pytest.approx(BASE)
    assert bar.bad_y + bar.bad == pytest.approx(bar.good_y)
    assert plot.rows[0][1:] == (6, 4, 0, 2)


def test_a_second_factor_that_failed_is_no_failed_sign_in() -> None:
    assert of_hours(with_counts((719, {"second_factors_failed": 5}))).rows[0].failed == 0


def test_days_are_sums_of_their_hours_and_none_is_left_out() -> None:
    plot = of_days(with_counts((0, {"sign_ins": 1}), (23, {"sign_ins": 2}), (24, {"sign_ins": 4})))
    assert [row.sign_ins for row in plot.rows[::-1]] == [3, 4, *[0] * 28]
    assert len(plot.bars) == 30


@pytest.mark.parametrize(
    ("number", "most"), [(0, 1), (1, 1), (2, 2), (3, 5), (5, 5), (6, 10), (11, 20), (49, 50), (51, 100), (1_000_001, 2_000_000)]
)
def test_the_height_is_a_round_number_that_holds_every_bar(number: int, most: int) -> None:
    plot = of_hours(with_counts((700, {"sign_ins": number})))
    assert plot.most == most
    assert all(bar.bad_y >= TOP - 0.1 and bar.x + bar.width <= WIDTH for bar in plot.bars)
