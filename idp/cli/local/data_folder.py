"""The folder of the development server, `.idp/`: readable for its owner only, used by one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUseError(Exception):
    """Another process uses the folder's data."""


def make_folder(folder: Path) -> Path:
    """Return the folder. It is created if absent, readable for its owner only, because it contains keys and passwords."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read. It is replaced as a whole."""
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    part.replace(path)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Lock the folder until the end of the block. The system releases the lock when the process ends, however it ends.

    Raises:
        InUseError: another process has locked it.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        yield
        return
    with (make_folder(folder) / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            msg = (
                f"Another process works on the data in {folder.absolute()}: another command, or a development server that is starting "
                "or ending. Try again in a moment."
            )
            raise InUseError(msg) from None
        yield
