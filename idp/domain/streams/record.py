"""Reading a record of a stream, as Lambda hands it over, with DynamoDB's JSON form of items.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.domain.streams.allowed import JSON_TEXTS, names_of
from idp.domain.streams.change import INSERT, MODIFY, REMOVE, Change

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTS = {"INSERT": INSERT, "MODIFY": MODIFY, "REMOVE": REMOVE}
_TTL = "dynamodb.amazonaws.com"
_DEEPEST = 32
"""DynamoDB's limit of nested maps and lists."""


def read_record(record: Mapping[str, Any]) -> Change | None:
    """Return the change that a record tells. None if its kind may not be read, or if it is damaged: then it tells nothing."""
    try:
        told = record["dynamodb"]
        old, new = told.get("OldImage") or {}, told.get("NewImage") or {}
        kind = (new or old)["kind"]["S"]
        table = _table(record["eventSourceARN"])
        names = names_of(table, kind)
        if names is None:
            return None
        act = _ACTS[record["eventName"]]
        return Change(
            table=table, pk=str(told["Keys"]["pk"]["S"]), sk=str(told["Keys"]["sk"]["S"]), kind=kind, act=act,
            expired=act == REMOVE and _is_ttl(record.get("userIdentity")),
            old=_image(old, names), new=_image(new, names), sequence=sequence_of(record),
            at=int(told.get("ApproximateCreationDateTime") or 0),
        )  # fmt: skip
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def sequence_of(record: Mapping[str, Any]) -> str:
    """Return the number of a record, or "" if it has none."""
    told = record.get("dynamodb")
    return str(told.get("SequenceNumber", "")) if isinstance(told, dict) else ""


def _table(arn: str) -> str:
    """The short name of the table: arn:aws:dynamodb:REGION:ACCOUNT:table/PREFIX-directory/stream/TIME."""
    return arn.split(":table/", 1)[1].split("/", 1)[0].rpartition("-")[2]


def _is_ttl(identity: Any) -> bool:
    return isinstance(identity, dict) and identity.get("principalId") == _TTL


def _image(image: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The allowed attributes as Python values. One that cannot be read is left out."""
    found: dict[str, Any] = {}
    for name in sorted(names & image.keys()):
        try:
            value = _plain(image[name])
            found[name] = json.loads(value) if name in JSON_TEXTS else value
        except (KeyError, TypeError, ValueError, RecursionError):
            continue
    return found


def _plain(value: Mapping[str, Any], depth: int = 0) -> Any:
    """A value of DynamoDB's JSON form.

    Raises:
        ValueError: it is binary or nested too deeply. Also KeyError and TypeError, if it is no such value.
    """
    ((form, held),) = value.items()
    if depth > _DEEPEST:
        raise ValueError(depth)
    if form in {"S", "BOOL"}:
        return held
    if form == "N":
        return _number(held)
    if form == "NULL":
        return None
    if form == "M":
        return {name: _plain(inner, depth + 1) for name, inner in held.items()}
    if form == "L":
        return [_plain(inner, depth + 1) for inner in held]
    if form in {"SS", "NS"}:
        return sorted(held) if form == "SS" else sorted(map(_number, held))
    raise ValueError(form)


def _number(digits: str) -> float:
    return int(digits) if digits.lstrip("-").isdecimal() else float(digits)
