"""No flow writes to a partition key that all people share, of a table or of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.heat import COPIES
from bench.heat.measure import measure
from bench.heat.replay import hottest
from bench.heat.shared import ALL, SHARD

if TYPE_CHECKING:
    from bench.heat.shared import Demand


@pytest.fixture(scope="module")
def demands(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Demand]:
    """What each flow reads and writes, with who shares it."""
    return measure(quick_endpoint, tmp_path_factory.mktemp("heat"), lambda _: None)


def test_no_flow_writes_to_a_key_of_all_people(demands: dict[str, Demand]) -> None:
    """Such a key would be a limit of the whole deployment."""
    assert {(name, key.shape) for name, wanted in demands.items() for key in wanted.writes if key.shared_by == ALL} == set()


GOALS = {"sign-in with a password": 10_000, "sign-in with another provider": 10_000, "refresh": 30_000, "client credentials": 30_000}
"""How many a second every key has to bear."""


@pytest.mark.parametrize("one_app", [True, False])
@pytest.mark.parametrize("flow", GOALS)
def test_the_goals_are_reached_before_any_key_is_hot(demands: dict[str, Demand], flow: str, *, one_app: bool) -> None:
    """For one popular app, and for a thousand apps: with the copies that docs/scale.md names. Without copies they are not reached."""
    copied, plain = (hottest(demands, {flow: 1}, flows=20_000, one_app=one_app, copies=copies)[0].most for copies in (COPIES, 0))
    assert copied >= GOALS[flow] > plain


def test_sign_ups_are_limited_by_no_list_of_people(demands: dict[str, Demand]) -> None:
    """The list bears more than one network may cause (docs/scale.md)."""
    found = hottest(demands, {"sign-up": 1}, flows=20_000, copies=COPIES)
    assert found[0].key.shape == "state THROTTLE#ticket#…"
    assert next(hot.most for hot in found if hot.key.shape == "directory.listing USER#…") > 7_500


def test_what_all_people_write_is_written_to_shards(demands: dict[str, Demand]) -> None:
    """Sign-ins and events by time, logout tokens, the counter of mails, and the list of people."""
    shared = {key.shape for wanted in demands.values() for key in wanted.writes if key.shared_by == SHARD}
    assert shared == {"state.by_time SHARD#…", "state DELIVERIES#…", "state THROTTLE#ticket_shard#…", "directory.listing USER#…"}


def test_the_keys_of_an_app_and_a_network_are_told_apart(demands: dict[str, Demand]) -> None:
    """Otherwise a key that all people share could pass as the key of one app."""
    failed = demands["failed sign-in"]
    by_shape = {key.shape: key.shared_by for side in failed for key in side}
    assert by_shape["directory CLIENT#…"] == "an app"
    assert by_shape["state THROTTLE#address#…"] == "a network"
    assert by_shape["state USER#…"] == "a person"


def test_a_refresh_and_client_credentials_bear_3000_a_second_of_one_app(demands: dict[str, Demand]) -> None:
    """Of each copy: they read the app once; the refresh writes only to the person."""
    for name in ("refresh", "client credentials"):
        app = {key.shape: units for key, units in demands[name].reads.items() if key.shared_by == "an app"}
        assert app == {"directory CLIENT#…": [1.0]}
    assert {key.shared_by for key in demands["refresh"].writes} == {"a person"}
