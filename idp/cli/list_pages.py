"""Reads a list page by page, up to a limit, for a person who searches something."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from idp.store.look_through import Found

T = TypeVar("T")

MOST = 20_000
"""Entries that one command reads at most."""
_PAGE = 100


def pages(page: Callable[[int, Any], Found[T]], limit: int) -> list[T]:
    """Return the first `limit` entries. `page` takes the wanted number and a cursor. Says on standard error if there may be more."""
    found: list[T] = []
    searched, start = 0, None
    while len(found) < limit and searched < MOST:
        part = page(min(_PAGE, limit - len(found)), start)
        found, searched, start = found + part.items, searched + part.searched, part.more
        if start is None:
            return found
    seen = f"These are the first {len(found)}." if len(found) == limit else f"Looked at {searched} and stopped."
    typer.echo(f"{seen} There may be more: ask for more with --limit, or go on with the admin API and its cursor.", err=True)
    return found
