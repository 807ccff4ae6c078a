"""A progress bar on standard error, for what takes longer than a second. If standard error is no terminal, nothing is shown."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

_SECOND = 1.0
_OFTEN = 0.1
"""Seconds between two updates of the bar. An update costs more than many an item."""


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Yield a function to call for each item. `total` may be an estimate, or None."""
    due, count = time.monotonic() + _SECOND if _is_terminal() else float("inf"), 0
    with ExitStack() as shown:
        update: Callable[[int], None] | None = None

        def step() -> None:
            nonlocal count, due, update
            count += 1
            now = time.monotonic()
            if now > due:
                due = now + _OFTEN
                update = update or shown.enter_context(bar(title, total))
                update(count)

        yield step


def _is_terminal() -> bool:
    return sys.stderr.isatty() or bool(os.environ.get("FORCE_COLOR"))


@contextmanager
def bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with the number that is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True, disable=not _is_terminal()) as shown:
        task = shown.add_task(title, total=total)

        def update(count: int) -> None:
            # The estimated total is hours old: once it is exceeded, the bar shows no end.
            shown.update(task, completed=count, total=total if total and total >= count else None)

        yield update
