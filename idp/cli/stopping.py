"""What a command says when a person stops it by Ctrl-C and it can go on later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def goes_on(sentence: str) -> Iterator[None]:
    """Print the sentence if the block is stopped by Ctrl-C. `sentence`: what was done, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        typer.secho(f"Stopped. {sentence}", fg=typer.colors.YELLOW, err=True)
        raise
