"""The schema begins: three tables, `directory`, `state` and `keys`, as idp/store/tables.py declares them.

There is nothing to change. That this ran is what later migrations, and releases older than them, find in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.store.database import Database


def run(database: Database, now: int) -> None:
    """Nothing: a new deployment has this schema already."""
    del database, now
