"""The first schema: three tables, `directory`, `state` and `keys`, as idp/store/tables.py declares them.

It changes nothing. Later migrations, and older releases, find in the log that it ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.store.database import Database


def run(database: Database, now: int) -> None:
    """Do nothing: a new deployment has this schema."""
    del database, now
