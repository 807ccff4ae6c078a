"""A large JSON file is read value by value, in pieces that end anywhere, and never as a whole."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from idp.domain.moving import json_stream
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.person import BrokenFileError

VALUES: list[Any] = [
    1, -1.5e3, True, None, "", "a", '"', "\\", '\\"', "}]", "[{", "ä\u2028", [], {}, [[]], [{"a": "]"}], {"a": {"b": [1, "}"]}}, "x" * 300,
]  # fmt: skip


class Counted(io.BytesIO):
    """A file that tells how many bytes were read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("indent", [None, 1])
def test_values_are_found_wherever_a_piece_ends(monkeypatch: pytest.MonkeyPatch, size: int, indent: int | None) -> None:
    """Inside a string, an escape, a number, a multi-byte character."""
    monkeypatch.setattr(json_stream, "_CHUNK", size)
    raw = json.dumps({"skipped": VALUES, "wanted": VALUES, "z": 1}, indent=indent, ensure_ascii=False).encode()
    stream, found = JsonStream(io.BytesIO(raw)), []
    for name in stream.members():
        if name == "wanted":
            found = [json.loads(each or b"") for each in stream.items(1000)]
        else:
            stream.skip()
    assert found == VALUES


def test_a_value_that_is_too_long_is_passed_over() -> None:
    """The next one is read."""
    raw = json.dumps(["x" * 100, {"a": "y" * 100}, 3]).encode()
    assert list(JsonStream(io.BytesIO(raw)).items(50)) == [None, None, b"3"]


def test_only_a_piece_is_read_ahead() -> None:
    """The first of many values is there before the file is read."""
    file = Counted(json.dumps(["x" * 1000] * 1000).encode())
    assert next(JsonStream(file).items(2000))
    assert file.taken <= 64 * 1024


def test_a_byte_order_mark_is_ignored() -> None:
    """Programs on Windows write one."""
    assert list(JsonStream(io.BytesIO(b"\xef\xbb\xbf[1]")).items(9)) == [b"1"]


@pytest.mark.parametrize("raw", [b"", b"{}", b"[", b"[1", b'["a', b'["a\\', b"[1,,2]", b"[,1]", b"[1 2]", b"[1}", b'[{"a":1]', b"\xff[1]"])
def test_what_is_no_array_is_refused(raw: bytes) -> None:
    """Cut off, or not JSON."""
    with pytest.raises(BrokenFileError):
        list(JsonStream(io.BytesIO(raw)).items(1000))


@pytest.mark.parametrize("raw", [b"[]", b'{"a"', b'{"a":', b"{1:2}", b'{"a" 1}', b'{"a":1,}', b'{"a":1 "b":2}', b'{"a":"', b'{"\xff":1}'])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    """Cut off, or not JSON."""
    with pytest.raises(BrokenFileError):
        skip_all(JsonStream(io.BytesIO(raw)))


def skip_all(stream: JsonStream) -> None:
    """Read an object to its end."""
    for _ in stream.members():
        stream.skip()
