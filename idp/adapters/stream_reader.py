"""Reading records of a stream again (Amazon DynamoDB Streams, GetShardIterator and GetRecords), in the form in which Lambda hands them
over.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits, decode_object
from idp.adapters.aws_json import AwsJson, Service
from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.adapters.aws_credentials import CredentialSource
    from idp.domain.streams.given_up import GivenUp

STREAMS = Service("streams.dynamodb", "DynamoDBStreams_20120810", "1.0", decode_object, "dynamodb")
_LIMITS = Limits(read=10.0, patience=20.0)
_MOST_EMPTY = 100
"""Answers without a record, after which the reader stops: DynamoDB goes through a shard part by part."""


class TrimmedError(Exception):
    """The stream has these records no more. It keeps a record for 24 hours."""


class IncompleteError(Exception):
    """The answers ended before the last of these records. The next attempt may read all of them."""


class StreamReader:
    """Reads streams in one region."""

    def __init__(self, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None) -> None:
        self._service = AwsJson(STREAMS, region=region, endpoint=endpoint, credentials=credentials, limits=_LIMITS)

    def read(self, wanted: GivenUp) -> list[dict[str, Any]]:
        """Return the records from the first to the last number, also those of kinds that a filter of Lambda left out.

        Raises:
            TrimmedError: the stream does not have all of them.
            IncompleteError: it has, and did not give the last ones.
            Unavailable: DynamoDB does not answer, or refuses.
        """
        try:
            found = list(self._records(wanted))
        except AwsError as error:
            if error.code in {"TrimmedDataAccessException", "ResourceNotFoundException"}:
                raise TrimmedError from error
            raise Unavailable(detail=f"streams: {error}") from error
        except AwsUnreachableError as error:
            raise Unavailable(detail=f"streams: {error}") from error
        if not found or int(_number(found[0])) != int(wanted.first):
            raise TrimmedError
        if int(_number(found[-1])) != int(wanted.last):
            raise IncompleteError
        return found

    def _records(self, wanted: GivenUp) -> Iterator[dict[str, Any]]:
        place = {"StreamArn": wanted.arn, "ShardId": wanted.shard}
        begin = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": wanted.first}
        iterator, empty = self._service.call("GetShardIterator", {**place, **begin}).get("ShardIterator"), 0
        while iterator and empty < _MOST_EMPTY:
            answer = self._service.call("GetRecords", {"ShardIterator": iterator})
            for record in answer["Records"]:
                if int(_number(record)) > int(wanted.last):
                    return
                yield _handed_over(record, wanted.arn)
                if int(_number(record)) == int(wanted.last):
                    return
            empty += not answer["Records"]
            iterator = answer.get("NextShardIterator")


def _number(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _handed_over(record: dict[str, Any], arn: str) -> dict[str, Any]:
    """A record as Lambda gives it: with the ARN of the stream, and with small first letters in `userIdentity`."""
    made = {**record, "eventSourceARN": arn}
    if isinstance(who := record.get("userIdentity"), dict):
        made["userIdentity"] = {name[:1].lower() + name[1:]: value for name, value in who.items()}
    return made
