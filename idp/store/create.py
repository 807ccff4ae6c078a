"""Makes the tables where no stack does: local engines, for the command line, `make dev` and the tests. In AWS serverless.yml makes them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Unavailable
from idp.store.tables import StateItem, definitions

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.store.database import Database

_LOOKS, _SECONDS_BETWEEN = 150, 0.2


def create_tables(database: Database, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Make what is missing, wait until all are ACTIVE, switch TTL on for `state`. Safe to run twice, and by two at once."""
    client: Any = database.connection.client
    there = client.exceptions.ResourceInUseException
    requests = definitions(database.prefix)
    for request in requests:
        if _status(client, request["TableName"]) is None:
            try:
                client.create_table(**request)
            except there:
                continue
    for request in requests:
        _wait(client, request["TableName"], pause)
    _expire(client, database.table(StateItem))


def _status(client: Any, name: str) -> str | None:
    try:
        status: str = client.describe_table(TableName=name)["Table"]["TableStatus"]
    except client.exceptions.ResourceNotFoundException:
        return None
    return status


def _wait(client: Any, name: str, pause: Callable[[float], None]) -> None:
    for _ in range(_LOOKS):
        if _status(client, name) == "ACTIVE":
            return
        pause(_SECONDS_BETWEEN)
    raise Unavailable(detail=f"table {name} is not ACTIVE")


def _expire(client: Any, name: str) -> None:
    state = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if state in {"DISABLED", "DISABLING"}:
        client.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
