"""`idp stream redrive`: changes that became dead letters of the streams are given again, with the same ids (threats R-02, R-03)."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.events.from_change import event_of
from idp.domain.streams.given_up import read_given_up
from idp.domain.streams.record import read_record
from idp.services.audit.recorder import SYSTEM
from tests.support.lambda_invoke import invoking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.streams.conftest import Streamed
    from tests.support.cli import CommandLine

OTHER = '{"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": {"to": "ada@example.com"}}'


@dataclass
class Queue:
    """The deployment's queue of dead letters."""

    sqs: Any
    url: str

    def send(self, *bodies: str) -> None:
        for each in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=each)

    def left(self) -> list[str]:
        """The bodies that a person would find now."""
        found = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
        return sorted(each["Body"] for each in found)


@pytest.fixture
def queue(streamed: Streamed, moto_endpoint: str) -> Queue:
    sqs: Any = boto3.client("sqs", region_name="us-east-1", endpoint_url=moto_endpoint)
    name = f"{streamed.services.settings.table_prefix}-dead-letters"
    return Queue(sqs, sqs.create_queue(QueueName=name)["QueueUrl"])


@contextmanager
def command(streamed: Streamed, moto_endpoint: str, answer: Any) -> Iterator[tuple[CommandLine, Any]]:
    """The command line, and the function `stream`, which does what `answer` says with an event."""
    with invoking(answer) as function:
        ends = {"SQS": moto_endpoint, "LAMBDA": function.url, "DYNAMODB_STREAMS": streamed.idp.endpoint}
        extra = {**streamed.idp.extra, **{f"AWS_ENDPOINT_URL_{name}": url for name, url in ends.items()}}
        yield replace(streamed.idp, extra=extra), function


def letter(streamed: Streamed, records: list[dict[str, Any]], **changes: str) -> str:
    """What Lambda writes about records that it gave up."""
    numbers = [each["dynamodb"]["SequenceNumber"] for each in records]
    arn = records[0]["eventSourceARN"]
    stream = streamed.directory if arn == streamed.directory.arn else streamed.state
    (shard,) = stream.shards()
    told = {
        "shardId": shard, "startSequenceNumber": numbers[0], "endSequenceNumber": numbers[-1], "batchSize": len(records), "streamArn": arn,
        "approximateArrivalOfFirstRecord": "2026-11-29T20:00:00Z", "approximateArrivalOfLastRecord": "2026-11-29T20:00:01Z", **changes,
    }  # fmt: skip
    return json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}, "version": "1.0", "DDBStreamBatchInfo": told})


def happened(streamed: Streamed) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The records of a person who was made and changed, of both tables."""
    people = streamed.services.user_service
    made = people.create("ada@example.com", None, scope=DEPLOYMENT, by=SYSTEM)
    people.patch(made.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    return streamed.directory.read(), streamed.state.read()


def ids(records: list[dict[str, Any]]) -> set[str]:
    """The ids of the events that receivers get of these records."""
    changes = [change for each in records if (change := read_record(each)) is not None]
    return {event.id for each in changes if (event := event_of(each)) is not None}


def test_changes_are_given_again_with_the_same_ids(streamed: Streamed, queue: Queue, moto_endpoint: str) -> None:
    """Exactly the records of the letters, once. Letters about other things stay, and are there at once."""
    directory, state = happened(streamed)
    queue.send(letter(streamed, directory[:1]), letter(streamed, directory[1:]), letter(streamed, state), OTHER)
    with command(streamed, moto_endpoint, {"batchItemFailures": []}) as (idp, function):
        told = idp.done("stream", "redrive", "--json").json
        given = [record for _, _, event in function.asked for record in event["Records"]]
        assert not any(event["rebuilt"] for _, _, event in function.asked)
    assert {"letters": 3, "given": len(given), "failed": 0, "lost": [], "other": 1}.items() <= told.items()
    assert ids(given) == ids(directory + state) != set()
    assert len(given) == len(directory + state)
    assert queue.left() == [OTHER]


def test_a_letter_about_another_deployment_is_not_read(streamed: Streamed, queue: Queue, moto_endpoint: str) -> None:
    """Each function may write letters, and the operator's rights may reach the tables of other stages: their people are not told here."""
    directory, _ = happened(streamed)
    ours = directory[0]["eventSourceARN"]
    prefix = streamed.services.settings.table_prefix
    queue.send(letter(streamed, directory, streamArn=ours.replace(prefix, f"{prefix}-other")))
    with command(streamed, moto_endpoint, {"batchItemFailures": []}) as (idp, function):
        told = idp.done("stream", "redrive", "--json").json
        assert function.asked == []
    assert (told["letters"], told["other"], len(queue.left())) == (0, 1, 1)


