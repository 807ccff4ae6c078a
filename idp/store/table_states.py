"""What DynamoDB says about the tables themselves, for checks of the deployment. No item is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Unavailable
from idp.store.tables import definitions
from idp.store.transport import NoAnswer, Refusal

if TYPE_CHECKING:
    from idp.store.database import Database


class TableStates:
    """Describes tables by their short names: directory, state, keys. Each method is one call, and raises Unavailable without an answer."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def wanted(self) -> list[dict[str, Any]]:
        """Return the CreateTable requests that the tables should come from. No call."""
        return definitions(self._db.prefix)

    def describe(self, table: str) -> dict[str, Any] | None:
        """Return the description (DescribeTable), or None if there is no such table."""
        found = self._ask("DescribeTable", table)
        return None if found is None else dict(found["Table"])

    def expires(self, table: str) -> bool:
        """Return whether DynamoDB deletes expired items by the attribute ttl (DescribeTimeToLive)."""
        told = (self._ask("DescribeTimeToLive", table) or {}).get("TimeToLiveDescription", {})
        return told.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} and told.get("AttributeName", "ttl") == "ttl"

    def can_be_restored(self, table: str) -> bool:
        """Return whether the table has point-in-time recovery (DescribeContinuousBackups)."""
        told = (self._ask("DescribeContinuousBackups", table) or {}).get("ContinuousBackupsDescription", {})
        return bool(told.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED")

    def _ask(self, operation: str, table: str) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = self._db.transport.call(operation, {"TableName": f"{self._db.prefix}-{table}"})
        except Refusal as refusal:
            if refusal.code == "ResourceNotFoundException":
                return None
            raise Unavailable(detail=f"{operation}: {refusal.code}") from refusal
        except NoAnswer as silence:
            raise Unavailable(detail=f"{operation}: {silence}") from silence
        return answer
