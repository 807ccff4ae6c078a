"""The forms in which APIs and their scripts write records (threats R-10)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from idp.domain.moving.json_records import read_people
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow, RowError
from tests.unit.moving.reading import rows


def _person(row: int, record: Any) -> ImportedPerson:
    if not isinstance(record, dict) or "id" not in record:
        raise RowError("moving.no_id")
    return ImportedPerson(row, record["id"], f"{record['id']}@example.com")


def read(file: Any) -> Any:
    """A format whose pages have the member `value`, and say with `next` that there are more."""
    return read_people(file, "value", _person, goes_on=lambda page, read: bool(page.get("next")) or page.get("total", read) > read)


def ids(content: bytes) -> list[str]:
    """The ids of the people; "!" and the reason for a refused row."""
    return [row.source_id if isinstance(row, ImportedPerson) else f"!{row.reason.id}" for row in rows(read, content)]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"id": "a"}, {"id": "b"}]',
        b'\xef\xbb\xbf[{"id": "a"}, {"id": "b"}]',
        b'{"value": [{"id": "a"}, {"id": "b"}]}',
        b'{"next": "x", "value": [{"id": "a"}]}\n{"next": null, "value": [{"id": "b"}]}',
        b'{"id": "a"}\n\n{"id": "b"}\n',
        b'{"id": "a"}{"id": "b"}',
        b'[{"id": "a"}]\n[{"id": "b"}]',
        b'{"total": 2, "value": [{"id": "a"}, {"id": "b"}]}',
    ],
)
def test_each_form_is_read(content: bytes) -> None:
    assert ids(content) == ["a", "b"]


@pytest.mark.parametrize(
    "content", [b'{"value": [{"id": "a"}], "next": "https://x"}', b'{"next": 1, "value": []}', b'{"total": 3, "value": [{"id": "a"}]}']
)
def test_a_missing_page_is_told(content: bytes) -> None:
    """Otherwise the people on it would be forgotten unnoticed."""
    with pytest.raises(BrokenFileError) as caught:
        rows(read, content)
    assert caught.value.message.id == "moving.more_pages"


def test_a_record_that_is_refused_does_not_end_the_reading() -> None:
    """Too long, a name twice, nested too deep, not JSON, no object."""
    long = b'{"id": "' + b"x" * 1_100_000 + b'"}'
    deep = b'{"id": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    content = b"[" + b",".join([long, b'{"id": "a", "id": "b"}', deep, b'{"id": nan}', b"7", b"null", b'{"id": "z"}']) + b"]"
    refused = ["too_long", "duplicate_name", "too_deep", "not_json", "no_id", "no_id"]
    assert ids(content) == [*(f"!moving.{each}" for each in refused), "z"]


def test_one_record_after_the_other_is_checked_alike() -> None:
    """A record without the array of a page keeps each of its members, so that a name that is there twice is found."""
    long = b'{"a": "' + b"x" * 600_000 + b'", "id": "' + b"x" * 600_000 + b'"}'
    content = long + b'{"id": "a", "id": "b"} {"id": "c", "value": 7} {"value": {"id": "x"}}'
    assert ids(content) == ["!moving.too_long", "!moving.duplicate_name", "c", "!moving.no_id"]


@pytest.mark.parametrize("content", [b"", b"  ", b"7", b'"x"', b"null", b"id,email\n", b"\x1f\x8b", b"<users/>"])
def test_a_file_of_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenFileError) as caught:
        rows(read, content)
    assert caught.value.message.id == "moving.file_not_this_format"


CUT_OFF = [b'[{"id": "a"}', b'[{"id": "a"},', b'{"value": [{"id": "a"}]', b'[{"id": "a"} {"id": "b"}]', b'{"id": "a"} ]']


@pytest.mark.parametrize("content", CUT_OFF)
def test_people_before_the_end_of_a_broken_file_are_yielded(content: bytes) -> None:
    found = read(BytesIO(content))
    assert next(found).email == "a@example.com"
    with pytest.raises(BrokenFileError):
        next(found)


def test_the_report_names_the_record() -> None:
    """By its id, if it has one that can be read."""
    (row,) = rows(lambda file: read_people(file, "value", lambda *_: (_ for _ in ()).throw(RowError("moving.nul"))), b'[{"id": "u-1"}]')
    assert isinstance(row, RefusedRow)
    assert (row.row, row.source_id) == (1, "u-1")
