"""Request units that DynamoDB says it used, out of its answers. A failed condition is charged for too, and says nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.telemetry.record import current, span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})
ASKED = {"ReturnConsumedCapacity": "TOTAL"}
"""To be told of units costs these bytes, and no unit."""


def count_call(call: Callable[[str, Mapping[str, Any]], dict[str, Any]], operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Make a call, and note it and its units in the record of the request, where there is one."""
    record = current()
    if record is None:
        return call(operation, request)
    record.calls += 1
    with span(f"DynamoDB.{operation}", **{"db.system.name": "aws.dynamodb", "db.operation.name": operation}):
        answer = call(operation, {**request, **ASKED})
    used = answer.get("ConsumedCapacity") or ()
    units = sum(float(one.get("CapacityUnits", 0)) for one in (used if isinstance(used, list) else (used,)) if isinstance(one, dict))
    if operation in _READS:
        record.read_units += units
    else:
        record.write_units += units
    return answer
