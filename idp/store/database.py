"""One connection to DynamoDB, and the five ways in which this provider uses it. Every read is strongly consistent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import VerboseClientError
from pynamodb.expressions.update import Update

from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from idp.store.keys import Key
    from idp.store.tables import Item

Raw = dict[str, Any]
I = TypeVar("I", bound="Item")  # noqa: E741  # the item's class, nothing else

_BATCH_READ, _BATCH_WRITE, _RETRIES = 100, 25, 3


@dataclass(frozen=True, slots=True)
class Refused:
    """A condition did not hold. `old` is the item as it was, None where there was none: it says why, without a second read."""

    old: Raw | None


class Database:
    """DynamoDB behind pynamodb's connection. Timeouts: connect 1 s, read 3 s, so that a hung call ends before the gateway does."""

    def __init__(self, *, prefix: str, region: str, endpoint: str | None = None) -> None:
        self.prefix = prefix
        self.connection = Connection(
            region=region, host=endpoint, connect_timeout_seconds=1, read_timeout_seconds=3, max_retry_attempts=2, max_pool_connections=50
        )

    def table(self, model: type[Item]) -> str:
        """The full name of the table that holds items of this kind."""
        return f"{self.prefix}-{model.table}"

    def get(self, model: type[I], key: Key) -> I | None:
        """One item, or None. One call, one read unit per 4 KB."""
        answer = self._call("GetItem", {"TableName": self.table(model), "Key": _key(key), "ConsistentRead": True})
        return model.of(answer["Item"]) if answer.get("Item") else None

    def batch_get(self, *wanted: tuple[type[Item], Key]) -> list[Any]:
        """Items of any tables in one call, in the order asked for, None where there is none."""
        found: dict[tuple[str, str, str], Raw] = {}
        for chunk in _chunks(list(dict.fromkeys(wanted)), _BATCH_READ):
            asked: dict[str, Any] = {}
            for model, key in chunk:
                asked.setdefault(self.table(model), {"ConsistentRead": True, "Keys": []})["Keys"].append(_key(key))
            for _ in range(_RETRIES):
                answer = self._call("BatchGetItem", {"RequestItems": asked})
                for table, items in answer.get("Responses", {}).items():
                    found.update({(table, item["pk"]["S"], item["sk"]["S"]): item for item in items})
                asked = answer.get("UnprocessedKeys") or {}
                if not asked:
                    break
            if asked:
                raise Unavailable(detail="BatchGetItem left keys unread")
        raws = (found.get((self.table(model), *key)) for model, key in wanted)
        return [model.of(raw) if raw else None for (model, _), raw in zip(wanted, raws, strict=True)]

    def put(self, item: Item, condition: Condition | None = None) -> Refused | None:
        """Write one item; Refused when the condition does not hold."""
        answer = self._conditional("PutItem", {"TableName": self.table(type(item)), "Item": item.raw()}, condition, None)
        return answer if isinstance(answer, Refused) else None

    def update(self, model: type[I], key: Key, actions: Sequence[Action], condition: Condition | None = None) -> I | Refused:
        """Change one item in one write: the item as it is now, or Refused with the item as it was."""
        wanted = {"TableName": self.table(model), "Key": _key(key), "ReturnValues": "ALL_NEW"}
        answer = self._conditional("UpdateItem", wanted, condition, actions)
        return answer if isinstance(answer, Refused) else model.of(answer["Attributes"])

    def delete(self, model: type[Item], key: Key, condition: Condition | None = None) -> Refused | None:
        """Remove one item."""
        answer = self._conditional("DeleteItem", {"TableName": self.table(model), "Key": _key(key)}, condition, None)
        return answer if isinstance(answer, Refused) else None

    def batch_write(self, *, puts: Iterable[Item] = (), deletes: Iterable[tuple[type[Item], Key]] = ()) -> None:
        """Unconditional writes together: one call for up to 25. Not atomic; only for items that mean nothing without each other."""
        requests = [(self.table(type(item)), {"PutRequest": {"Item": item.raw()}}) for item in puts]
        requests += [(self.table(model), {"DeleteRequest": {"Key": _key(key)}}) for model, key in deletes]
        for chunk in _chunks(requests, _BATCH_WRITE):
            asked: dict[str, Any] = {}
            for table, request in chunk:
                asked.setdefault(table, []).append(request)
            for _ in range(_RETRIES):
                asked = self._call("BatchWriteItem", {"RequestItems": asked}).get("UnprocessedItems") or {}
                if not asked:
                    break
            if asked:
                raise Unavailable(detail="BatchWriteItem left items unwritten")

    def transact(self, *writes: Raw) -> list[Raw | None] | None:
        """All of `writes` (from `put_part`, `update_part`, `delete_part`, `check_part`) or none of them.

        None when they were written; otherwise one entry per write: {"Code": "ConditionalCheckFailed", "Item"?: …} or None.

        Raises:
            Unavailable: cancelled for another reason than a condition (conflict, throttling); nothing was written.
        """
        for _ in range(_RETRIES):
            try:
                self._call("TransactWriteItems", {"TransactItems": list(writes)})
            except _CancelledError as cancelled:
                codes = {reason["Code"] for reason in cancelled.reasons if reason}
                if "ConditionalCheckFailed" in codes:
                    return [r if r and r["Code"] == "ConditionalCheckFailed" else None for r in cancelled.reasons]
                detail = f"transaction cancelled: {sorted(codes)}"
            else:
                return None
        raise Unavailable(detail=detail)

    def put_part(self, item: Item, condition: Condition | None = None) -> Raw:
        """A put inside a transaction."""
        return {"Put": _expressions({"TableName": self.table(type(item)), "Item": item.raw()}, condition, None, in_transaction=True)}

    def update_part(self, model: type[Item], key: Key, actions: Sequence[Action], condition: Condition | None = None) -> Raw:
        """An update inside a transaction."""
        return {"Update": _expressions({"TableName": self.table(model), "Key": _key(key)}, condition, actions, in_transaction=True)}

    def delete_part(self, model: type[Item], key: Key, condition: Condition | None = None) -> Raw:
        """A delete inside a transaction."""
        return {"Delete": _expressions({"TableName": self.table(model), "Key": _key(key)}, condition, None, in_transaction=True)}

    def query(
        self, table: str, pk: str, *, sk_begins: str = "", index: tuple[str, str, str] | None = None, limit: int = 100,
        start: Raw | None = None, forward: bool = True, after: str | None = None, before: str | None = None,
    ) -> tuple[list[Raw], Raw | None]:
        """One page of a partition in the order of the sort key: raw items and the key to go on from.

        `table` is the short name; `index` is (name, partition attribute, sort attribute) and is never strongly consistent: listings only.
        `after` / `before` bound the sort key, both inclusive; they and `sk_begins` exclude each other.
        """
        name, pk_name, sk_name = index or ("", "pk", "sk")
        wanted: Raw = {
            "TableName": f"{self.prefix}-{table}", "KeyConditionExpression": "#p = :p", "ExpressionAttributeNames": {"#p": pk_name},
            "ExpressionAttributeValues": {":p": {"S": pk}}, "Limit": limit, "ScanIndexForward": forward,
        }  # fmt: skip
        wanted.update({"IndexName": name} if name else {"ConsistentRead": True})
        if start:
            wanted["ExclusiveStartKey"] = start
        if sk_begins:
            _and(wanted, sk_name, "begins_with(#s, :s)", {":s": sk_begins})
        elif after is not None or before is not None:
            _and(wanted, sk_name, "#s BETWEEN :a AND :b", {":a": after or " ", ":b": before or "~"})
        answer = self._call("Query", wanted)
        return answer["Items"], answer.get("LastEvaluatedKey")

    def query_all(self, table: str, pk: str, *, sk_begins: str = "") -> Iterator[Raw]:
        """All raw items of a partition, page by page."""
        start: Raw | None = None
        while True:
            items, start = self.query(table, pk, sk_begins=sk_begins, start=start)
            yield from items
            if not start:
                return

    def scan(self, table: str) -> Iterator[Raw]:
        """All raw items of a table, page by page: backup and migrations only."""
        wanted: Raw = {"TableName": f"{self.prefix}-{table}", "ConsistentRead": True}
        while True:
            answer = self._call("Scan", wanted)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            wanted["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def write_raw(self, table: str, items: Iterable[Raw]) -> None:
        """Put raw items: restore only."""
        for chunk in _chunks(list(items), _BATCH_WRITE):
            asked: Any = {f"{self.prefix}-{table}": [{"PutRequest": {"Item": item}} for item in chunk]}
            for _ in range(_RETRIES):
                asked = self._call("BatchWriteItem", {"RequestItems": asked}).get("UnprocessedItems") or {}
                if not asked:
                    break
            if asked:
                raise Unavailable(detail="BatchWriteItem left items unwritten")

    def _conditional(self, operation: str, wanted: Raw, condition: Condition | None, actions: Sequence[Action] | None) -> Any:  # noqa: ANN401  # botocore's answer
        try:
            return self._call(operation, _expressions(wanted, condition, actions))
        except _ConditionError as failed:
            return Refused(failed.old)

    def _call(self, operation: str, wanted: Raw) -> Any:  # noqa: ANN401  # botocore's answers have no types
        try:
            return self.connection.dispatch(operation, wanted)
        except VerboseClientError as error:
            answer: Mapping[str, Any] = error.__cause__.response if isinstance(error.__cause__, ClientError) else error.response
            code = answer.get("Error", {}).get("Code", "")
            if code == "ConditionalCheckFailedException":
                raise _ConditionError(answer.get("Item")) from None
            if code == "TransactionCanceledException":
                raise _CancelledError(answer.get("CancellationReasons", [])) from None
            raise Unavailable(detail=f"{operation}: {code}") from error
        except BotoCoreError as error:
            raise Unavailable(detail=f"{operation}: {type(error).__name__}") from error


class _ConditionError(Exception):
    def __init__(self, old: Raw | None) -> None:
        super().__init__("condition failed")
        self.old = old


class _CancelledError(Exception):
    def __init__(self, reasons: Sequence[Raw]) -> None:
        super().__init__("transaction cancelled")
        self.reasons = [r if r.get("Code") not in (None, "None") else None for r in reasons]


def _key(key: Key) -> Raw:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _and(wanted: Raw, sk_name: str, expression: str, values: Mapping[str, str]) -> None:
    wanted["KeyConditionExpression"] += f" AND {expression}"
    wanted["ExpressionAttributeNames"]["#s"] = sk_name
    wanted["ExpressionAttributeValues"].update({name: {"S": value} for name, value in values.items()})


def _expressions(wanted: Raw, condition: Condition | None, actions: Sequence[Action] | None, *, in_transaction: bool = False) -> Raw:
    names: dict[str, str] = {}
    values: Raw = {}
    if condition is not None:
        wanted["ConditionExpression"] = condition.serialize(names, values)
        wanted["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if actions:
        wanted["UpdateExpression"] = Update(*actions).serialize(names, values)
    if names:
        wanted["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    if values:
        wanted["ExpressionAttributeValues"] = values
    if in_transaction:
        wanted.pop("ReturnValues", None)
    return wanted


def _chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
