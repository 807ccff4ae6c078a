"""The tables of a deployment, looked at before a command works on them: made on an engine of one's own, in AWS never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.store.create import create_tables
from idp.store.migrations import Migrations
from idp.store.transport import Refusal

if TYPE_CHECKING:
    from idp.store.database import Database


def ensure(database: Database) -> None:
    """Make the tables that are missing. Looking first finds out, in one call, whether anything answers at all."""
    there(database)
    create_tables(database)


def there(database: Database) -> bool:
    """Whether the migration log can be read. Any other trouble than a missing table is raised as it is."""
    try:
        Migrations(database).ran()
    except Unavailable as trouble:
        if "ResourceNotFoundException" in trouble.detail:
            return False
        raise
    return True


def rough_size(database: Database, table: str) -> int:
    """How many items DynamoDB counted last, hours ago in AWS: good for a progress bar and for nothing else.

    Raises:
        Unavailable: there is no such table.
    """
    try:
        answer = database.transport.call("DescribeTable", {"TableName": f"{database.prefix}-{table}"})
    except Refusal as refusal:
        raise Unavailable(detail=f"DescribeTable: {refusal.code}: {database.prefix}-{table}") from refusal
    return int(answer["Table"].get("ItemCount", 0))
