"""The tables of docs/scale.md by number of people: computed from the figures of the docs, and a small example by hand."""

from __future__ import annotations

import pytest

from bench import report
from bench.heat.shared import ALL, APP, CONNECTION, PERSON, SHARD
from bench.scale import behaviour, dollars, figures, load, quotas, tables
from bench.scale.figures import START, Flow, KeyUse
from tools import costs, prices
from tools.costs import ROOT

SIGN_IN, FETCH = "sign in", "fetch"
FLOWS = {
    SIGN_IN: Flow(
        reads=4, writes=3, requests=2, ms=100, mails=1, log_bytes=300,
        keys=[
            KeyUse("state.by_time SHARD#…", "state.by_time", SHARD, 1, 0), KeyUse("directory CLIENT#…", "directory", APP, 0, 3),
            KeyUse("directory.listing USER", "directory.listing", ALL, 2, 0), KeyUse("state USER#…", "state", PERSON, 2, 1),
        ],
    ),
    FETCH: Flow(reads=1, writes=0, requests=1, ms=10, log_bytes=200, keys=[KeyUse("directory CLIENT#…", "directory", APP, 0, 1)]),
    START: Flow(keys=[KeyUse("keys KEYS", "keys", ALL, 0, 3)]),
}  # fmt: skip
PEOPLE = 864_000


@pytest.fixture(scope="module")
def found() -> load.Load:
    """864,000 people sign in once a day and fetch twice: on average ten and twenty a second, at the peak fifty and a hundred."""
    return load.load(PEOPLE, FLOWS, {SIGN_IN: 1, FETCH: 2})


def test_a_load_equals_a_calculation_by_hand(found: load.Load) -> None:
    assert (found.requests, found.mails) == (PEOPLE * 4, PEOPLE)
    assert (found.reads, found.writes) == (PEOPLE * (4 + 2 * 1), PEOPLE * 3)
    assert found.peak(found.requests) == pytest.approx(5 * 40)
    assert found.rate(SIGN_IN) == pytest.approx(50)
    assert found.ms == PEOPLE * (100 + 2 * 10)
    assert found.busy == pytest.approx((50 * 100 + 100 * 10) / 1000), "six environments: requests a second × seconds"
    assert (found.environments, found.starts) == (12, 12 * 12)


def test_units_of_keys_equal_a_calculation_by_hand(found: load.Load) -> None:
    """The key of a person is in the sums of the tables, and no shared key."""
    assert found.peak_by_place["directory", False] == pytest.approx(50 * 3 + 100 * 1)
    assert found.peak_by_place["state", True] == pytest.approx(50 * 2)
    assert found.peak_by_key["state.by_time SHARD#…", SHARD, True] == pytest.approx(50 / 16)
    assert found.peak_by_key["directory.listing USER", ALL, True] == pytest.approx(100)
    harmonic = sum(1 / rank for rank in range(1, 1001))
    assert found.peak_by_key["directory CLIENT#…", APP, False] == pytest.approx((50 * 3 + 100) / harmonic)
    assert found.peak_by_key["keys KEYS", ALL, False] == pytest.approx(144 * 3 / 86400 * 5)
    assert not [key for key, _, _ in found.peak_by_key if "state USER" in key]


def test_dollars_equal_a_calculation_by_hand(found: load.Load) -> None:
    month, runs = dollars.month(found), PEOPLE * 30
    assert month["DynamoDB, units"] == pytest.approx(runs * (6 * 0.125 + 3 * 0.625) / 1e6)
    assert month["Lambda"] == pytest.approx(runs * (0.120 * 1769 / 1024 * 0.0000133334 + 4 * 0.2e-6))
    assert month["gateway"] == pytest.approx(runs * 4 / 1e6)
    assert month["logs"] == pytest.approx(runs * (300 + 2 * 200 + 4 * dollars.OTHER_LOG_BYTES) / 1e9 * 0.5)
    assert month["mails"] == pytest.approx(runs * 1e-4)
    assert month["KMS"] == pytest.approx(1 + 144 * 30 * 3e-6)
    assert dollars.firewall(found) == pytest.approx(prices.FIREWALL + runs * 4 * 1.8e-6)


def test_beyond_300_million_requests_the_gateway_costs_less() -> None:
    month = dollars.month(load.load(10 * PEOPLE, FLOWS, {SIGN_IN: 1}))
    assert month["gateway"] == pytest.approx(300 * 1.00 + (PEOPLE * 10 * 30 * 2 / 1e6 - 300) * 0.90)


@pytest.mark.parametrize(("need", "text"), [(0.1, "0.2"), (4, "8"), (5, "10"), (5.1, "**raise to 11**"), (50_000, "**raise to 100,000**")])
def test_a_quota_is_raised_to_twice_the_peak_only_if_that_is_more(found: load.Load, need: float, text: str) -> None:
    assert quotas.asked(quotas.Quota("q", 10, lambda _: need, ""), found) == text


@pytest.mark.parametrize(
    ("shared_by", "times", "words"),
    [
        (APP, 1.0, ""), (APP, 1.1, "`idp clients copies`, 1"), (APP, 15.5, "`idp clients copies`, 15"),
        (APP, 32, "`idp clients copies`, 31"),
        (APP, 33, "several apps in place of one"), (CONNECTION, 1.0, ""), (CONNECTION, 2, "`idp connections copies`, 1"),
        (CONNECTION, 33, "several connections in place of one"), (ALL, 2, "nothing yet"),
    ],
)  # fmt: skip
def test_what_lifts_the_limit_of_a_key_is_said_only_if_it_is_reached(shared_by: str, times: float, words: str) -> None:
    assert tables.lifted(shared_by, times) == words


def test_assumptions_are_those_of_the_month_in_deploying() -> None:
    """Sign-ins, visits and refreshes of a person; each flow is a measured one."""
    a_day = behaviour.A_DAY
    assert sum(behaviour.SIGN_IN_SHARES.values()) == pytest.approx(1)
    assert sum(a_day[name] for name in behaviour.SIGN_IN_SHARES) * 30 == pytest.approx(costs.A_MONTH["login"])
    assert (a_day["SSO visit"] * 30, a_day["refresh"] * 30) == pytest.approx((costs.A_MONTH["SSO visit"], costs.A_MONTH["refresh"]))
    flows = figures.read(ROOT)
    assert all(flows[name].requests and flows[name].ms and flows[name].keys for name in a_day), "a renamed row must not count as free"


def test_the_sums_of_keys_are_the_units_of_the_flows() -> None:
    """Nearly: one measurement has what the engine reports, the other computes units by key, with reads of conditions in transactions."""
    flows = figures.read(ROOT)
    for name in behaviour.A_DAY:
        writes, reads = (sum(getattr(use, what) for use in flows[name].keys) for what in ("writes", "reads"))
        assert (reads, writes) == pytest.approx((flows[name].reads, flows[name].writes), rel=0.4, abs=1), name


def test_the_page_has_the_tables_that_are_computed_now() -> None:
    """Run `make bench ARGS="--only scale --write docs/scale.md"` after each new measurement."""
    made = [[dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for rows in tables.run()]
    assert report.read(ROOT / "docs" / "scale.md", mark="scale") == made
