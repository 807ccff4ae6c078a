"""Checks the tables of a deployment before a command uses them. Missing ones are created on a local engine, never in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.store.create import create_tables
from idp.store.migrations import Migrations
from idp.store.transport import Refusal

if TYPE_CHECKING:
    from idp.store.database import Database


def ensure(database: Database) -> None:
    """Create the missing tables. The first call checks whether the engine answers."""
    there(database)
    create_tables(database)


def there(database: Database) -> bool:
    """Return whether the migration log can be read. Any error other than a missing table is raised."""
    try:
        Migrations(database).ran()
    except Unavailable as trouble:
        if "ResourceNotFoundException" in trouble.detail:
            return False
        raise
    return True


def rough_size(database: Database, table: str) -> int:
    """Return the number of items as DynamoDB last counted it, in AWS hours ago. Only for a progress bar.

    Raises:
        Unavailable: there is no such table.
    """
    try:
        answer = database.transport.call("DescribeTable", {"TableName": f"{database.prefix}-{table}"})
    except Refusal as refusal:
        raise Unavailable(detail=f"DescribeTable: {refusal.code}: {database.prefix}-{table}") from refusal
    return int(answer["Table"].get("ItemCount", 0))
