"""Builds requests to DynamoDB: conditions and updates by pynamodb's expressions, keys by `keys`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.expressions.update import Update

from idp.store.transport import Raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeVar

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from idp.store.keys import Key

    T = TypeVar("T")

NEW: Raw = {"ConditionExpression": "attribute_not_exists(pk)"}
"""The condition that there is no such item. The answer does not tell the old one."""
TELLS_OLD: Raw = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
_LONGEST_SORT_KEY = 1024
"""Bytes that DynamoDB allows in a sort key, and in a value that is compared with one."""


def key_of(key: Key) -> Raw:
    """A primary key in DynamoDB's JSON form."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def write(wanted: Raw, condition: Condition | Raw | None, actions: Sequence[Action] | None = None) -> Raw:
    """`wanted` with its condition and its update. If the condition fails, DynamoDB answers with the old item.

    A condition that is a `Raw` has the members of the request itself, as `NEW` has.
    """
    names: dict[str, str] = {}
    values: Raw = {}
    if isinstance(condition, dict):
        wanted.update(condition)
    elif condition is not None:
        wanted["ConditionExpression"] = condition.serialize(names, values)
        wanted.update(TELLS_OLD)
    if actions:
        wanted["UpdateExpression"] = Update(*actions).serialize(names, values)
    if names:
        wanted["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    if values:
        wanted["ExpressionAttributeValues"] = values
    return wanted


def rewrite(wanted: Raw, raw: Raw, known: Iterable[str], condition: Condition) -> Raw:
    """`wanted` with an update to the item `raw`: attributes that are `known` and not in it are removed, and others stay as they are."""
    write(wanted, condition)
    names, values = wanted.setdefault("ExpressionAttributeNames", {}), wanted.setdefault("ExpressionAttributeValues", {})
    sets, removed = [], []
    for number, name in enumerate(sorted({*known} - {"pk", "sk"})):
        names[f"#w{number}"] = name
        if name in raw:
            values[f":w{number}"] = raw[name]
            sets.append(f"#w{number} = :w{number}")
        else:
            removed.append(f"#w{number}")
    wanted["UpdateExpression"] = f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removed)}" if removed else "")
    return wanted


def query(pk: tuple[str, str], sk_name: str, *, begins: str, after: str | None, before: str | None) -> Raw:
    """A key condition. `pk` is (attribute, value). The sort key begins with `begins`, or is between `after` and `before`, inclusive."""
    condition, names, values = "#p = :p", {"#p": pk[0]}, {":p": pk[1]}
    if begins:
        condition += " AND begins_with(#s, :s)"
        values[":s"] = begins
    elif after is not None or before is not None:
        condition += " AND #s BETWEEN :a AND :b"
        values.update({":a": after or " ", ":b": "~" if before is None else before})
    if len(values) > 1:
        names["#s"] = sk_name
    return {"KeyConditionExpression": condition, "ExpressionAttributeNames": names, "ExpressionAttributeValues": _texts(values)}


def filter_query(wanted: Raw, filtered: Raw) -> None:
    """Add a filter to a Query. `filtered`: the expression, and its `names` and `values`."""
    wanted["FilterExpression"] = filtered["FilterExpression"]
    wanted["ExpressionAttributeNames"] |= filtered["names"]
    wanted["ExpressionAttributeValues"] |= filtered["values"]


def can_begin_a_sort_key(text: str) -> bool:
    """Whether a sort key can begin with this text. Longer or empty texts would be an error of DynamoDB instead of an empty list."""
    try:
        return len(text.encode()) <= _LONGEST_SORT_KEY
    except UnicodeEncodeError:
        return False


def chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of at most `size`."""
    for at in range(0, len(items), size):
        yield list(items[at : at + size])


def _texts(values: Mapping[str, str]) -> Raw:
    return {name: {"S": value} for name, value in values.items()}
