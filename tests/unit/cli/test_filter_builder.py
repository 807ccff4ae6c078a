"""`idp passwords build-filter`: lists of hashes become one sorted file, without keeping them in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idp.adapters.breached_file import MAGIC, SIZE, BreachedFile
from idp.cli import app
from idp.cli.filter_builder import build, lines_of
from idp.domain.errors import Invalid


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


def built(folder: Path, lines: list[str], *, min_count: int = 1, run: int = 1000) -> BreachedFile:
    build((f"{line}\r\n".encode() for line in lines), folder / "filter", min_count=min_count, step=lambda: None, run=run)
    return BreachedFile(str(folder / "filter"))


def holds(file: BreachedFile, text: str) -> bool:
    return file.contains(bytes.fromhex(sha1(text)))


@pytest.mark.parametrize("run", [1, 2, 7, 1000])
@pytest.mark.parametrize("order", ["sorted", "reversed", "mixed"])
def test_the_entries_are_sorted_and_each_is_once(tmp_path: Path, order: str, run: int) -> None:
    """Whatever the order of the list is, and in how many runs it is sorted."""
    lines = sorted(sha1(f"stolen {n}") + f":{n}" for n in range(1, 60))
    lines += [lines[0], lines[-1].lower()] if order != "sorted" else []
    if order == "reversed":
        lines.reverse()
    elif order == "mixed":
        lines.sort(key=lambda line: line[::-1])
    file = built(tmp_path, lines, run=run)
    entries = [file[index] for index in range(len(file))]
    assert entries == sorted({bytes.fromhex(line[: 2 * SIZE]) for line in lines})
    assert len(file) == 59
    assert [path.name for path in tmp_path.iterdir()] == ["filter"]


def test_a_list_without_counts_and_with_blank_lines(tmp_path: Path) -> None:
    """A list of another program."""
    file = built(tmp_path, [sha1("a"), "", sha1("b").lower(), "  "], min_count=100)
    assert holds(file, "a")
    assert holds(file, "b")


def test_rare_passwords_can_be_left_out(tmp_path: Path) -> None:
    """The whole list of Have I Been Pwned is too large for a function."""
    file = built(tmp_path, [sha1("often") + ":100", sha1("rare") + ":99", sha1("made up") + ":0"], min_count=100)
    assert (holds(file, "often"), holds(file, "rare"), holds(file, "made up"), len(file)) == (True, False, False, 1)
    assert not holds(built(tmp_path, [sha1("often") + ":1", sha1("made up") + ":0"]), "made up")


def test_a_folder_of_range_files(tmp_path: Path) -> None:
    """As the downloader stores them. Other files are ignored."""
    folder = tmp_path / "ranges"
    folder.mkdir()
    for text in ("a", "b", "c"):
        (folder / f"{sha1(text)[:5]}.txt").write_text(f"{sha1(text)[5:]}:3\r\n{'0' * 35}:0\r\n\r\n")
    (folder / "README.txt").write_text("not a range")
    assert build(lines_of(folder), tmp_path / "filter", min_count=1, step=lambda: None) == 3
    assert all(holds(BreachedFile(str(tmp_path / "filter")), text) for text in "abc")


@pytest.mark.parametrize(
    "line",
    [
        "password", sha1("a")[:39], sha1("a") + "0", sha1("a") + ":", sha1("a") + ":x", sha1("a") + ":-1", "g" * 40, sha1("a") + " b",
        "é" * 40,
    ],
)  # fmt: skip
def test_a_line_that_is_no_hash_stops_it(tmp_path: Path, line: str) -> None:
    """Its number is named. Its text is not, because it may be a password. The file from before stays."""
    (tmp_path / "filter").write_bytes(MAGIC)
    with pytest.raises(Invalid, match="Line 2 ") as refused:
        built(tmp_path, [sha1("x"), line])
    assert line not in str(refused.value)
    assert (tmp_path / "filter").read_bytes() == MAGIC
    assert [path.name for path in tmp_path.iterdir()] == ["filter"]


def test_a_list_without_hashes_writes_nothing(tmp_path: Path) -> None:
    """An empty filter would accept each password in silence."""
    with pytest.raises(Invalid, match="no hash"):
        built(tmp_path, ["", sha1("a") + ":3"], min_count=4)
    assert list(tmp_path.iterdir()) == []


def test_the_command_reads_a_file_or_standard_input(tmp_path: Path) -> None:
    """It says what it wrote."""
    (tmp_path / "list").write_text(sha1("a") + ":3\n" + sha1("b") + ":3\n")
    for source, stdin in ((str(tmp_path / "list"), ""), ("-", sha1("a") + "\n" + sha1("b"))):
        done = CliRunner().invoke(app, ["passwords", "build-filter", source, str(tmp_path / "filter")], input=stdin)
        assert done.exit_code == 0, done.output
        assert "2 entries, 0.0 MB" in done.stdout
        assert holds(BreachedFile(str(tmp_path / "filter")), "b")


@pytest.mark.parametrize("arguments", [["nowhere", "filter"], ["list", "nowhere/filter"], ["list", "."]])
def test_files_that_cannot_be_used_are_named(tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence and a status, and no traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list").write_text(sha1("a"))
    done = CliRunner().invoke(app, ["passwords", "build-filter", *arguments])
    assert done.exit_code == 2
    assert "cannot be used" in done.stderr
