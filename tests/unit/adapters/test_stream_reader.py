"""Reading records of a stream again: all of them, or none counts as read."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from idp.adapters.dead_letter_queue import Letter
from idp.adapters.stream_reader import IncompleteError, StreamReader, TrimmedError
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.streams.given_up import GivenUp
from idp.services.streams.redrive import Redrive

WANTED = GivenUp("arn:aws:dynamodb:eu-central-1:1:table/idp-prod-directory/stream/x", "shard", "5", "7", 3, 0, 0)


class Shard:
    """Answers of DynamoDB Streams, one after the other; then the shard is at its end."""

    def __init__(self, *answers: list[int]) -> None:
        self.answers = list(answers)

    def call(self, operation: str, _: dict[str, Any]) -> dict[str, Any]:
        if operation == "GetShardIterator":
            return {"ShardIterator": "next"}
        numbers = self.answers.pop(0)
        records = [{"dynamodb": {"SequenceNumber": str(number)}} for number in numbers]
        return {"Records": records, **({"NextShardIterator": "next"} if self.answers else {})}


def reader(*answers: list[int]) -> StreamReader:
    made = StreamReader(region="eu-central-1")
    made._service = Shard(*answers)  # type: ignore[assignment]  # noqa: SLF001  # a stand-in for the service
    return made


def test_all_records_are_read_over_several_answers() -> None:
    found = reader([5], [], [6, 7, 8]).read(WANTED)
    assert [each["dynamodb"]["SequenceNumber"] for each in found] == ["5", "6", "7"]


@pytest.mark.parametrize("answers", [([],), ([6, 7],)])
def test_records_whose_first_is_gone_are_trimmed(answers: tuple[list[int], ...]) -> None:
    with pytest.raises(TrimmedError):
        reader(*answers).read(WANTED)


@pytest.mark.parametrize("answers", [([5],), ([5, 6], []), ([5], *([] for _ in range(200)), [6, 7])])
def test_a_part_of_the_records_is_not_taken_for_all(answers: tuple[list[int], ...]) -> None:
    """Else the letter would be removed, and the others were lost."""
    with pytest.raises(IncompleteError):
        reader(*answers).read(WANTED)


class Queue:
    """Two letters about records of a stream."""

    def __init__(self) -> None:
        told = {"streamArn": WANTED.arn, "shardId": "shard", "startSequenceNumber": "5", "endSequenceNumber": "7", "batchSize": 3}
        told |= dict.fromkeys(("approximateArrivalOfFirstRecord", "approximateArrivalOfLastRecord"), "2026-11-29T20:00:00Z")
        self.letters = [Letter(json.dumps({"DDBStreamBatchInfo": told}), handle) for handle in ("1", "2")]
        self.removed: list[Letter] = []
        self.back: list[Letter] = []
        self.receive, self.remove, self.put_back = lambda: iter(self.letters), self.removed.append, self.back.append


class Taking:
    """A function that takes everything."""

    def take(self, _: Any, *, rebuilt: bool) -> int:
        del rebuilt
        return 0


def test_a_letter_that_was_read_in_part_stays_and_the_next_one_goes_on() -> None:
    queue: Any = Queue()
    both: Any = reader([5], [])
    both._service.call = chained(Shard([5]), Shard([5, 6, 7]))  # noqa: SLF001  # as above
    done = Redrive(queue, both, cast("Any", Taking()), cast("Any", None), "idp-prod").run(
        scope=DEPLOYMENT, dry_run=False, forget=False, tell=lambda _: None
    )  # fmt: skip
    assert (done.letters, done.failed, queue.removed, queue.back) == (2, 1, queue.letters[1:], queue.letters[:1])


def chained(*shards: Shard) -> Any:
    """The calls of one reading after the other."""
    waiting = list(shards)
    now: list[Shard] = []

    def call(operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        if operation == "GetShardIterator":
            now[:] = [waiting.pop(0)]
        return now[0].call(operation, asked)

    return call
