"""`idp audit verify` finds whatever is done to the audit: each kind of change on its own (threats R-06, R-07)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from idp.domain.audit.block import SHARDS, next_block
from idp.domain.audit.head import digest_of
from idp.services.audit_chain.signing import read_head
from idp.services.audit_chain.writer import KEPT_LONGER, ChainWriter
from idp.store.erasures import Erasures
from idp.store.sessions import item as session_item
from tests.store.examples import session
from tests.support.audited import DAY, HOUR, NOON, RETENTION, Chained, change_of, event


@pytest.fixture
def day(chained: Chained) -> Chained:
    """Three sealed hours."""
    for _ in range(3):
        chained.hour()
    return chained


def findings(chained: Chained) -> set[str]:
    return {finding.what for report in chained.verify() for finding in report.findings}


def test_an_untouched_chain_is_complete(day: Chained) -> None:
    """Each sealed hour with all of its events, and the time that is not sealed yet."""
    reports = day.verify()
    assert [report.state for report in reports] == ["complete"] * 3 + ["open"]
    assert [report.events for report in reports] == [6, 6, 6, 0]
    assert sum(report.faults for report in reports) == 0


def test_events_that_are_not_sealed_yet_are_open(day: Chained) -> None:
    day.writer.take(day.happen(event(day.clock()), event(day.clock())))
    assert [(report.state, report.events) for report in day.verify()][-1] == ("open", 2)


def test_without_a_chain_there_is_no_report(chained: Chained) -> None:
    chained.happen(event(chained.clock()))
    assert chained.verify() == []


def test_events_before_the_chain_began_are_not_missed_in_it(chained: Chained) -> None:
    """They were written by an earlier release, or before the chain was switched on."""
    chained.happen(event(chained.clock() - 60), event(chained.clock() - 2 * HOUR))
    chained.hour()
    assert chained.states() == ["complete", "open"]
    assert chained.verify()[0].events == 7  # the first hour is completed


def test_hours_are_chosen_by_their_bounds(day: Chained) -> None:
    hours = [report.hour for report in day.verify()]
    assert [report.hour for report in day.verify(hours[1], hours[1])] == [hours[1]]
    assert [report.state for report in day.verify(hours[1], hours[2])] == ["complete"] * 2
    assert day.verify("2001-01-01T00", "2001-01-01T05") == []


Change = Callable[[Chained], None]


def change_type(chained: Chained) -> None:
    raw = chained.raws("event")[4]
    chained.put([raw | {"type": {"S": "user.created"}}])


def change_address(chained: Chained) -> None:
    raw = chained.raws("event")[4]
    chained.put([raw | {"address": {"S": "192.0.2.99"}}])


def change_address_and_salt(chained: Chained) -> None:
    raw = chained.raws("event")[4]
    chained.put([raw | {"address": {"S": "192.0.2.99"}, "salt": {"S": "x" * 22}}])


def free_the_address(chained: Chained) -> None:
    raw = {name: value for name, value in chained.raws("event")[4].items() if name != "salt"}
    chained.put([raw | {"address": {"S": "192.0.2.99"}}])


def pretend_an_erasure(chained: Chained) -> None:
    raw = {name: value for name, value in chained.raws("event")[4].items() if name not in {"salt", "address", "details"}}
    chained.put([raw | {"proof": {"S": '{"keys":{},"hidden":{}}'}}])


def break_the_proof(chained: Chained) -> None:
    raw = {name: value for name, value in chained.raws("event")[4].items() if name != "salt"}
    chained.put([raw | {"proof": {"S": "[]"}}])


def remove_event(chained: Chained) -> None:
    chained.remove(chained.raws("event")[4:5])


def expire_event(chained: Chained) -> None:
    """Give it an end that makes DynamoDB remove it."""
    raw = chained.raws("event")[4]
    chained.remove([raw])


def hide_event_from_the_index(chained: Chained) -> None:
    raw = chained.raws("event")[4]
    chained.put([{name: value for name, value in raw.items() if name != "day"}])


def insert_event(chained: Chained) -> None:
    chained.happen(event(NOON + 60))


def insert_a_copy(chained: Chained) -> None:
    raw = chained.raws("event")[4]
    chained.put([raw | {"pk": {"S": "USER#usr_other"}, "subject": {"S": "usr_other"}}])


def move_an_event_in_time(chained: Chained) -> None:
    raw = chained.raws("event")[4]
    at, _, event_id = raw["at"]["S"].partition("#")
    chained.put([raw | {"at": {"S": f"{int(at) + 1:013d}#{event_id}"}}])


def a_block(chained: Chained, least: int = 1) -> dict[str, Any]:
    return next(raw for raw in chained.raws("audit_block") if raw["entries"]["S"].count("\n") >= least)


def reorder_entries(chained: Chained) -> None:
    raw = a_block(chained)
    chained.put([raw | {"entries": {"S": "\n".join(raw["entries"]["S"].splitlines()[::-1])}}])


def remove_entry_and_event(chained: Chained) -> None:
    raw = a_block(chained)
    first, *rest = raw["entries"]["S"].splitlines()
    chained.put([raw | {"entries": {"S": "\n".join(rest)}}])
    chained.remove([each for each in chained.raws("event") if each["at"]["S"] == first.split()[0]])


def insert_entry_and_event(chained: Chained) -> None:
    raw, made = a_block(chained), chained.happen(event(NOON + 60))[0]
    chained.put([raw | {"entries": {"S": raw["entries"]["S"] + f"\n{made.new['at']} 1 leaf"}}])


def expire_an_entry(chained: Chained) -> None:
    """Say that the event may be gone already, and remove it."""
    raw = a_block(chained)
    first, *rest = raw["entries"]["S"].splitlines()
    place, _, leaf = first.split()
    chained.put([raw | {"entries": {"S": "\n".join([f"{place} 1 {leaf}", *rest])}}])
    chained.remove([each for each in chained.raws("event") if each["at"]["S"] == place])


def remove_block(chained: Chained) -> None:
    chained.remove([a_block(chained)])


def remove_the_first_blocks(chained: Chained) -> None:
    chained.remove([raw for raw in chained.raws("audit_block") if raw["sk"]["S"].endswith("0001")])


def expire_a_block(chained: Chained) -> None:
    raw = a_block(chained)
    chained.put([raw | {"ttl": {"N": "1"}}])


def damage_block(chained: Chained) -> None:
    chained.put([a_block(chained) | {"entries": {"S": "nonsense"}}])


def swap_blocks(chained: Chained) -> None:
    blocks = sorted((raw for raw in chained.raws("audit_block")), key=lambda raw: (raw["pk"]["S"], raw["sk"]["S"]))
    one, other = next((a, b) for a, b in pairwise(blocks) if a["pk"] == b["pk"])
    chained.put([one | {"sk": other["sk"]}, other | {"sk": one["sk"]}])


def truncate(chained: Chained) -> None:
    """Remove the last block of a shard, with its events."""
    raw = max((raw for raw in chained.raws("audit_block") if raw["pk"]["S"].endswith("#1")), key=lambda raw: raw["sk"]["S"])
    places = {line.split()[0] for line in raw["entries"]["S"].splitlines()}
    chained.remove([raw, *(each for each in chained.raws("event") if each["at"]["S"] in places)])


def fork(chained: Chained) -> None:
    """Write the whole chain of a shard anew without one event, so that each block fits the one before it."""
    shard = int(a_block(chained)["pk"]["S"][-1])
    blocks, before, gone = list(chained.chain.blocks(shard)), None, ""
    chained.remove([raw for raw in chained.raws("audit_block") if raw["pk"]["S"].endswith(f"#{shard}")])
    for block in blocks:
        entries = block.entries
        if not gone and len(entries) > 1:
            gone, entries = entries[0].place, entries[1:]
        before = next_block(before, shard, entries, now=block.at, keep=RETENTION + KEPT_LONGER)
        assert chained.chain.add(before)
    chained.remove([raw for raw in chained.raws("event") if raw["at"]["S"] == gone])


def remove_head(chained: Chained) -> None:
    chained.remove(sorted(chained.raws("audit_head"), key=lambda raw: raw["sk"]["S"])[1:2])


def remove_the_first_head(chained: Chained) -> None:
    chained.remove(sorted(chained.raws("audit_head"), key=lambda raw: raw["sk"]["S"])[:1])


def swap_heads(chained: Chained) -> None:
    one, other, *_ = sorted(chained.raws("audit_head"), key=lambda raw: raw["sk"]["S"])
    chained.put([one | {"sk": other["sk"]}, other | {"sk": one["sk"]}])


def forge_head(chained: Chained) -> None:
    raw = chained.raws("audit_head")[0]
    chained.put([raw | {"signed": {"S": raw["signed"]["S"][:-8] + "AAAAAAAA"}}])


def remove_everything_of_the_last_hour(chained: Chained) -> None:
    """And let two hours pass in which nothing is sealed."""
    head = max(chained.raws("audit_head"), key=lambda raw: raw["sk"]["S"])
    chained.remove([head])
    chained.clock.now += 3 * HOUR


MUTATIONS: list[tuple[Change, str]] = [
    (change_type, "altered"), (change_address, "altered"), (change_address_and_salt, "altered"), (free_the_address, "altered"),
    (pretend_an_erasure, "altered"), (break_the_proof, "altered"), (remove_event, "missing"), (expire_event, "missing"),
    (hide_event_from_the_index, "missing"), (insert_event, "inserted"), (insert_a_copy, "inserted"), (move_an_event_in_time, "missing"),
    (reorder_entries, "reordered"), (remove_entry_and_event, "altered"), (insert_entry_and_event, "altered"),
    (expire_an_entry, "altered"), (remove_block, "missing"), (remove_the_first_blocks, "missing"), (expire_a_block, "forked"),
    (damage_block, "altered"), (swap_blocks, "altered"), (truncate, "missing"), (fork, "forked"), (remove_head, "missing"),
    (remove_the_first_head, "missing"), (swap_heads, "forked"), (forge_head, "forked"), (remove_everything_of_the_last_hour, "missing"),
]  # fmt: skip


@pytest.mark.parametrize(("mutation", "what"), MUTATIONS, ids=lambda each: getattr(each, "__name__", each))
def test_each_change_is_found(day: Chained, mutation: Change, what: str) -> None:
    """With its name, by an attacker who can write to the tables and has no key."""
    mutation(day)
    found = findings(day)
    assert what in found or (what == "forked" and "altered" in found), found
    assert any(report.faults for report in day.verify())


def test_a_change_is_reported_in_its_hour_only(day: Chained) -> None:
    hours = [report.hour for report in day.verify()]
    raw = next(raw for raw in day.raws("event") if int(raw["at"]["S"][:10]) > NOON + HOUR)
    day.remove([raw])
    states = {report.hour: report.state for report in day.verify()}
    assert sorted(states.values()) == sorted(["complete", "complete", "missing", "open"])
    assert list(states) == hours


def test_a_head_of_another_key_or_type_is_none(day: Chained) -> None:
    """Another deployment's head, and a token of this one, count as nothing."""
    signed = day.chain.last_head()
    assert signed
    assert read_head(signed, day.signer.public)
    other = {**day.signer.public, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert read_head(signed, other) is None
    for bad in ("", "a.b.c", signed + "x", signed[1:], ".".join((signed.split(".")[0], "e30", signed.split(".")[2]))):
        assert read_head(bad, day.signer.public) is None


def test_an_erased_person_leaves_a_valid_chain(day: Chained) -> None:
    """Their events say less, verify as before, and are counted as erased. Nothing of the person is in the tables."""
    Erasures(day.database).erase_user("usr_a")
    reports = day.verify()
    assert [report.state for report in reports] == ["erased"] * 3 + ["open"]
    assert [report.erased for report in reports] == [6, 6, 6, 0]
    text = str(list(day.database.scan("state")))
    assert "192.0.2.1" not in text
    assert "ada@example.com" not in text


def test_a_sign_in_of_an_erased_person_still_verifies(chained: Chained) -> None:
    """The session becomes an event of another key."""
    began = session(created_at=chained.clock(), auth_time=chained.clock(), address="192.0.2.7")
    raw = session_item(began, retention=RETENTION, client_id="app", request_id="r9").raw()
    chained.put([raw])
    chained.writer.take([change_of(raw, chained.clock())])
    chained.clock.now += HOUR
    chained.seal()
    assert chained.states() == ["complete", "open"]
    Erasures(chained.database).erase_user(began.user_id)
    assert chained.states() == ["erased", "open"]


def test_attempts_with_an_erased_address_still_verify(chained: Chained) -> None:
    """Their partition is named by a hash of the address. They move, and say no more whose address it was."""
    told = chained.hour(4, subject="", actor="", type="sign_in.failed", details={"account": "hash-of-address", "method": "pwd"})
    assert chained.states() == ["complete", "open"]
    Erasures(chained.database).erase_partitions(["ATTEMPTS#hash-of-address"])
    assert chained.states() == ["erased", "open"]
    raws = chained.raws("event")
    assert len(raws) == len(told)
    assert "hash-of-address" not in str(raws)


def test_erasing_twice_keeps_the_chain_valid(day: Chained) -> None:
    """A crash in the middle of an erasure, and the run that finishes it; and another person of the same events."""
    Erasures(day.database).erase_user("usr_a")
    Erasures(day.database).erase_user("usr_a")
    Erasures(day.database).erase_user("usr_b")
    assert day.states() == ["erased"] * 3 + ["open"]


def test_an_erased_event_that_is_changed_is_found(day: Chained) -> None:
    Erasures(day.database).erase_user("usr_a")
    raw = day.raws("event")[2]
    day.put([raw | {"address": {"S": "192.0.2.5"}}])
    assert findings(day) == {"altered"}


def test_an_event_of_an_earlier_release_verifies_without_its_personal_values(chained: Chained) -> None:
    """It has no salt. What is not personal is protected, and an erasure changes nothing."""
    (told,) = chained.happen(event(chained.clock()))
    (raw,) = chained.raws("event")
    del raw["salt"]
    chained.put([raw])
    new = {name: value for name, value in told.new.items() if name != "salt"}
    chained.writer.take([replace(told, new=new)])
    chained.clock.now += HOUR
    chained.seal()
    assert chained.states() == ["complete", "open"]
    Erasures(chained.database).erase_user("usr_a")
    assert chained.states() == ["erased", "open"]
    chained.put([chained.raws("event")[0] | {"type": {"S": "user.created"}}])
    assert findings(chained) == {"altered"}


def test_events_whose_time_is_over_are_expired(chained: Chained) -> None:
    """Not before it, and by what the block says about each: types are kept for different times."""
    chained.writer.take(chained.happen(event(NOON), event(NOON), retention=2 * DAY))
    chained.writer.take(chained.happen(event(NOON), retention=9 * DAY))
    chained.clock.now += HOUR
    chained.seal()
    short = [raw for raw in chained.raws("event") if int(raw["ttl"]["N"]) < NOON + 6 * DAY]
    chained.remove(short)
    assert findings(chained) == {"missing"}
    chained.clock.now = NOON + 3 * DAY
    while chained.seal():
        pass
    first = chained.verify()[0]
    assert (first.state, first.events, first.expired) == ("expired", 1, 2)


def test_blocks_and_heads_whose_time_is_over_are_expired(chained: Chained) -> None:
    """They go after their events. The chain that is left says that what was before it could be gone."""
    chained.retention = 2 * DAY
    chained.writer._keep = 3 * DAY  # noqa: SLF001  # 33 days would be 800 hours to seal
    chained.hour(8, details={})
    chained.clock.now += 4 * DAY
    while chained.seal():
        pass
    chained.hour(8)
    chained.remove([raw for raw in chained.raws("event") if int(raw["ttl"]["N"]) < chained.clock()])
    chained.remove([raw for kind in ("audit_block", "audit_head") for raw in chained.raws(kind) if int(raw["ttl"]["N"]) < chained.clock()])
    reports = chained.verify()
    assert {report.state for report in reports} <= {"complete", "expired", "open"}
    assert reports[-2].events == 8


def test_two_sealers_give_one_head(chained: Chained) -> None:
    """The second goes on with the first one's."""
    chained.hour()
    chained.clock.now += 1
    assert chained.seal() == 0
    heads = list(chained.chain.heads("", "~"))
    forged = read_head(heads[0][1], chained.signer.public)
    assert forged
    again = chained.chain.add_head(heads[0][0], chained.signer.sign(replace(forged, at=1)), forged.until)
    assert again == heads[0][1]


def test_each_head_names_the_one_before_it(day: Chained) -> None:
    heads = [signed for _, signed in day.chain.heads("", "~")]
    read = [read_head(signed, day.signer.public) for signed in heads]
    assert [head.number for head in read if head] == [1, 2, 3]
    assert [head.previous for head in read if head] == ["", *(digest_of(signed) for signed in heads[:-1])]


def test_an_hour_without_events_is_sealed_too(chained: Chained) -> None:
    """A gap in the heads is a sign that sealing stopped, or that one was removed."""
    chained.hour()
    chained.clock.now += 3 * HOUR
    assert chained.seal() == 3
    assert chained.states() == ["complete"] * 4 + ["open"]


def test_events_that_the_stream_did_not_bring_are_in_the_chain_when_the_hour_is_sealed(chained: Chained) -> None:
    """Their records became dead letters, or there is no stream. Records that come after all add nothing."""
    told = chained.happen(*(event(NOON) for _ in range(9)))
    chained.writer.take(told[:4])
    chained.clock.now += HOUR
    assert chained.seal() == 1
    assert len(chained.leaves()) == 9
    assert chained.writer.take(told) == []
    assert ChainWriter(chained.chain, RETENTION, chained.clock).take(told) == []
    assert len(chained.leaves()) == 9
    assert chained.states() == ["complete", "open"]


def test_a_chain_without_a_stream_begins_with_the_last_hour(chained: Chained) -> None:
    """Sealing alone makes a chain, an hour behind. What was before stays outside."""
    chained.happen(event(NOON - 5 * HOUR))
    chained.happen(*(event(NOON) for _ in range(4)))
    chained.clock.now += HOUR
    assert chained.seal() == 1
    chained.happen(*(event(chained.clock()) for _ in range(3)))
    chained.clock.now += HOUR
    assert chained.seal() == 1
    assert [(report.state, report.events) for report in chained.verify()] == [("complete", 4), ("complete", 3), ("open", 0)]


def test_an_erased_event_that_the_stream_did_not_bring_gets_its_leaf(chained: Chained) -> None:
    """It is the leaf that the record would have given."""
    told = chained.happen(event(NOON))
    Erasures(chained.database).erase_user("usr_a")
    chained.clock.now += HOUR
    chained.seal()
    assert chained.writer.take(told) == []
    assert [(report.state, report.events) for report in chained.verify()] == [("erased", 1), ("open", 0)]


def test_events_that_are_written_after_the_seal_are_in_the_next_hour(chained: Chained) -> None:
    """They are neither lost nor inserted."""
    chained.writer.take(chained.happen(event(NOON)))
    chained.clock.now += HOUR
    chained.seal()
    assert chained.writer.take(chained.happen(*(event(NOON + 300) for _ in range(5)))) == []
    chained.clock.now += HOUR
    chained.seal()
    assert [(report.state, report.events) for report in chained.verify()] == [("complete", 1), ("complete", 5), ("open", 0)]


def test_hours_that_are_sealed_late_have_their_own_events(chained: Chained) -> None:
    """The function was switched off for some hours."""
    for _ in range(4):
        chained.writer.take(chained.happen(*(event(chained.clock()) for _ in range(8))))
        chained.clock.now += HOUR
    assert chained.seal() == 4
    assert [(report.state, report.events) for report in chained.verify()] == [("complete", 8)] * 4 + [("open", 0)]


def test_a_shard_without_events_changes_nothing(chained: Chained) -> None:
    chained.hour(1)
    assert chained.states() == ["complete", "open"]
    assert len({raw["pk"]["S"] for raw in chained.raws("audit_block")}) == 1 < SHARDS
