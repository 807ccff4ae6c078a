"""A message of the queue of dead letters about records of a stream that Lambda gave up. It names their place, and has no record.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-on-failure.html
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, NamedTuple


class GivenUp(NamedTuple):
    """The records of one batch. `arn`: of the stream. `first`, `last`: numbers of records in the shard, both included. `size`: how many.

    `since`, `until`: about when the first and the last of them was written, in epoch milliseconds.
    """

    arn: str
    shard: str
    first: str
    last: str
    size: int
    since: int
    until: int

    @property
    def table(self) -> str:
        """The short name of the table."""
        return self._name.rpartition("-")[2]

    @property
    def prefix(self) -> str:
        """The prefix of the names of the deployment's tables."""
        return self._name.rpartition("-")[0]

    @property
    def _name(self) -> str:
        return self.arn.partition(":table/")[2].partition("/")[0]


def read_given_up(body: str) -> GivenUp | None:
    """Return what the body of a message tells. None if it is about something else, such as a job or a mail."""
    try:
        told: dict[str, Any] = json.loads(body)["DDBStreamBatchInfo"]
        first, last = str(told["startSequenceNumber"]), str(told["endSequenceNumber"])
        if not (first.isdecimal() and last.isdecimal()):
            return None
        return GivenUp(
            str(told["streamArn"]), str(told["shardId"]), first, last, int(told["batchSize"]),
            _milliseconds(told["approximateArrivalOfFirstRecord"]), _milliseconds(told["approximateArrivalOfLastRecord"]),
        )  # fmt: skip
    except (LookupError, TypeError, ValueError, RecursionError):
        return None


def _milliseconds(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)
