"""A proxy before DynamoDB that attributes the units of each call to the partition keys of tables and indexes."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bench.heat.units import Place, Raw, index_of, index_writes, read_units, write_units
from bench.meter import WRITES
from idp.store.tables import definitions
from tests.engines.forwarder import Answer, Call, Forwarder

_REFUSED = 400
_PARTITION = re.compile(r"(#?\w+) = (:\w+)", re.ASCII)


@dataclass
class Heat:
    """Units by partition key."""

    reads: dict[Place, float] = field(default_factory=lambda: defaultdict(float))
    writes: dict[Place, float] = field(default_factory=lambda: defaultdict(float))


class _Target(NamedTuple):
    """An item that a call reads or writes. `table`: the whole name."""

    table: str
    pk: str
    sk: str


class HeatMeter(Forwarder):
    """Reads each item before and after a write, which costs nothing in the figures. `take` returns the sum and starts again."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self._lock = threading.Lock()
        self._heat = Heat()
        self._indexes = {table["TableName"].removeprefix("-"): index_of(table) for table in definitions("")}

    def take(self) -> Heat:
        """Return the units since the start or the last `take`."""
        with self._lock:
            taken, self._heat = self._heat, Heat()
        return taken

    def exchange(self, call: Call) -> Answer:
        with self._lock:
            if call.operation in WRITES:
                return self._write(call)
            if call.operation in {"GetItem", "BatchGetItem"}:
                return self._read(call)
            return self._query(call) if call.operation == "Query" else self.forward(call)

    def _write(self, call: Call) -> Answer:
        targets = list(_written(call.parameters))
        before = [self._item(call, target) for target in targets]
        answer = self.forward(call)
        twice = call.operation == "TransactWriteItems"
        for target, old in zip(targets, before, strict=True):
            new = {} if answer.status >= _REFUSED else self._item(call, target)
            table = _short(target.table)
            self._heat.writes[Place(table, "", target.pk)] += write_units(old, new, transaction=twice)
            if answer.status < _REFUSED and (index := self._indexes.get(table)):
                for key, units in index_writes(index, old, new):
                    self._heat.writes[Place(table, index.name, key)] += units
        return answer

    def _read(self, call: Call) -> Answer:
        for target, strong in _read(call.parameters):
            units = read_units(self._item(call, target), strong=strong)
            self._heat.reads[Place(_short(target.table), "", target.pk)] += units
        return self.forward(call)

    def _query(self, call: Call) -> Answer:
        asked = call.parameters
        answer = self.forward(replace(call, body=json.dumps({**asked, "ReturnConsumedCapacity": "TOTAL"}).encode()))
        units = (json.loads(answer.body or b"{}").get("ConsumedCapacity") or {}).get("CapacityUnits", 0.0)
        found = _PARTITION.search(asked["KeyConditionExpression"])
        if found:
            key = asked["ExpressionAttributeValues"][found[2]]["S"]
            self._heat.reads[Place(_short(asked["TableName"]), asked.get("IndexName", ""), key)] += units
        return answer

    def _item(self, call: Call, target: _Target) -> Raw:
        """The item as it is stored now."""
        headers = {name: value for name, value in call.headers.items() if name.lower() != "x-amz-target"}
        asked = {"TableName": target.table, "Key": {"pk": {"S": target.pk}, "sk": {"S": target.sk}}, "ConsistentRead": True}
        body = json.dumps(asked).encode()
        answer = self.forward(Call("GetItem", {**headers, "X-Amz-Target": "DynamoDB_20120810.GetItem"}, body))
        item: Raw = json.loads(answer.body or b"{}").get("Item") or {}
        return item


def _short(table: str) -> str:
    return table.rpartition("-")[2]


def _target(table: str, item: Raw) -> _Target:
    return _Target(table, item["pk"]["S"], item["sk"]["S"])


def _written(asked: dict[str, Any]) -> Iterator[_Target]:
    """The items that a call writes or that a transaction checks."""
    if "TableName" in asked:
        yield _target(asked["TableName"], asked.get("Key") or asked["Item"])
    for action in asked.get("TransactItems", ()):
        for part in action.values():
            yield _target(part["TableName"], part.get("Key") or part["Item"])
    for table, requests in asked.get("RequestItems", {}).items():
        for request in requests:
            for part in request.values():
                yield _target(table, part.get("Key") or part["Item"])


def _read(asked: dict[str, Any]) -> Iterator[tuple[_Target, bool]]:
    """The items that a call reads, and whether strongly."""
    if "TableName" in asked:
        yield _target(asked["TableName"], asked["Key"]), asked.get("ConsistentRead", False)
    for table, wanted in asked.get("RequestItems", {}).items():
        for key in wanted["Keys"]:
            yield _target(table, key), wanted.get("ConsistentRead", False)