def test_a_dry_run_gives_nothing(streamed: Streamed, queue: Queue, moto_endpoint: str) -> None:
    """A deployment without a queue is told so."""
    directory, _ = happened(streamed)
    queue.send(letter(streamed, directory))
    with command(streamed, moto_endpoint, {"batchItemFailures": []}) as (idp, function):
        answer = idp.done("stream", "redrive", "--dry-run")
        assert function.asked == []
    assert f"1 letters of the streams: {len(directory)} changes can be given again" in answer.out
    assert queue.left() == [letter(streamed, directory)]
    queue.sqs.delete_queue(QueueUrl=queue.url)
    with command(streamed, moto_endpoint, {}) as (idp, _):
        answer = idp("stream", "redrive")
    assert (answer.status, "There is no queue" in answer.err) == (1, True)


def test_a_letter_stays_until_all_of_it_was_taken(streamed: Streamed, queue: Queue, moto_endpoint: str) -> None:
    """Else a change would be lost when the function fails again."""
    directory, _ = happened(streamed)
    queue.send(letter(streamed, directory))
    answers: list[Any] = [{"batchItemFailures": [{"itemIdentifier": "1"}]}, ({"errorMessage": "x"}, "failed"), 500]
    for answer in answers:
        with command(streamed, moto_endpoint, answer) as (idp, _):
            failed = idp("stream", "redrive")
        assert (failed.status, "1 letters stay" in failed.out) == (1, True)
        assert queue.left() == [letter(streamed, directory)]
    with command(streamed, moto_endpoint, {"batchItemFailures": []}) as (idp, _):
        idp.done("stream", "redrive")
    assert queue.left() == []


def test_after_a_day_events_of_the_audit_trail_are_built_with_the_same_ids(streamed: Streamed, queue: Queue, moto_endpoint: str) -> None:
    """A stream has its records for 24 hours. Those who count do not get what was built: it may have been counted."""
    directory, state = happened(streamed)
    gone = {"shardId": "shardId-00000001600000000000-00000000", **_moments(streamed)}
    queue.send(letter(streamed, state, **gone), letter(streamed, directory, **gone))
    with command(streamed, moto_endpoint, {"batchItemFailures": []}) as (idp, function):
        answer = idp("stream", "redrive", "--json")
        given = [record for _, _, event in function.asked for record in event["Records"]]
        assert [event["rebuilt"] for _, _, event in function.asked] == [True]
        lost = queue.left()
        forgotten = idp.done("stream", "redrive", "--forget")
    assert answer.status == 1
    assert ids(state) <= ids(given)
    assert [each["arn"] for each in answer.json["lost"]] == [streamed.directory.arn]
    assert lost == [letter(streamed, directory, **gone)]
    assert "cannot be read any more" in forgotten.out
    assert queue.left() == []


def _moments(streamed: Streamed) -> dict[str, str]:
    """When it happened, by the clock of the deployment."""
    now = datetime.fromtimestamp(streamed.clock(), UTC).isoformat()
    return {"approximateArrivalOfFirstRecord": now, "approximateArrivalOfLastRecord": now}


@pytest.mark.parametrize("body", ["", "[]", "{", OTHER, '{"DDBStreamBatchInfo": {}}', '{"DDBStreamBatchInfo": "x"}', "[" * 100_000])
def test_what_is_no_letter_of_a_stream_stays(body: str) -> None:
    assert read_given_up(body) is None
