"""The replay of the heat meter: shares of keys, and the rate at which the first one reaches its limit."""

from __future__ import annotations

from bench.heat.meter import Heat
from bench.heat.replay import hottest
from bench.heat.shared import ALL, APP, CONNECTION, NETWORK, PERSON, SHARD, USE, Demand, Key, Runs, demand, shape
from bench.heat.units import Place

DAY, APPS, OWN = Key("state.by_time DAY", ALL), Key("directory CLIENT#…", APP), Key("state USER#…", PERSON)


def test_a_key_that_all_share_is_the_limit_of_all_flows_together() -> None:
    """One unit a flow: 1,000 a second; two units: 500; two flows share it."""
    one, two = Demand({}, {DAY: [1.0]}), Demand({}, {DAY: [2.0]})
    assert hottest({"a": one}, {"a": 1}, flows=100)[0].most == 1000
    assert hottest({"a": two}, {"a": 1}, flows=100)[0].most == 500
    both = hottest({"a": one, "b": two}, {"a": 1, "b": 1}, flows=4000)[0]
    assert 620 < both.most < 710


def test_an_app_bears_3000_reads_a_second_and_many_apps_bear_more() -> None:
    """The most popular one of a thousand has an eighth of the traffic."""
    wanted = {"a": Demand({APPS: [3.0]}, {})}
    assert hottest(wanted, {"a": 1}, flows=100, one_app=True)[0].most == 1000
    assert 6500 < hottest(wanted, {"a": 1}, flows=5000)[0].most < 8500


def test_a_key_of_one_person_or_use_is_far_from_its_limit() -> None:
    """A million people write to a million keys; what is used once is never hot."""
    found = hottest({"a": Demand({}, {OWN: [1.0], Key("state JTI#…", USE): [1.0]})}, {"a": 1}, flows=2000)
    assert [hot.key for hot in found] == [OWN]
    assert found[0].most > 100_000


def test_sixteen_shards_bear_about_sixteen_times_as_much() -> None:
    """A little less, because the choice is not quite even; also where one flow writes two events."""
    shards = Key("state.by_time SHARD#…", SHARD)
    wanted = {"a": Demand({}, {shards: [1.0]}), "b": Demand({}, {shards: [1.0, 1.0]})}
    assert 14_000 < hottest(wanted, {"a": 1}, flows=20_000)[0].most < 16_000
    (both,) = hottest(wanted, {"b": 1}, flows=20_000)
    assert 7_000 < both.most < 8_000


def test_the_list_of_people_is_in_eight_shards() -> None:
    wanted = {"a": Demand({}, {Key("directory.listing USER#…", SHARD): [1.0]})}
    assert 7_500 < hottest(wanted, {"a": 1}, flows=20_000)[0].most < 8_000


def test_a_popular_connection_bears_sixteen_times_as_much_with_fifteen_copies() -> None:
    """It is the connection of all people here; without copies it bears 1,500 sign-ins a second."""
    wanted = {"a": Demand({Key("directory CONNECTION#…", CONNECTION): [2.0]}, {})}
    assert hottest(wanted, {"a": 1}, flows=20_000)[0].most == 1_500
    assert 22_500 < hottest(wanted, {"a": 1}, flows=20_000, copies=15)[0].most < 24_000


def test_a_connection_is_its_own_kind_of_key_and_a_copy_counts_as_it() -> None:
    """Two people read different copies of it."""
    runs = [Heat(reads={Place("directory", "", f"CONNECTION#corp{copy}"): 1.0}) for copy in ("", "#01", "#02", "", "#03")]
    assert demand(Runs(*runs)).reads == {Key("directory CONNECTION#…", CONNECTION): [1.0]}


def test_a_key_is_shared_by_those_who_wrote_it_too() -> None:
    """All people come before app and network: a key of all is also that of the people of one app."""
    places = {name: Place("state", "", f"{name}#1") for name in ("all", "app", "network", "person", "use")}

    def heat(*names: str) -> Heat:
        return Heat(writes={places[name]: 1.0 for name in names})

    runs = Runs(heat("person"), heat(*places), heat("all", "app"), heat("all", "network"), heat("all"))
    assert {key.shape.split()[1]: key.shared_by for key in demand(runs).writes} == {
        "all#…": ALL, "app#…": APP, "network#…": NETWORK, "person#…": PERSON, "use#…": USE,
    }  # fmt: skip


def test_a_key_is_named_by_its_fixed_part() -> None:
    """The kind of a counter is kept, the day and the id are not."""
    assert shape(Place("state", "by_time", "2026-01-02")) == "state.by_time DAY"
    assert shape(Place("state", "", "THROTTLE#address#ab12")) == "state THROTTLE#address#…"
    assert shape(Place("directory", "listing", "USER")) == "directory.listing USER"
    assert shape(Place("directory", "listing", "USER#SHARD#03")) == "directory.listing USER#…"
