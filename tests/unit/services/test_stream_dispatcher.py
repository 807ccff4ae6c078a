"""The dispatcher of the streams: what leaves a record, and whose failure stops what (threats R-01 to R-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.errors import Unavailable
from idp.domain.streams.allowed import ALLOWED
from idp.domain.streams.change import REMOVE
from idp.domain.streams.record import read_record
from idp.services.streams.dispatcher import StreamDispatcher
from tests.support.stream_records import a_record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from idp.domain.streams.change import Change

SECRETS: dict[str, Any] = {
    "password_hash": {"S": "$argon2id$v=19$secret"}, "factor_stamp": {"N": "3"}, "passkeys": {"M": {"x": {"S": "secret"}}},
    "totp_enabled": {"BOOL": True}, "former_emails": {"M": {"secret@example.com": {"S": "1"}}}, "metadata": {"S": '{"secret": "secret"}'},
    "listing_sk": {"S": "secret"}, "secret": {"S": "secret"}, "token": {"B": "c2VjcmV0"},
}  # fmt: skip
"""Attributes that no consumer gets."""


class Recorder:
    """A consumer that keeps what it got. `act`: what it does with each change; what it returns failed."""

    def __init__(self, act: Callable[[Change], bool] = lambda _: False, *kinds: str, name: str = "recorder") -> None:
        self.name, self.kinds, self._act = name, frozenset(kinds or ("user",)), act
        self.got: list[Change] = []

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Take them."""
        self.got += changes
        return {each.sequence for each in changes if self._act(each)}


def failures(answer: dict[str, Any]) -> list[str]:
    """The sequence numbers of an answer."""
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def number(record: dict[str, Any]) -> str:
    """The sequence number of a record."""
    return str(record["dynamodb"]["SequenceNumber"])


@pytest.mark.parametrize("name", ["INSERT", "MODIFY", "REMOVE"])
def test_no_attribute_leaves_a_record_that_is_not_allowed(name: str) -> None:
    """Neither of the item before nor of the item after. Damaged texts of JSON are left out, and the rest is read."""
    record = a_record(
        name, email={"S": "ada@example.com"}, version={"N": "7"}, claims={"S": "{broken"}, roles={"M": {"r": {"S": "1"}}}, **SECRETS
    )
    change = read_record(record)
    assert change is not None
    assert (change.old if name == "REMOVE" else change.new) == {
        "user_id": "usr_1",
        "email": "ada@example.com",
        "version": 7,
        "roles": {"r": "1"},
    }
    assert "secret" not in repr(change)


@pytest.mark.parametrize("table", ["directory", "state"])
def test_the_allow_list_has_no_attribute_that_opens_anything(table: str) -> None:
    """Also not by a change of the list: names of secrets, hashes, factors and keys. Two stamps are counts that shared signals compare."""
    for names in ALLOWED[table].values():
        assert not [
            name
            for name in names - {"security_stamp", "client_stamp"}
            if any(word in name for word in ("secret", "hash", "stamp", "token", "key", "totp", "code"))
        ]


