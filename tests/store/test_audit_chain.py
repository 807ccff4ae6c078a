"""Every event gets one leaf in the audit chain, whatever comes twice, fails or races (threats R-03, R-06)."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from idp.domain.audit.block import MOST_ENTRIES, SHARDS, next_block
from idp.domain.audit.event import AuditEvent
from idp.domain.streams.change import MODIFY, REMOVE, Change
from idp.services.audit_chain.writer import LATE, ChainWriter
from idp.store.audit_chain import AuditChain
from idp.store.database import Database
from idp.store.erasures import event_without_person
from idp.store.sessions import item as session_item
from tests.store.conftest import Faulty
from tests.store.examples import NOW, new_id, session
from tests.store.race import crowd
from tests.support.audited import DAY, HOUR, RETENTION, Chained, change_of, event
from tests.support.clock import Clock


def places(events: list[AuditEvent]) -> list[str]:
    return sorted(f"{each.at:013d}#{each.id}" for each in events)


@pytest.fixture
def chained(fresh: Database) -> Chained:
    """A chain without events."""
    return Chained(fresh, None, Clock(NOW))


def writer(database: Database, now: int = NOW) -> ChainWriter:
    """Another process, which knows nothing of the chain."""
    return ChainWriter(AuditChain(database), RETENTION, lambda: now)


def assert_is_one_chain(chained: Chained, expected: list[AuditEvent]) -> None:
    """Each event has one leaf, and each block continues the one before it."""
    assert sorted(chained.leaves()) == places(expected)
    for shard in range(SHARDS):
        before = None
        for block in chained.chain.blocks(shard):
            assert block.is_whole
            assert (block.number, block.previous) == ((before.number + 1, before.hash) if before else (1, ""))
            before = block


def test_a_batch_that_comes_again_adds_nothing(chained: Chained) -> None:
    """In the same process and in others, whole and in parts, also in another order."""
    made = [event(NOW) for _ in range(20)]
    changes = chained.happen(*made)
    for batch in (changes, changes, changes[7:], changes[::-1]):
        assert chained.writer.take(batch) == []
        assert writer(chained.database).take(batch) == []
    assert_is_one_chain(chained, made)


def test_a_batch_that_comes_again_after_others_adds_nothing(chained: Chained) -> None:
    """Hours later, after blocks of other events, to a process that has just started."""
    first = chained.happen(*(old := [event(NOW) for _ in range(8)]))
    chained.writer.take(first)
    made = list(old)
    for _ in range(5):
        chained.clock.now += HOUR
        more = [event(chained.clock()) for _ in range(8)]
        chained.writer.take(chained.happen(*more))
        made += more
    late = writer(chained.database, chained.clock())
    new = event(chained.clock())
    assert late.take(chained.happen(new)) == []  # it has read only the newest blocks until here
    assert late.take(first) == []
    assert chained.writer.take(first) == []
    assert_is_one_chain(chained, [*made, new])


def test_a_large_batch_is_several_blocks(chained: Chained) -> None:
    made = [event(NOW) for _ in range(MOST_ENTRIES * SHARDS * 2)]
    assert chained.writer.take(chained.happen(*made)) == []
    assert_is_one_chain(chained, made)
    assert all(len(block.entries) <= MOST_ENTRIES for shard in range(SHARDS) for block in chained.chain.blocks(shard))


def test_the_record_of_a_sign_in_is_an_event(chained: Chained) -> None:
    """A session is one event when it is written. Its later changes, its end and a session without a sign-in are none."""
    began = session(created_at=NOW, auth_time=NOW)
    raw = session_item(began, retention=RETENTION, client_id="app").raw()
    pending = session_item(session(created_at=NOW, pending=True), retention=RETENTION).raw()
    assert chained.writer.take([change_of(raw, NOW), change_of(raw, NOW + 5, MODIFY), change_of(pending, NOW)]) == []
    assert chained.leaves() == [f"{NOW * 1000:013d}#{began.id}"]


@pytest.mark.parametrize("act", [MODIFY, REMOVE])
def test_only_a_new_item_is_an_event(chained: Chained, act: str) -> None:
    """An event is changed by an erasure only, or by an attacker."""
    (told,) = chained.happen(event(NOW))
    assert chained.writer.take([replace(told, act=act)]) == []
    assert chained.leaves() == []


def test_an_event_that_an_erasure_wrote_anew_gets_no_second_leaf(chained: Chained) -> None:
    """A sign-in becomes an event of another key then, within the hour."""
    began = session(created_at=NOW, auth_time=NOW, address="192.0.2.1")
    raw = session_item(began, retention=RETENTION).raw()
    chained.writer.take([change_of(raw, NOW)])
    kept = event_without_person(raw, began.user_id)
    assert kept
    assert kept["kind"] == {"S": "event"}
    assert writer(chained.database, NOW + 1800).take([change_of(kept, NOW + 1800)]) == []
    assert len(chained.leaves()) == 1


@pytest.mark.parametrize("written", [NOW + LATE + 1, NOW - LATE - 1, NOW + 30 * DAY])
def test_an_event_that_was_written_at_another_time_gets_no_leaf(chained: Chained, written: int) -> None:
    """A restore puts events back that have their leaves; a forged event of the past must not get one. A verification finds it."""
    (told,) = chained.happen(event(NOW))
    assert chained.writer.take([replace(told, at=written)]) == []
    assert chained.leaves() == []


def test_an_event_that_is_written_somewhat_late_gets_its_leaf(chained: Chained) -> None:
    """Behind younger ones, by a process that was slow."""
    late, soon = event(NOW), event(NOW + 900)
    chained.clock.now += 1000
    chained.writer.take(chained.happen(soon))
    chained.writer.take(chained.happen(late))
    assert_is_one_chain(chained, [late, soon])


@pytest.mark.parametrize(
    "broken",
    [
        {"at": "soon"}, {"at": ""}, {"at": "1"}, {"at": 5}, {"type": None}, {"ttl": None}, {"ttl": "x"}, {"details": [1]}, {"details": "{"},
        {"at": "9" * 40 + "#x"},
    ],
    ids=str,
)  # fmt: skip
def test_an_item_that_is_no_event_stops_nothing(chained: Chained, broken: dict[str, object]) -> None:
    """The others of its batch get their leaves (threats R-02)."""
    bad, good = chained.happen(event(NOW), made := event(NOW))
    new = {name: value for name, value in (dict(bad.new) | broken).items() if value is not None}
    assert chained.writer.take([replace(bad, new=new), good]) == []
    assert_is_one_chain(chained, [made])


def test_writers_at_the_same_time_make_one_chain(chained: Chained) -> None:
    """Eight processes, each with events of its own and with those of its neighbour."""
    groups = [[event(NOW) for _ in range(6)] for _ in range(8)]
    told = [chained.happen(*group) for group in groups]
    refused = crowd(8, lambda number: writer(chained.database).take([*told[number], *told[number - 1]]))
    assert refused == [[]] * 8
    assert_is_one_chain(chained, [each for group in groups for each in group])


def test_the_chain_cannot_fork(chained: Chained) -> None:
    """Of two blocks with one number one is stored, also if both are written at the same time."""
    entries = [chained.writer.take(chained.happen(event(NOW)))]
    assert entries == [[]]
    blocks = [next_block(None, 9, (), now=NOW + number, keep=1) for number in range(6)]
    assert sorted(crowd(6, lambda number: AuditChain(chained.database).add(blocks[number]))) == [False] * 5 + [True]
    assert len(list(chained.chain.blocks(9))) == 1


def test_a_damaged_block_does_not_stop_the_chain(chained: Chained) -> None:
    """The next events get their leaves behind it. A verification finds it."""
    chained.writer.take(chained.happen(event(NOW, id="e1")))
    (raw,) = chained.raws("audit_block")
    chained.put([{**raw, "entries": {"S": "nonsense"}}])
    assert writer(chained.database).take(chained.happen(replace(event(NOW, id="e1"), at=NOW * 1000 + 1))) == []
    shard = int(raw["pk"]["S"][-1])
    assert [block.is_whole for block in chained.chain.blocks(shard)] == [False, True]


@pytest.mark.parametrize("operation", ["PutItem", "Query"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_reply_adds_no_second_leaf(lossy_store: Faulty, operation: str, times: int) -> None:
    """The write is applied and its reply lost; it is sent again and recognised."""
    faults = lossy_store.proxy
    made = [event(NOW, id=new_id()) for _ in range(12)]
    chained = Chained(lossy_store.direct, None, Clock(NOW))
    changes = chained.happen(*made)
    lost = faults.drop_reply(operation, times=times)
    assert writer(lossy_store.through).take(changes) == []
    assert lost.hits == times
    assert sorted(place for place in chained.leaves() if place in places(made)) == places(made)


def test_a_crash_anywhere_loses_no_event_and_repeats_none(lossy_store: Faulty) -> None:
    """A process ends before its nth call. Lambda gives the batch to another one."""
    faults = lossy_store.proxy
    chained = Chained(lossy_store.direct, None, Clock(NOW))
    for nth in range(1, 10):
        made = [event(NOW, id=new_id()) for _ in range(12)]
        changes = chained.happen(*made)
        faults.heal()
        faults.refuse("PutItem", nth=nth)
        failed = set(writer(lossy_store.through).take(changes))
        faults.heal()
        assert {each.sequence for each in changes} >= failed
        again = [each for each in changes if each.sequence in failed] if nth % 2 else changes
        assert writer(lossy_store.through).take(again) == []
        assert sorted(place for place in chained.leaves() if place in places(made)) == places(made)


def test_faults_at_random_make_one_chain(lossy_store: Faulty) -> None:
    """Replies are lost, batches come in parts and twice, by three processes in turn."""
    faults = lossy_store.proxy
    chance, chained = random.Random(12), Chained(lossy_store.direct, None, Clock(NOW))  # noqa: S311  # a test
    processes = [writer(lossy_store.through) for _ in range(3)]
    made: list[AuditEvent] = []
    waiting: list[Change] = []
    for _ in range(60):
        some = [event(NOW, id=new_id()) for _ in range(chance.randrange(5))]
        made += some
        waiting += chained.happen(*some)
        faults.heal()
        if chance.random() < 0.5:
            faults.drop_reply(chance.choice(["PutItem", "Query"]), nth=chance.randrange(1, 4), times=chance.randrange(1, 5))
        batch = waiting[: chance.randrange(1, 20)]
        failed = set(chance.choice(processes).take(batch))
        if chance.random() < 0.3:
            continue  # the answer was lost: all come again
        waiting = [each for each in waiting if each not in batch or each.sequence in failed]
    faults.heal()
    assert processes[0].take(waiting) == []
    assert sorted(place for place in chained.leaves() if place in places(made)) == places(made)


def test_without_an_answer_every_event_fails(faulty_store: Faulty) -> None:
    """They come again."""
    faults = faulty_store.proxy
    chained = Chained(faulty_store.direct, None, Clock(NOW))
    changes = chained.happen(*(event(NOW, id=new_id()) for _ in range(3)))
    faults.refuse("Query")
    assert sorted(writer(faulty_store.through).take(changes)) == sorted(each.sequence for each in changes)


def test_a_chain_that_others_write_all_the_time_is_unavailable(chained: Chained, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not try for ever."""
    monkeypatch.setattr(AuditChain, "add", lambda *_: False)
    changes = chained.happen(event(NOW))
    assert chained.writer.take(changes) == [changes[0].sequence]
