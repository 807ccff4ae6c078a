"""A DynamoDB with the faults of a run: by the number of a call, by chance, late writes, frozen calls, and stale reads of indexes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.engines.forwarder import Answer, Call, ConnectionDropped
from tests.engines.lossy_proxy import LossyProxy, failure

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})
PATIENCE = 2.0
"""Seconds that a frozen call waits at most, so that no run hangs. The reader gives up after 3."""


class FaultyProxy(LossyProxy):
    """One run at a time. `heal` ends every fault and applies what is late."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.upstream = upstream
        self._late: list[tuple[int, Call]] = []
        self._thawed = threading.Event()
        self.struck = threading.Event()
        """Set when a call is frozen."""
        self.hits = 0
        self.unsure = 0
        """Writes that happen though their callers get no reply."""
        self.judge: Callable[[Call], Callable[[Call], Answer] | None] | None = None
        """Says of each call how it fails, or None."""
        self.stale = False
        """Whether indexes and reads without strong consistency do not know what is written from now on."""
        self._fresh: set[str] = set()

    def by_chance(self, rate: float, random: Random, acts: Sequence[Callable[[Call], Answer]]) -> None:
        """Let each call fail with this probability, in one of these ways."""
        self.judge = lambda _: random.choice(acts) if random.random() < rate else None

    def at(self, nth: int, act: Callable[[Call], Answer], *, times: int = 1, matches: Callable[[Call], bool] = lambda _: True) -> None:
        """Let the nth matching call from now on fail, and the next `times - 1`."""
        seen = 0

        def judged(call: Call) -> Callable[[Call], Answer] | None:
            nonlocal seen
            seen += matches(call)
            return act if matches(call) and nth <= seen < nth + times else None

        self.judge = judged

    # -- ways to fail ---------------------------------------------------------------------------------------------

    def lose_reply(self, call: Call) -> Answer:
        """The call is applied and its reply is lost."""
        self.forward(call)
        self.unsure += call.operation in WRITES
        raise ConnectionDropped

    def swallow(self, _: Call) -> Answer:
        """The call does not arrive."""
        raise ConnectionDropped

    def answer_with(self, error: str, *reasons: str) -> Callable[[Call], Answer]:
        """The call is not applied and answered with this error."""
        return lambda _: failure(error, reasons or ("TransactionConflict",))

    def arrive_late(self, after: int) -> Callable[[Call], Answer]:
        """The caller gives up, and the call is applied when `after` more calls came."""

        def give_up(call: Call) -> Answer:
            if call.operation in WRITES:
                self._late.append((after, call))
                self.unsure += 1
            raise ConnectionDropped

        return give_up

    def freeze(self, call: Call) -> Answer:
        """The call is applied, and the caller gets the reply when the run thaws it."""
        answer = self.forward(call)
        thawed = self._thawed
        self.struck.set()
        thawed.wait(PATIENCE)
        return answer

    def thaw(self) -> None:
        """Let frozen calls return."""
        self._thawed.set()
        self._thawed = threading.Event()

    # -- ----------------------------------------------------------------------------------------------------------

    def heal(self) -> None:
        super().heal()
        self.judge, self.stale = None, False
        self._fresh.clear()
        self._thawed.set()
        self._apply_late(all_of_them=True)

    def begin(self) -> None:
        """Forget the last run."""
        self.heal()
        self.take()
        self.hits = self.unsure = 0
        self._thawed = threading.Event()
        self.struck.clear()

    def exchange(self, call: Call) -> Answer:
        self._apply_late()
        act = self.judge(call) if self.judge else None
        if act:
            self.hits += 1
            return act(call)
        answer = super().exchange(call)
        if self.stale and call.operation in WRITES:
            self._fresh |= {_place(key) for _, key in item_keys(call)}
        return self._without_fresh(call, answer) if self.stale else answer

    def _without_fresh(self, call: Call, answer: Answer) -> Answer:
        """The answer of an index, or of a read that is not strongly consistent, without what was written since."""
        asked = call.parameters
        if call.operation in {"Query", "GetItem"} and not asked.get("ConsistentRead"):
            told = json.loads(answer.body)
            if "Items" in told:
                kept = [item for item in told["Items"] if _place(item) not in self._fresh]
                self.hits += len(kept) < len(told["Items"])
                return answer_of({**told, "Items": kept, "Count": len(kept)}, answer)
            if "Item" in told and _place(told["Item"]) in self._fresh:
                self.hits += 1
                return answer_of({}, answer)
        return answer

    def _apply_late(self, *, all_of_them: bool = False) -> None:
        waiting, self._late = self._late, []
        for after, call in waiting:
            if after <= 0 or all_of_them:
                self.forward(call)
            else:
                self._late.append((after - 1, call))


def item_keys(call: Call) -> list[tuple[str, dict[str, Any]]]:
    """The table and key of each item that the call writes."""
    asked, found = call.parameters, list[tuple[str, dict[str, Any]]]()
    if call.operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        found.append((asked["TableName"], _key(asked.get("Key") or asked["Item"])))
    for part in (each for item in asked.get("TransactItems", ()) for each in item.values()):
        found.append((part["TableName"], _key(part.get("Key") or part["Item"])))
    if call.operation == "BatchWriteItem":
        for table, requests in asked["RequestItems"].items():
            found += [(table, _key(each.get("Key") or each["Item"])) for request in requests for each in request.values()]
    return found


def _place(item: dict[str, Any]) -> str:
    return f"{item['pk']['S']}\n{item['sk']['S']}"


def _key(item: dict[str, Any]) -> dict[str, Any]:
    return {"pk": item["pk"], "sk": item["sk"]}


def answer_of(body: dict[str, Any], like: Answer) -> Answer:
    """An answer with another body. Without a checksum, which would be wrong."""
    headers = {name: value for name, value in like.headers.items() if name.lower() != "x-amz-crc32"}
    return Answer(like.status, headers, json.dumps(body).encode())
