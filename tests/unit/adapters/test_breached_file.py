"""The file of breached passwords: it is searched without loading it, and a file in another format is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from idp.adapters.breached_file import MAGIC, SIZE, BreachedFile, BreachedFileError


def digest(text: str) -> bytes:
    return hashlib.sha1(text.encode(), usedforsecurity=False).digest()


def written(folder: Path, entries: list[bytes]) -> BreachedFile:
    """A file with these entries."""
    path = folder / "filter"
    path.write_bytes(MAGIC + b"".join(sorted(entries)))
    return BreachedFile(str(path))


@pytest.mark.parametrize("count", [1, 2, 3, 1000])
def test_exactly_its_entries_are_found(tmp_path: Path, count: int) -> None:
    """The first, the last and each between them, and none of a thousand others."""
    file = written(tmp_path, [digest(f"stolen {n}")[:SIZE] for n in range(count)])
    assert len(file) == count
    assert all(file.contains(digest(f"stolen {n}")) for n in range(count))
    assert not any(file.contains(digest(f"mine {n}")) for n in range(1000))
    assert not file.contains(bytes(20))
    assert not file.contains(b"\xff" * 20)


def test_a_file_without_entries_has_none(tmp_path: Path) -> None:
    assert not written(tmp_path, []).contains(digest("x"))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"x", b"not a filter", MAGIC[:-1], MAGIC + b"12345", MAGIC + b"1234567", b"\n" + MAGIC,
        b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\n",
    ],
)  # fmt: skip
def test_another_format_is_refused(tmp_path: Path, content: bytes) -> None:
    """A text, a file that was cut, an empty one."""
    path = tmp_path / "filter"
    path.write_bytes(content)
    with pytest.raises(BreachedFileError):
        BreachedFile(str(path)).contains(digest("x"))


@pytest.mark.parametrize("path", ["nowhere", "", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(BreachedFileError, match="cannot be read"):
        len(BreachedFile(str(tmp_path / path) if path != "a\0b" else path))


def test_a_file_that_is_replaced_meanwhile_stays_usable(tmp_path: Path) -> None:
    """The builder replaces the file: a process that has mapped the old one goes on with it."""
    file = written(tmp_path, [digest("a")[:SIZE]])
    assert file.contains(digest("a"))
    other = tmp_path / "new"
    other.write_bytes(MAGIC)
    other.replace(tmp_path / "filter")
    assert file.contains(digest("a"))
