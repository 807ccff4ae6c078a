"""A progress bar on standard error, for what takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

_SECOND = 1.0


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Yield a function to call for each item. `total` may be an estimate, or None."""
    started, count = time.monotonic(), 0
    with ExitStack() as shown:
        update: Callable[[int], None] | None = None

        def step() -> None:
            nonlocal count, update
            count += 1
            if update is None and time.monotonic() - started > _SECOND:
                update = shown.enter_context(_bar(title, total))
            if update:
                update(count)

        yield step


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(title, total=total)

        def update(count: int) -> None:
            # The estimated total is hours old: once it is exceeded, the bar shows no end.
            bar.update(task, completed=count, total=total if total and total >= count else None)

        yield update
