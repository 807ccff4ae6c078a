"""The file of a backup: it is read back unchanged, and a damaged one is refused before anything is written."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.cli import archive_file, dynamodb_json
from idp.cli.archive_file import ArchiveError

HEADER = {"prefix": "idp", "at": 1, "tables": ["directory"], "migrations": ["0001_first_schema"]}
ITEM = {
    "pk": {"S": "USER#1"},
    "sk": {"S": "TOTP"},
    "sealed": {"B": b"\x00\xff"},
    "ids": {"SS": ["a"]},
    "n": {"N": "1"},
    "x": {"NULL": True},
}

values = st.recursive(
    st.one_of(
        st.builds(lambda v: {"S": v}, st.text(max_size=5)),
        st.builds(lambda v: {"N": str(v)}, st.integers()),
        st.builds(lambda v: {"B": v}, st.binary(max_size=5)),
        st.builds(lambda v: {"BS": v}, st.lists(st.binary(min_size=1, max_size=5), min_size=1, max_size=3)),
        st.builds(lambda v: {"BOOL": v}, st.booleans()),
    ),
    lambda inner: st.one_of(
        st.builds(lambda v: {"L": v}, st.lists(inner, max_size=3)),
        st.builds(lambda v: {"M": v}, st.dictionaries(st.sampled_from(["B", "BS", "S", "a"]), inner, max_size=3)),
    ),
    max_leaves=8,
)


def test_a_written_file_is_read_back_unchanged(tmp_path: Path) -> None:
    """Binary values, sets and nulls too."""
    path = tmp_path / "b.gz"
    assert archive_file.write(path, HEADER, [("directory", ITEM), ("keys", ITEM)]) == 2
    contents = archive_file.inspect(path)
    assert (contents.prefix, contents.migrations, contents.counts) == ("idp", ["0001_first_schema"], {"directory": 1, "keys": 1})
    assert contents.keys == [ITEM]
    assert list(archive_file.items(path)) == [("directory", ITEM), ("keys", ITEM)]


@given(item=st.dictionaries(st.sampled_from(["pk", "B", "BS", "S"]), values, max_size=4))
def test_every_kind_of_value_is_read_back_unchanged(item: dict[str, Any]) -> None:
    """Attributes that are named like types too."""
    assert dynamodb_json.parse(dynamodb_json.line(item)) == item


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    """It contains password hashes."""
    path = tmp_path / "b.gz"
    path.touch(0o644)
    archive_file.write(path, HEADER, [])
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_the_existing_file(tmp_path: Path) -> None:
    """It leaves no other file."""
    path = tmp_path / "b.gz"
    archive_file.write(path, HEADER, [("directory", ITEM)])
    before = path.read_bytes()

    def broken() -> Any:
        yield "directory", ITEM
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError):
        archive_file.write(path, HEADER, broken())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kept", [0, 1, 10, 40, -1, -12])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    """Wherever it was cut off."""
    path = tmp_path / "b.gz"
    archive_file.write(path, HEADER, [("directory", ITEM)] * 3)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ArchiveError):
        archive_file.inspect(path)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (b"", "is not a backup"),
        (b'{"users": []}\n', "is not a backup"),
        (b"[]\n", "is not a backup"),
        (b"not json\n", "damaged"),
        (b'{"format":"idp-backup","version":2}\n', "format 2"),
        (b'{"format":"idp-backup","version":1}\n', "its header has no prefix"),
        (dynamodb_json.line({"format": "idp-backup", "version": 1, **HEADER}), "cut off"),
        (dynamodb_json.line({"format": "idp-backup", "version": 1, **HEADER}) + b'{"items":1}\n', "cut off"),
    ],
)
def test_a_file_in_another_format_is_refused(tmp_path: Path, lines: bytes, says: str) -> None:
    """The message says what is wrong."""
    path = tmp_path / "b.gz"
    path.write_bytes(gzip.compress(lines))
    with pytest.raises(ArchiveError, match=says):
        archive_file.inspect(path)


def test_an_uncompressed_file_is_refused(tmp_path: Path) -> None:
    """For example one that a person unpacked."""
    path = tmp_path / "b"
    path.write_text("{}")
    with pytest.raises(ArchiveError, match="no backup"):
        archive_file.inspect(path)