@pytest.mark.parametrize(
    "record",
    [
        {}, {"dynamodb": None}, {"dynamodb": []}, {"eventName": "INSERT", "dynamodb": {}}, a_record("DROP"), a_record(kind={"N": "1"}),
        a_record(kind={"S": "totp"}), a_record(table="keys"), a_record(table="state"), {**a_record(), "eventSourceARN": "arn"},
        {**a_record(), "eventSourceARN": None}, a_record(pk={}),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_read_tells_nothing_and_never_fails(record: Any) -> None:
    """Nor does a record of another kind or another table. The record after it is taken."""
    recorder = Recorder()
    assert StreamDispatcher([recorder]).take([record, a_record(user_id="usr_2")]) == {"batchItemFailures": []}
    assert [each.pk for each in recorder.got] == ["USER#usr_2"]


def test_a_change_has_the_same_id_whenever_it_is_read_and_no_other_change_has_it() -> None:
    """R-03: the id is of table, key, act and number of the record."""
    record = a_record("MODIFY", version={"N": "7"})
    first, again = read_record(record), read_record(record)
    others = [
        read_record(each)
        for each in (
            a_record("MODIFY", version={"N": "8"}), a_record("MODIFY", version={"N": "7"}), a_record("REMOVE", version={"N": "7"}),
            a_record("MODIFY", "x", version={"N": "7"}),
            a_record("MODIFY"), a_record("MODIFY"), a_record("INSERT"),
        )
    ]  # fmt: skip
    assert first is not None
    assert again is not None
    assert first.event_id == again.event_id
    assert len({first.event_id, *(each.event_id for each in others if each)}) == 1 + len(others)


def test_only_what_dynamodb_removed_by_itself_has_expired() -> None:
    """A person who removes an item is told apart, also one who is called like DynamoDB."""
    by_ttl = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    for identity, name, expired in (
        (by_ttl, "REMOVE", True), (None, "REMOVE", False), ({"principalId": "x"}, "REMOVE", False), ([], "REMOVE", False),
        (by_ttl, "MODIFY", False),
    ):  # fmt: skip
        change = read_record({**a_record(name), "userIdentity": identity})
        assert change is not None
        assert change.expired is expired
        assert (change.act == REMOVE) is (name == "REMOVE")


def test_a_consumer_that_fails_stops_no_other_consumer() -> None:
    """Each gets its kinds, in order. What failed is told once."""
    records = [a_record(user_id=name) for name in "abc"]
    bad, good, deaf = Recorder(lambda each: each.pk == "USER#b", name="bad"), Recorder(), Recorder(lambda _: True, "role")
    answer = StreamDispatcher([bad, good, deaf, Recorder(lambda each: each.pk == "USER#b")]).take(records)
    assert failures(answer) == [number(records[1])]
    assert [each.pk for each in good.got] == ["USER#a", "USER#b", "USER#c"]
    assert deaf.got == []


def test_a_store_that_does_not_answer_fails_the_whole_batch_for_its_consumer_only() -> None:
    """Nothing is tried one by one: the database is at fault."""
    calls = []

    def down(change: Change) -> bool:
        calls.append(change)
        raise Unavailable(detail="throttled")

    records, good = [a_record(user_id=name) for name in "abc"], Recorder()
    assert failures(StreamDispatcher([Recorder(down), good]).take(records)) == [number(each) for each in records]
    assert len(calls) == 1
    assert len(good.got) == 3


@pytest.mark.parametrize("error", [ValueError, KeyError, RecursionError, AssertionError])
def test_a_poison_record_fails_alone(error: type[Exception]) -> None:
    """R-02: a consumer that raises gets the changes one by one. So the others of the batch are done, and Lambda gives up one record."""

    def poisoned(change: Change) -> bool:
        if change.pk == "USER#b":
            raise error
        return False

    records = [a_record(user_id=name) for name in "abc"]
    assert failures(StreamDispatcher([Recorder(poisoned)]).take(records)) == [number(records[1])]
    assert failures(StreamDispatcher([Recorder(poisoned)]).take(records[1:2])) == [number(records[1])]


def test_a_consumer_that_counts_gets_only_what_does_not_come_again() -> None:
    """Lambda gives all records from the first failed one on again, also those that this consumer could have taken. It is asked last."""
    records = [a_record(user_id=f"usr_{number}") for number in range(4)]
    failing = Recorder(lambda change: change.sequence == number(records[2]), name="failing")
    counting, all_of_them = Recorder(name="counting"), Recorder(name="all")
    counting.only_done = True  # type: ignore[attr-defined]  # a consumer may have it
    answer = StreamDispatcher([counting, failing, all_of_them]).take(records)
    assert failures(answer) == [number(records[2])]
    assert [each.sequence for each in counting.got] == [number(each) for each in records[:2]]
    assert len(all_of_them.got) == 4


def test_a_counting_consumer_gets_nothing_that_was_built_anew() -> None:
    """It may have been counted before the stream lost it (`idp stream redrive`)."""
    counting, other = Recorder(name="counting"), Recorder()
    counting.only_done = True  # type: ignore[attr-defined]  # a consumer may have it
    record = a_record()
    assert failures(StreamDispatcher([counting, other]).take([record], rebuilt=True)) == []
    assert ([each.sequence for each in other.got], counting.got) == ([number(record)], [])
