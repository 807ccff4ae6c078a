"""Creates the tables for local engines: the command line, `make dev` and the tests. In AWS, serverless.yml creates them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Unavailable
from idp.store.tables import StateItem, definitions
from idp.store.transport import NoAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.store.database import Database

_LOOKS, _SECONDS_BETWEEN = 150, 0.2


def create_tables(database: Database, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Create missing tables, wait until all are ACTIVE, and switch on TTL for `state`. It may run twice, also concurrently.

    Raises:
        Unavailable: the engine does not answer, or does not create the tables.
    """
    requests = definitions(database.prefix)
    for request in requests:
        if _status(database, request["TableName"]) is None:
            _call(database, "CreateTable", request, unless="ResourceInUseException")
    for request in requests:
        _wait(database, request["TableName"], pause)
    _expire(database, database.table(StateItem))


def _call(database: Database, operation: str, request: dict[str, Any], *, unless: str) -> Any:
    """The answer, or None if it is the error `unless`."""
    try:
        return database.transport.call(operation, request)
    except Refusal as refusal:
        if refusal.code == unless:
            return None
        raise Unavailable(detail=f"{operation}: {refusal.code}: {refusal.message}") from refusal
    except NoAnswer as silence:
        raise Unavailable(detail=f"{operation}: {silence}") from silence


def _status(database: Database, name: str) -> str | None:
    answer = _call(database, "DescribeTable", {"TableName": name}, unless="ResourceNotFoundException")
    return answer["Table"]["TableStatus"] if answer else None


def _wait(database: Database, name: str, pause: Callable[[float], None]) -> None:
    for _ in range(_LOOKS):
        if _status(database, name) == "ACTIVE":
            return
        pause(_SECONDS_BETWEEN)
    raise Unavailable(detail=f"table {name} is not ACTIVE")


def _expire(database: Database, name: str) -> None:
    wanted = {"TableName": name, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}
    _call(database, "UpdateTimeToLive", wanted, unless="ValidationException")  # "TimeToLive is already enabled"
