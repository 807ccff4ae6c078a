"""The request units that DynamoDB reports in its answers. A failed condition costs units too, but is not reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.telemetry.record import current, span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})
ASKED = {"ReturnConsumedCapacity": "TOTAL"}
"""Asks DynamoDB to report units. It costs these bytes of the request and no units."""


def count_call(call: Callable[[str, Mapping[str, Any]], dict[str, Any]], operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Make a call, and add it and its units to the current record, if there is one."""
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
