"""Strongly consistent reads of items for Lambda authorizers, which may only read. It needs neither botocore nor pynamodb.

Values are Python's: text, int for numbers, bool, lists, dicts for maps, frozensets for sets, bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.adapters.aws_client import AwsUnreachableError, Limits
from idp.adapters.aws_json import DYNAMODB, AwsJson

LIMITS = Limits(connect=0.5, read=1.0, attempts=2, patience=1.2)
"""A request waits for this: two short attempts, then access is refused."""
_ROUNDS = 3

Item = dict[str, Any]


class Reader:
    """Reads the tables of the deployment whose names begin with `prefix`."""

    def __init__(self, prefix: str, *, region: str, endpoint: str | None = None, limits: Limits = LIMITS) -> None:
        self._prefix = prefix
        self._service = AwsJson(DYNAMODB, region=region, endpoint=endpoint, limits=limits)

    def query(self, table: str, pk: str) -> list[Item]:
        """All items of a partition, in the order of their sort keys.

        Raises:
            AwsError: the query was refused.
            AwsUnreachableError: there was no usable reply in time.
        """
        request: dict[str, Any] = {
            "TableName": f"{self._prefix}-{table}",
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "ConsistentRead": True,
        }
        found: list[Item] = []
        while True:
            answer = self._service.call("Query", request)
            found += [plain(item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def batch_get(self, *places: tuple[str, tuple[str, str]]) -> list[Item | None]:
        """Items by table and key (pk, sk), in the given order; None for items that do not exist. One call, or more for UnprocessedKeys.

        Raises:
            AwsError: the read was refused.
            AwsUnreachableError: there was no usable reply in time.
        """
        wanted: dict[str, Any] = {}
        for table, (pk, sk) in dict.fromkeys(places):
            of_table = wanted.setdefault(f"{self._prefix}-{table}", {"ConsistentRead": True, "Keys": []})
            of_table["Keys"].append({"pk": {"S": pk}, "sk": {"S": sk}})
        found: dict[tuple[str, str, str], Item] = {}
        for _ in range(_ROUNDS):
            answer = self._service.call("BatchGetItem", {"RequestItems": wanted})
            for table, items in answer["Responses"].items():
                found |= {(table, item["pk"]["S"], item["sk"]["S"]): plain(item) for item in items}
            wanted = answer.get("UnprocessedKeys") or {}
            if not wanted:
                return [found.get((f"{self._prefix}-{table}", pk, sk)) for table, (pk, sk) in places]
        raise AwsUnreachableError("UnprocessedKeys")

    def close(self) -> None:
        """Close the idle connections. Needed before a snapshot of the process is taken."""
        self._service.close()


def plain(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """Convert an item from DynamoDB's JSON form to Python values."""
    return {name: _value(value) for name, value in item.items()}


def _value(typed: Mapping[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    if kind == "N":
        return _number(value)
    if kind == "M":
        return plain(value)
    if kind == "L":
        return [_value(one) for one in value]
    if kind in {"SS", "BS"}:
        return frozenset(value)
    if kind == "NS":
        return frozenset(_number(one) for one in value)
    return None if kind == "NULL" else value


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
