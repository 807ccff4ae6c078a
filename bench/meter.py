"""A proxy before DynamoDB that counts calls and the request units that the engine reports."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from tests.engines.forwarder import Answer, Call, Forwarder
from tools.prices import READ_UNITS, WRITE_UNITS

READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}

READ_PRICE, WRITE_PRICE = READ_UNITS, WRITE_UNITS
"""Dollars a million request units."""


@dataclass
class Usage:
    """Calls by operation, and units."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0

    @property
    def dollars_per_million(self) -> float:
        """The cost of a million of these, in dollars."""
        return self.read_units * READ_PRICE + self.write_units * WRITE_PRICE


class Meter(Forwarder):
    """Asks the engine for the capacity of each call. `take` returns the sum and starts again."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self._lock = threading.Lock()
        self._usage = Usage()

    def take(self) -> Usage:
        """Return the usage since the start or the last `take`."""
        with self._lock:
            taken, self._usage = self._usage, Usage()
        return taken

    def exchange(self, call: Call) -> Answer:
        if call.operation not in READS | WRITES:
            return self.forward(call)
        asked = json.dumps({**call.parameters, "ReturnConsumedCapacity": "TOTAL"}).encode()
        answer = self.forward(replace(call, body=asked))
        units = _units(answer.body)
        with self._lock:
            self._usage.calls[call.operation] += 1
            if call.operation in WRITES:
                self._usage.write_units += units
            else:
                self._usage.read_units += units
        return answer


def _units(body: bytes) -> float:
    """Return the reports of an answer: one for a call on an item, a list for batches and transactions, none for an error."""
    reported: Any = json.loads(body or b"{}").get("ConsumedCapacity") or []
    return sum(float(one.get("CapacityUnits", 0.0)) for one in (reported if isinstance(reported, list) else [reported]))
