"""A DynamoDB with faults that tests choose: lost replies of applied writes, refusals, throttling, errors, delays.

    with LossyProxy(dynamodb_endpoint) as proxy:             # the store's endpoint is proxy.url
        rule = proxy.drop_reply("UpdateItem")                # the next UpdateItem is applied, its reply is lost
        redeem(code)                                         # the SDK retries; it must recognise its own write
        assert rule.hits == 1                                # the fault did happen

Rules match by operation (any, when None) and, if given, by table; `nth` counts the matching calls from the creation of the rule.
"""

from __future__ import annotations

import json
import threading
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.engines.forwarder import Answer, Call, ConnectionDropped, Forwarder

_TYPE = "com.amazonaws.dynamodb.v20120810#"
_MESSAGES = {
    "ProvisionedThroughputExceededException": "The level of configured provisioned throughput for the table was exceeded.",
    "ThrottlingException": "Rate exceeded",
    "RequestLimitExceeded": "Throughput exceeds the current throughput limit for your account.",
    "TransactionConflictException": "Transaction is ongoing for the item",
    "ConditionalCheckFailedException": "The conditional request failed",
}
FOREVER = 10**9


@dataclass(eq=False)
class Rule:
    """One fault: the calls that it matches, the first matching call that fails, how many fail, and how."""

    operation: str | None
    table: str | None
    nth: int
    times: int
    act: Callable[[Call], Answer]
    seen: int = 0
    hits: int = 0
    struck: threading.Event = field(default_factory=threading.Event)
    """Set when the fault has happened: a caller may time out before its call arrives."""

    def matches(self, call: Call) -> bool:
        if self.operation not in {None, call.operation}:
            return False
        return self.table is None or any(name.endswith(self.table) for name in call.tables)

    def strikes(self) -> bool:
        """Count a matching call. Returns whether it fails."""
        self.seen += 1
        if not self.nth <= self.seen < self.nth + self.times:
            return False
        self.hits += 1
        self.struck.set()
        return True


class LossyProxy(Forwarder):
    """Forwards and counts every call. Calls that match a rule fail."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._ended = threading.Event()
        self._calls: list[Call] = []

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        super().__exit__(*exception)

    # -- received calls -------------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every call since the start or the last `take`, in the order in which they came."""
        with self._lock:
            return list(self._calls)

    @property
    def counts(self) -> Counter[str]:
        """How many calls of each operation."""
        return Counter(call.operation for call in self.calls)

    def take(self) -> Counter[str]:
        """The counts, which are then reset."""
        with self._lock:
            taken, self._calls = self._calls, []
        return Counter(call.operation for call in taken)

    # -- rules of faults -----------------------------------------------------------------------------------------

    def drop_reply(self, operation: str | None = None, *, table: str | None = None, nth: int = 1, times: int = 1) -> Rule:
        """The call is applied and its reply is lost: the connection closes instead."""

        def apply_and_hang_up(call: Call) -> Answer:
            self.forward(call)
            raise ConnectionDropped

        return self._add(Rule(operation, table, nth, times, apply_and_hang_up))

    def refuse(self, operation: str | None = None, *, table: str | None = None, nth: int = 1, times: int = FOREVER) -> Rule:
        """Neither the nth call nor a later one arrives, as after a crash; `times` limits their number."""

        def hang_up(_: Call) -> Answer:
            raise ConnectionDropped

        return self._add(Rule(operation, table, nth, times, hang_up))

    def fail(
        self,
        operation: str | None = None,
        error: str = "ProvisionedThroughputExceededException",
        *,
        table: str | None = None,
        nth: int = 1,
        times: int = 1,
        reasons: Sequence[str] = ("TransactionConflict",),
    ) -> Rule:
        """The call is not applied and answered with this error; `InternalServerError` is a 500, all others a 400."""
        answer = failure(error, reasons)
        return self._add(Rule(operation, table, nth, times, lambda _: answer))

    def delay(self, operation: str | None = None, *, seconds: float, table: str | None = None, nth: int = 1, times: int = FOREVER) -> Rule:
        """The call is passed on after a delay."""

        def wait_and_forward(call: Call) -> Answer:
            self._ended.wait(seconds)
            return self.forward(call)

        return self._add(Rule(operation, table, nth, times, wait_and_forward))

    def heal(self) -> None:
        """Remove every rule."""
        with self._lock:
            self._rules.clear()

    def _add(self, rule: Rule) -> Rule:
        with self._lock:
            self._rules.append(rule)
        return rule

    def exchange(self, call: Call) -> Answer:
        with self._lock:
            self._calls.append(call)
            struck = [rule for rule in self._rules if rule.matches(call) and rule.strikes()]
        return struck[0].act(call) if struck else self.forward(call)


def failure(name: str, reasons: Sequence[str]) -> Answer:
    """An error as DynamoDB writes it."""
    said: dict[str, Any] = {"__type": _TYPE + name, "message": _MESSAGES.get(name, name)}
    if name == "TransactionCanceledException":
        said["message"] = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(reasons)}]"
        said["CancellationReasons"] = [{"Code": code} if code == "None" else {"Code": code, "Message": code} for code in reasons]
    body = json.dumps(said).encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "x-amzn-RequestId": uuid.uuid4().hex,
        # botocore checks it, and treats a reply with a wrong checksum as damaged.
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return Answer(500 if name == "InternalServerError" else 400, headers, body)
