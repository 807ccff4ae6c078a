"""Records of a table's stream, read by the DynamoDB Streams API and given to a function as Lambda's event source mapping does.

    stream = TableStream(endpoint, "t1-directory")     # switches the stream on as deploy/stream/on.yml has it, for this table
    records = stream.read()                            # those since the last read, filtered, as Lambda hands them over
    from_failure(records, answer)                      # those that Lambda gives again after the function's answer

Lambda adds `eventSourceARN` to a record of GetRecords. Times are numbers, bytes are Base64, and the names of `userIdentity` begin with a
small letter: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import yaml
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEPLOYED = yaml.safe_load((Path(__file__).resolve().parents[2] / "deploy" / "stream" / "on.yml").read_text(encoding="utf-8"))
MAPPINGS: dict[str, dict[str, Any]] = {
    each["stream"]["arn"]["Fn::GetAtt"][0].removesuffix("Table").lower(): each["stream"]
    for each in DEPLOYED["functions"]["stream"]["events"]
    if "stream" in each
}
"""The event source mappings of the deployment, by the short name of the table."""
MAPPING = MAPPINGS["directory"]


class TableStream:
    """The stream of one table. It reads from the oldest record (TRIM_HORIZON) and remembers where it is."""

    def __init__(self, endpoint: str, table: str) -> None:
        session = botocore.session.get_session()
        short = table.rpartition("-")[2]
        self._mapping = MAPPINGS[short]
        wanted = {"StreamEnabled": True, **DEPLOYED["streams"][short]}
        dynamodb: Any = session.create_client("dynamodb", endpoint_url=endpoint)
        made = dynamodb.update_table(TableName=table, StreamSpecification=wanted)
        self.arn: str = made["TableDescription"]["LatestStreamArn"]
        self._api: Any = session.create_client(
            "dynamodbstreams", endpoint_url=endpoint, config=Config(parameter_validation=False)
        )  # numbers of dynoxide are shorter than those of AWS
        self._positions: dict[str, str] = {}

    def read(self) -> list[dict[str, Any]]:
        """What came since the last read, in order, as far as the filter of the deployment lets it through."""
        return [record for record in self.all() if any(_passes(record, each) for each in self._mapping["filterPatterns"])]

    def all(self) -> list[dict[str, Any]]:
        """The same without the filter."""
        return [self._handed_over(record) for shard in self.shards() for record in self._records(shard)]

    def shards(self) -> Iterator[str]:
        """The ids of its shards."""
        start: dict[str, str] = {}
        while True:
            found = self._api.describe_stream(StreamArn=self.arn, **start)["StreamDescription"]
            yield from (each["ShardId"] for each in found["Shards"])
            if "LastEvaluatedShardId" not in found:
                return
            start = {"ExclusiveStartShardId": found["LastEvaluatedShardId"]}

    def _records(self, shard: str) -> Iterator[dict[str, Any]]:
        """The records of a shard until there is none for now. A closed shard has no iterator after its end."""
        begin = (
            {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._positions[shard]} if shard in self._positions else None
        )
        asked = begin or {"ShardIteratorType": self._mapping["startingPosition"]}
        iterator = self._api.get_shard_iterator(StreamArn=self.arn, ShardId=shard, **asked)["ShardIterator"]
        while iterator:
            answer = self._api.get_records(ShardIterator=iterator)
            for record in answer["Records"]:
                self._positions[shard] = record["dynamodb"]["SequenceNumber"]
                yield record
            iterator = answer.get("NextShardIterator") if answer["Records"] else None

    def _handed_over(self, record: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = _as_json({**record, "eventSourceARN": self.arn})
        if "userIdentity" in made:
            made["userIdentity"] = {name[0].lower() + name[1:]: value for name, value in made["userIdentity"].items()}
        return made


def from_failure(records: list[dict[str, Any]], answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records that Lambda gives again: from the first one that failed on. All of them if it does not know the one that is named."""
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    if not failed:
        return []
    numbers = [each["dynamodb"]["SequenceNumber"] for each in records]
    return records[min(map(numbers.index, failed)) :] if failed <= set(numbers) else records


def _passes(record: Any, pattern: Any) -> bool:
    """A filter pattern of Lambda: an object describes members, a list the allowed values."""
    if isinstance(pattern, list):
        return record in pattern
    return isinstance(record, dict) and all(name in record and _passes(record[name], inner) for name, inner in pattern.items())


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    if isinstance(value, dt.datetime):
        return value.timestamp()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
