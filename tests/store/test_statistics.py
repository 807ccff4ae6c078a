"""Numbers of hours, on every engine: each change is counted once, however often it is told, and months are read by few calls."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.errors import Forbidden, Invalid, Unavailable
from idp.domain.statistics.counters import COUNTERS, HOUR
from idp.domain.streams.change import INSERT, MODIFY, REMOVE, Change
from idp.services.statistics.counting import StatisticsConsumer, counter_of
from idp.services.statistics.statistics import DAY, Statistics
from idp.store import statistics as store_module
from idp.store.database import Database
from idp.store.statistics import KEPT, SHARDS, StatisticsStore
from tests.store.conftest import Faulty
from tests.store.race import crowd

NOVEMBER = 1_793_491_200  # 2026-11-01T00:00:00Z
FEBRUARY = 1_770_336_000  # 2026-02-06T00:00:00Z


def change(kind: str = "event", act: str = INSERT, *, at: int = NOVEMBER, **new: Any) -> Change:
    """A change of a new item."""
    told = {"type": "sign_in.failed", "reason": "wrong_password", "at": f"{at * 1000:013d}#x", **new} if kind == "event" else new
    pk, sequence = f"USER#{secrets.token_hex(8)}", secrets.token_hex(8)
    return Change("state", pk, "EVENT#1", kind, act, expired=False, old={}, new=told, sequence=sequence, at=at)


class Counted:
    """A consumer over a database, in a time of its own."""

    def __init__(self, database: Database, begin: int = NOVEMBER) -> None:
        self.store, self.begin = StatisticsStore(database), begin
        self.consumer = StatisticsConsumer(self.store, lambda: begin)
        self.statistics = Statistics(self.store, lambda: begin + DAY)

    def total(self, name: str, hours: int = 24) -> int:
        """The sum of a counter over the hours from `begin` on."""
        return sum(hour.counts.get(name, 0) for hour in self.store.hours(self.begin, self.begin + hours * HOUR))


@pytest.fixture
def counted(fresh: Database) -> Counted:
    return Counted(fresh)


def test_changes_are_counted_in_their_hour(counted: Counted) -> None:
    batch = [change(at=NOVEMBER + 5), change(at=NOVEMBER + HOUR), change(at=NOVEMBER + HOUR + 7, reason="unknown_email")]
    assert counted.consumer.take(batch) == ()
    assert [(hour.begin, dict(hour.counts)) for hour in counted.store.hours(NOVEMBER, NOVEMBER + DAY)] == [
        (NOVEMBER, {"sign_ins_failed_wrong_password": 1}),
        (NOVEMBER + HOUR, {"sign_ins_failed_wrong_password": 1, "sign_ins_failed_unknown_email": 1}),
    ]


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_batch_that_comes_again_is_counted_once(counted: Counted, size: int) -> None:
    batch = [change(at=NOVEMBER + number) for number in range(size)]
    for _ in range(3):
        counted.consumer.take(batch)
    assert counted.total("sign_ins_failed_wrong_password") == size


def test_a_batch_that_comes_again_with_more_adds_what_is_new(counted: Counted) -> None:
    """Lambda begins at the same record, and there are more of them meanwhile."""
    batch = [change() for _ in range(9)]
    counted.consumer.take(batch[:4])
    counted.consumer.take(batch)
    counted.consumer.take(batch)
    assert counted.total("sign_ins_failed_wrong_password") == 9


def test_the_first_half_of_a_counted_batch_adds_nothing(counted: Counted) -> None:
    """Lambda halves a batch after an error of the function."""
    batch = [change() for _ in range(8)]
    counted.consumer.take(batch)
    counted.consumer.take(batch[:4])
    assert counted.total("sign_ins_failed_wrong_password") == 8


@pytest.mark.parametrize("first", [0, 1, 60])
def test_what_was_counted_adds_nothing_in_another_batch(counted: Counted, first: int) -> None:
    """The function was killed after it counted: Lambda halves the batch, and the other half begins at another change."""
    batch = [change(at=NOVEMBER + number % 3) for number in range(120)]
    counted.consumer.take(batch[:100])
    counted.consumer.take(batch[first : first + 30])
    counted.consumer.take(batch[first:])
    assert counted.total("sign_ins_failed_wrong_password") == 120


def test_a_batch_of_a_hundred_hours_fits_into_transactions(counted: Counted) -> None:
    batch = [change("user", at=NOVEMBER + number * HOUR) for number in range(100)]
    counted.consumer.take(batch)
    counted.consumer.take(batch)
    assert counted.total("people_added", hours=100) == 100


@pytest.mark.parametrize(
    ("told", "counter"),
    [
        (change("session", type="sign_in.succeeded"), "sign_ins"),
        (change("session", type=None), None),
        (change("session", MODIFY, type="sign_in.succeeded"), None),
        (change("session", REMOVE), None),
        (change(type="sign_in.succeeded"), None),
        (change(reason="disabled"), "sign_ins_failed_disabled"),
        (change(reason="something new"), "sign_ins_failed_other"),
        (change(reason=None), "sign_ins_failed_other"),
        (change(reason="disabled", act=MODIFY), None),
        (change(act=REMOVE), None),
        (change(proof={"keys": {}, "hidden": {}}), None),
        (change(type="second_factor.failed"), "second_factors_failed"),
        (change(type="sign_in.locked"), "locks"),
        (change(type="second_factor.locked"), "locks"),
        (change(type="sign_in.lock_ended"), None),
        (change(type="client.created"), None),
        (change(type=None), None),
        (change(type={"a": 1}), None),
        (change("user"), "people_added"),
        (change("user", REMOVE), "people_removed"),
        (change("user", MODIFY), None),
        (change("mail_problem"), "mail_problems"),
        (change("mail_problem", REMOVE), None),
    ],
)
def test_what_counts_as_what(told: Change, counter: str | None) -> None:
    """A sign-in is the item of its session. An event that an erasure writes anew is no second one."""
    assert counter_of(told) == counter
    assert counter is None or counter in COUNTERS


@pytest.mark.parametrize("at", ["", "x#y", "9999999999999999999999#x", "0000000000000#x", "-1#x", 5, None])
def test_an_event_with_a_wrong_time_counts_when_it_was_told(counted: Counted, at: object) -> None:
    counted.consumer.take([change(at=NOVEMBER) if at is None else _with_time(at)])
    assert counted.total("sign_ins_failed_wrong_password", hours=1) == 1


def _with_time(at: object) -> Change:
    made = change()
    return Change(**{**{name: getattr(made, name) for name in Change.__slots__}, "new": {**made.new, "at": at}})


def test_parallel_batches_are_all_counted(real: Database) -> None:
    """Each shard of the stream has its own invocation. Threads on a real engine; each batch is told twice."""
    begin = NOVEMBER - 40 * DAY - secrets.randbelow(1000) * HOUR
    counted = Counted(real, begin)
    batches = [[change(at=begin + number) for _ in range(10)] for number in range(8)]

    def take(number: int) -> None:
        for _ in range(20):
            try:
                counted.consumer.take(batches[number % 8])
            except Unavailable:  # two transactions met at one hour: Lambda gives the batch again
                continue
            return
        raise AssertionError("never counted")

    crowd(16, take)
    assert counted.total("sign_ins_failed_wrong_password", hours=1) == 80


@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_reply_counts_once(lossy_store: Faulty, times: int) -> None:
    begin = NOVEMBER - 20 * DAY - secrets.randbelow(100_000) * HOUR
    counted, between = Counted(lossy_store.through, begin), lossy_store.proxy
    batch = [change(at=begin) for _ in range(5)]
    lost = between.drop_reply("TransactWriteItems", times=times)
    counted.consumer.take(batch)
    assert lost.hits == times
    counted.consumer.take(batch)
    assert Counted(lossy_store.direct, begin).total("sign_ins_failed_wrong_password") == 5


def test_an_hour_that_cannot_be_written_counts_later(lossy_store: Faulty) -> None:
    """Nothing is half counted."""
    begin = NOVEMBER - 20 * DAY - secrets.randbelow(100_000) * HOUR
    counted, between = Counted(lossy_store.through, begin), lossy_store.proxy
    batch = [change(at=begin), change(at=begin + HOUR)]
    between.refuse("TransactWriteItems")
    with pytest.raises(Unavailable):
        counted.consumer.take(batch)
    between.heal()
    assert counted.total("sign_ins_failed_wrong_password") == 0
    counted.consumer.take(batch)
    assert counted.total("sign_ins_failed_wrong_password") == 2


@pytest.mark.parametrize(("begin", "most"), [(NOVEMBER - 15 * DAY, 2), (FEBRUARY - 7 * DAY, 3), (NOVEMBER, 1)])
def test_thirty_full_days_take_at_most_three_calls(fresh: Database, monkeypatch: pytest.MonkeyPatch, begin: int, most: int) -> None:
    """Every hour has all its parts, and each part has all counters."""
    counted = Counted(fresh, begin)
    counts = dict.fromkeys(COUNTERS, 123_456)
    items = []
    for number in range(720):
        hour = begin + number * HOUR
        for shard in range(SHARDS):
            key = store_module.hour_key(hour, shard)
            numbers = {name: {"N": str(count)} for name, count in {**counts, "hour": hour, "ttl": hour + KEPT}.items()}
            items.append({"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "statistics"}, **numbers})
    fresh.write_raw("state", items)
    calls: list[str] = []
    call = fresh.transport.call

    def counting(operation: str, request: Any) -> Any:
        calls.append(operation)
        return call(operation, request)

    monkeypatch.setattr(fresh.transport, "call", counting)
    hours = counted.statistics.hours(begin, begin + 30 * DAY, scope=DEPLOYMENT)
    assert len(hours) == 720
    assert all(hour.counts == dict.fromkeys(COUNTERS, 123_456 * SHARDS) for hour in hours)
    assert len(calls) <= most + 1, calls
    assert len(calls) <= 3, calls


def test_hours_and_days_without_a_number_are_told(counted: Counted) -> None:
    """A plot needs each of them."""
    counted.consumer.take([change(at=NOVEMBER + 3 * HOUR)])
    hours = counted.statistics.hours(None, None, scope=DEPLOYMENT)
    assert [hour.begin for hour in hours] == [NOVEMBER + number * HOUR for number in range(1, 25)]
    assert [bool(hour.counts) for hour in hours].index(True) == 2
    days = counted.statistics.days(NOVEMBER - DAY, NOVEMBER + 1, scope=DEPLOYMENT)
    assert [(day.begin, sum(day.counts.values())) for day in days] == [(NOVEMBER - DAY, 0), (NOVEMBER, 1)]
    assert len(counted.statistics.days(None, None, scope=DEPLOYMENT)) == 30


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [(NOVEMBER, NOVEMBER, "until"), (NOVEMBER, NOVEMBER - 1, "until"), (-5, NOVEMBER, "since"), (NOVEMBER, NOVEMBER + 400 * DAY, "since")],
)
def test_a_wrong_time_is_refused(counted: Counted, since: int, until: int, field: str) -> None:
    for read in (counted.statistics.hours, counted.statistics.days):
        with pytest.raises(Invalid) as refused:
            read(since, until, scope=DEPLOYMENT)
        assert refused.value.field == field


def test_an_organisation_sees_no_numbers(counted: Counted) -> None:
    for read in (counted.statistics.hours, counted.statistics.days):
        with pytest.raises(Forbidden):
            read(None, None, scope=Organisation("acme"))


def test_numbers_and_marks_expire(counted: Counted, fresh: Database) -> None:
    counted.consumer.take([change(at=NOVEMBER)])
    left = {raw["kind"]["S"]: int(raw["ttl"]["N"]) for raw in fresh.scan("state")}
    assert left == {"statistics": NOVEMBER + KEPT, "counted_batch": NOVEMBER + 3 * DAY}
