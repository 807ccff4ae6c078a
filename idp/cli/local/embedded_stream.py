"""The streams of the embedded store: moto keeps what changed in a list for each table, which is emptied here.

moto's numbers of records begin anew in an empty list. So they go on from the time, also after the next start.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from idp.cli.local.embedded_store import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterator

VIEWS = {"directory": "NEW_AND_OLD_IMAGES", "state": "NEW_IMAGE"}
"""As deploy/stream/on.yml has them."""


class EmbeddedStream:
    """Records of one table, as Lambda hands them over. `table`: its full name."""

    def __init__(self, store: EmbeddedStore, table: str) -> None:
        self._store, self._table = store, table
        wanted = {"StreamEnabled": True, "StreamViewType": VIEWS[table.rpartition("-")[2]]}
        store.call("UpdateTable", {"TableName": table, "StreamSpecification": wanted})
        self._arn = str(store.call("DescribeTable", {"TableName": table})["Table"]["LatestStreamArn"])
        self._shard().starting_sequence_number = time.time_ns()

    def read(self) -> list[dict[str, Any]]:
        """Return what changed since the last time, in order."""
        with self._store.alone():
            shard = self._shard()
            found = [each.to_json() for each in shard.items]
            shard.starting_sequence_number += len(found)
            shard.items = []
        return [_handed_over(each, self._arn) for each in found]

    def _shard(self) -> Any:
        """The list of moto. A transaction that failed puts a copy of the table in its place, so it is looked up each time."""
        return next(each.stream_shard for each in _tables() if each.name == self._table)


def _tables() -> Iterator[Any]:
    from moto.dynamodb.models import dynamodb_backends

    for account in dynamodb_backends.values():
        for backend in account.values():
            yield from backend.tables.values()


def _handed_over(record: dict[str, Any], arn: str) -> dict[str, Any]:
    told = record["dynamodb"]
    at = told["ApproximateCreationDateTime"].timestamp()
    return {**record, "eventSourceARN": arn, "dynamodb": {**told, "ApproximateCreationDateTime": at}}
