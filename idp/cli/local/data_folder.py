"""The folder of the development server, `.idp/`: for its owner only, and for one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUseError(Exception):
    """Another process has the folder's data in its memory."""


def made(folder: Path) -> Path:
    """The folder, made when absent: keys and passwords lie in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    part.replace(path)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder until the end of the block; the system lets go of it when the process ends, however it ends.

    Raises:
        InUseError: another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows: nothing to hold it with
        yield
        return
    with (made(folder) / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            msg = (
                f"Another process works on the data in {folder.absolute()}: another command, or a development server that is starting "
                "or ending. Try again in a moment."
            )
            raise InUseError(msg) from None
        yield
