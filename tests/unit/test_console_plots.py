"""The plots of the console: numbers of hours as bars."""

from __future__ import annotations

import re

import pytest

from idp.http.console.plots import BASE, TOP, WIDTH, of_days, of_hours
from idp.store.statistics import Hour

DAY = 86400
HOURS = [Hour(at * 3600, {}) for at in range(30 * 24)]


def with_counts(*counts: tuple[int, dict[str, int]]) -> list[Hour]:
    """The hours, some of them with numbers."""
    found = dict(counts)
    return [Hour(hour.begin, found.get(place, {})) for place, hour in enumerate(HOURS)]


def bars(path: str) -> list[tuple[float, ...]]:
    """The bars of a path: left, top, width and height of each."""
    number = r"(\d+\.\d)"
    found = [tuple(map(float, each)) for each in re.findall(rf"M{number} {number}h{number}v{number}h-\d+\.\dz", path)]
    assert len(found) == path.count("z")
    return found


def test_failures_of_every_reason_stand_on_the_successes() -> None:
    plot = of_hours(with_counts((719, {"sign_ins": 6, "sign_ins_failed_wrong_password": 3, "sign_ins_failed_other": 1, "locks": 2})))
    [good], [bad] = bars(plot.sign_ins.good), bars(plot.sign_ins.bad)
    assert plot.sign_ins.most == 10
    assert (good[3], bad[3]) == (round(0.6 * (BASE - TOP), 1), round(0.4 * (BASE - TOP), 1))
    assert good[1] + good[3] == pytest.approx(BASE, abs=0.1)
    assert bad[1] + bad[3] == pytest.approx(good[1], abs=0.1)
    assert bad[0] == good[0]
    assert plot.rows[0][1:] == (6, 4, 0, 2)


def test_new_people_and_lockouts_stand_beside_each_other() -> None:
    plot = of_days(with_counts((0, {"people_added": 4, "locks": 1}), (719, {"locks": 2})))
    [added], locks = bars(plot.people.good), bars(plot.people.bad)
    assert plot.people.most == 5
    assert [lock[3] for lock in locks] == pytest.approx([0.2 * (BASE - TOP), 0.4 * (BASE - TOP)], abs=0.1)
    assert added[3] == pytest.approx(0.8 * (BASE - TOP), abs=0.1)
    assert all(bar[1] + bar[3] == pytest.approx(BASE, abs=0.1) for bar in (added, *locks))
    assert added[0] + added[2] == pytest.approx(locks[0][0], abs=0.1)
    assert locks[1][0] + locks[1][2] <= WIDTH
    assert (plot.sign_ins.good, plot.sign_ins.bad) == ("", "")


def test_a_second_factor_that_failed_is_no_failed_sign_in() -> None:
    assert of_hours(with_counts((719, {"second_factors_failed": 5}))).rows[0].failed == 0


def test_days_are_sums_of_their_hours_and_none_is_left_out() -> None:
    plot = of_days(with_counts((0, {"sign_ins": 1}), (23, {"sign_ins": 2}), (24, {"sign_ins": 4})))
    assert [row.sign_ins for row in plot.rows[::-1]] == [3, 4, *[0] * 28]
    assert [round(bar[0] / WIDTH * 30) for bar in bars(plot.sign_ins.good)] == [0, 1]


@pytest.mark.parametrize(
    ("number", "most"), [(0, 1), (1, 1), (2, 2), (3, 5), (5, 5), (6, 10), (11, 20), (49, 50), (51, 100), (1_000_001, 2_000_000)]
)
def test_the_height_is_a_round_number_that_holds_every_bar(number: int, most: int) -> None:
    plot = of_hours(with_counts((700, {"sign_ins": number, "people_added": number})))
    assert (plot.sign_ins.most, plot.people.most) == (most, most)
    assert all(bar[1] >= TOP - 0.1 and bar[0] + bar[2] <= WIDTH for bar in bars(plot.sign_ins.good + plot.people.good))
