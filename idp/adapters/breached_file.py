"""A file of breached passwords (IDP_BREACHED_PASSWORDS_FILE): the first six bytes of their SHA-1 hashes, sorted.

`idp passwords build-filter` makes it. The file is mapped into memory and searched by halves, so nothing is loaded and no memory is kept.
A password that is in no list is taken for a breached one once in 2**48 / entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmap import mmap

MAGIC = b"idp-sha1-p6\n"
"""The first bytes of a file in this format."""
SIZE = 6
"""Bytes of one entry."""


class BreachedFileError(Exception):
    """The file cannot be read, or has another format. The message says which, for the operator."""


class BreachedFile:
    """The entries of the file at `path`. It is opened when it is first searched."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._mapped: mmap | None = None

    def __len__(self) -> int:
        """Return the number of entries.

        Raises:
            BreachedFileError: the file cannot be used.
        """
        return (len(self._open()) - len(MAGIC)) // SIZE

    def __getitem__(self, index: int) -> bytes:
        at = len(MAGIC) + SIZE * index
        return self._open()[at : at + SIZE]

    def contains(self, digest: bytes) -> bool:
        """Return whether the file has the beginning of this SHA-1.

        Raises:
            BreachedFileError: the file cannot be used.
        """
        from bisect import bisect_left

        wanted = digest[:SIZE]
        index = bisect_left(self, wanted)
        return index < len(self) and self[index] == wanted

    def _open(self) -> mmap:
        if self._mapped is None:
            from mmap import ACCESS_READ, mmap
            from pathlib import Path

            try:
                with Path(self._path).open("rb") as file:
                    mapped = mmap(file.fileno(), 0, access=ACCESS_READ)
            except (OSError, ValueError) as error:  # ValueError: the file is empty
                raise BreachedFileError(f"cannot be read ({type(error).__name__})") from error
            if mapped[: len(MAGIC)] != MAGIC or (len(mapped) - len(MAGIC)) % SIZE:
                raise BreachedFileError("is not a filter of this format, or not a whole one")
            self._mapped = mapped
        return self._mapped
