"""A sealed hour in a file verifies without the provider, and shows each change of the file (threats R-06, R-07)."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from idp.domain.audit.report import HourReport
from idp.services.audit_chain.segment_verification import SegmentVerification
from idp.services.audit_chain.segments import Segments
from idp.services.audit_chain.signing import read_head
from idp.store.erasures import Erasures
from tests.support.audited import DAY, HOUR, Chained, event

Lines = list[dict[str, Any]]


def segments(chained: Chained) -> list[bytes]:
    """The segments of all sealed hours."""
    made, found = Segments(chained.chain, chained.stored, chained.signer), []
    for _, signed in chained.chain.heads("", "~"):
        head, file = read_head(signed, chained.signer.public), io.BytesIO()
        assert head
        made.write(head, signed, file)
        found.append(file.getvalue())
    return found


def verify(chained: Chained, files: list[bytes | None], *, pinned: bool = True) -> list[HourReport]:
    """The reports of these segments, with the deployment's key or with the one that the first file names."""
    made = SegmentVerification(chained.signer.public if pinned else None, chained.clock())
    return [made.take("", io.BytesIO(file) if file is not None else None) for file in files]


def lines_of(segment: bytes) -> Lines:
    return [json.loads(line) for line in gzip.decompress(segment).splitlines()]


def packed(lines: Lines) -> bytes:
    return gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode())


@pytest.fixture
def day(chained: Chained) -> Chained:
    """Three sealed hours."""
    for _ in range(3):
        chained.hour(8)
    return chained


def test_untouched_segments_are_complete(day: Chained) -> None:
    """With the deployment's key, and with the one that they name."""
    files = segments(day)
    for pinned in (True, False):
        reports = verify(day, [*files], pinned=pinned)
        assert [(report.state, report.events) for report in reports] == [("complete", 8)] * 3
        assert [report.hour for report in reports] == [hour for hour, _ in day.chain.heads("", "~")]


def test_a_segment_has_no_personal_value_and_no_salt(day: Chained) -> None:
    """It may lie for years where nothing can be erased. Ids of people are in it."""
    text = "".join(gzip.decompress(each).decode() for each in segments(day))
    salts = [raw["salt"]["S"] for raw in day.raws("event")]
    assert not [value for value in ("192.0.2.1", "ada@example.com", *salts) if value in text]
    assert "usr_a" in text


def test_a_segment_is_the_same_before_and_after_an_erasure(day: Chained) -> None:
    """But for the mark that the event was written anew."""
    before = [lines_of(each) for each in segments(day)]
    Erasures(day.database).erase_user("usr_a")
    after = segments(day)
    told = [{**line, "rewritten": False} if line["kind"] == "event" else line for each in after for line in lines_of(each)]
    assert told == [line for each in before for line in each]
    assert [report.state for report in verify(day, [*after])] == ["erased"] * 3


def test_the_same_hour_gives_the_same_bytes(day: Chained) -> None:
    """So two runs at the same time do not disagree."""
    assert segments(day) == segments(day)


def of_kind(lines: Lines, kind: str) -> list[int]:
    return [number for number, line in enumerate(lines) if line["kind"] == kind]


def change_an_event(lines: Lines) -> None:
    lines[of_kind(lines, "event")[0]]["type"] = "user.created"


def change_a_hidden_value(lines: Lines) -> None:
    lines[of_kind(lines, "event")[0]]["hidden"]["address"] = "x"


def remove_an_event(lines: Lines) -> None:
    del lines[of_kind(lines, "event")[1]]


def say_that_an_event_was_gone(lines: Lines) -> None:
    number = of_kind(lines, "event")[1]
    lines[number] = {"kind": "gone", "place": f"{lines[number]['at']:013d}#{lines[number]['id']}"}


def insert_an_event(lines: Lines) -> None:
    number = of_kind(lines, "event")[1]
    lines.insert(number, {**lines[number], "id": "another"})


def repeat_an_event(lines: Lines) -> None:
    number = of_kind(lines, "event")[1]
    lines.insert(number, lines[number])


def two_in_one_block(lines: Lines) -> int:
    return next(number for number in of_kind(lines, "event") if lines[number + 1]["kind"] == "event")


def swap_events(lines: Lines) -> None:
    number = two_in_one_block(lines)
    lines[number], lines[number + 1] = lines[number + 1], lines[number]


def change_a_block(lines: Lines) -> None:
    lines[of_kind(lines, "block")[0]]["at"] += 1


def change_an_entry(lines: Lines) -> None:
    lines[of_kind(lines, "block")[0]]["entries"][0][1] = 1


def remove_a_block_with_its_events(lines: Lines) -> None:
    first = of_kind(lines, "block")[0]
    end = next(number for number in range(first + 1, len(lines)) if lines[number]["kind"] != "event")
    del lines[first:end]


def remove_the_head(lines: Lines) -> None:
    lines.pop()


def begin_later(lines: Lines) -> None:
    """Say that the hour began behind its blocks."""
    head = lines[0]
    for number in reversed(of_kind(lines, "block")):
        block = lines[number]
        head["after"][block["shard"]] = [block["number"], "x", 0]
    lines[:] = [line for line in lines if line["kind"] in {"segment", "head"}]


def claim_another_hour(lines: Lines) -> None:
    lines[0]["hour"] = "2001-01-01T00"


def a_foreign_line(lines: Lines) -> None:
    lines.insert(2, {"kind": "note"})


def a_line_that_is_no_object(lines: Lines) -> None:
    lines.insert(2, [])  # type: ignore[arg-type]  # that is the point


def an_unknown_shard(lines: Lines) -> None:
    lines[of_kind(lines, "block")[0]]["shard"] = 99


def another_version(lines: Lines) -> None:
    lines[0]["version"] = 2


def lines_after_the_end(lines: Lines) -> None:
    lines.append(lines[1])


def another_key(lines: Lines) -> None:
    """Also when the file names the key: the deployment's counts, if it is given."""
    lines[-1]["signed"] = lines[-1]["signed"][:-6] + "AAAAAA"


MUTATIONS: list[tuple[Callable[[Lines], None], str]] = [
    (change_an_event, "altered"), (change_a_hidden_value, "altered"), (remove_an_event, "missing"), (say_that_an_event_was_gone, "missing"),
    (insert_an_event, "inserted"), (repeat_an_event, "inserted"), (swap_events, "reordered"), (change_a_block, "altered"),
    (change_an_entry, "altered"), (remove_a_block_with_its_events, "missing"), (remove_the_head, "missing"), (begin_later, "missing"),
    (claim_another_hour, "forked"), (a_foreign_line, "altered"), (a_line_that_is_no_object, "altered"), (an_unknown_shard, "altered"),
    (another_version, "altered"), (lines_after_the_end, "altered"), (another_key, "forked"),
]  # fmt: skip


@pytest.mark.parametrize(("mutation", "what"), MUTATIONS, ids=lambda each: getattr(each, "__name__", each))
def test_each_change_of_a_file_is_found(day: Chained, mutation: Callable[[Lines], None], what: str) -> None:
    """In the second of three segments, so that what is before and behind it is whole."""
    files = segments(day)
    lines = lines_of(files[1])
    mutation(lines)
    found = {finding.what for report in verify(day, [files[0], packed(lines), files[2]]) for finding in report.findings}
    assert what in found or (what == "altered" and "forked" in found), found


@pytest.mark.parametrize("part", [0, 1, 10, 0.5, -1, -20])
def test_a_file_that_was_cut_off_is_found(day: Chained, part: float) -> None:
    file = segments(day)[0]
    cut = file[: int(len(file) * part) if 0 < part < 1 else int(part)]
    assert [report.faults > 0 for report in verify(day, [cut])] == [True]


@pytest.mark.parametrize(
    "noise",
    [b"", b"\0" * 99, b"{}", gzip.compress(b"", mtime=0), gzip.compress(b"{}\n", mtime=0), gzip.compress(b"[" * 5000 + b"\n", mtime=0)],
    ids=["empty", "zeros", "json", "nothing compressed", "an object compressed", "brackets compressed"],
)
def test_a_file_that_is_no_segment_is_a_report(day: Chained, noise: bytes) -> None:
    """Whatever it has."""
    (report,) = verify(day, [noise])
    assert report.faults


def test_a_line_without_an_end_does_not_fill_the_memory(day: Chained) -> None:
    """A bomb: 64 MB of blanks in 64 KB."""
    (report,) = verify(day, [gzip.compress(b" " * (64 << 20))])
    assert report.faults


def test_an_hour_that_is_left_out_is_found(day: Chained) -> None:
    """By the positions of the next one, if the hours adjoin; and by the hour that was asked for."""
    files = segments(day)
    assert verify(day, [files[0], None, files[2]])[1].state == "missing"
    made = SegmentVerification(day.signer.public, day.clock())
    hours = [hour for hour, _ in day.chain.heads("", "~")]
    assert made.take(hours[1], io.BytesIO(files[0])).state == "forked"


@pytest.mark.parametrize("before", ["kept", "", "first"])
def test_a_segment_alone_shows_that_its_begin_was_left_out(day: Chained, before: str) -> None:
    """Also if the new begin fits the blocks that are left: the signed head names the head of the hour before, which names the begin."""
    lines, heads = lines_of(segments(day)[2]), [signed for _, signed in day.chain.heads("", "~")]
    head = read_head(heads[2], day.signer.public)
    assert head
    short: Lines = [{**lines[0], "after": [list(each) for each in head.positions]}, lines[-1]]
    short[0]["before"] = {"kept": short[0]["before"], "first": heads[0]}.get(before, "")
    for pinned in (True, False):
        assert verify(day, [packed(lines)], pinned=pinned)[0].state == "complete"
        assert verify(day, [packed(short)], pinned=pinned)[0].state == "missing"


def test_a_segment_of_another_history_is_found(day: Chained) -> None:
    """Each segment is signed; together they do not continue each other."""
    files = segments(day)
    lines = lines_of(files[1])
    raws = sorted(day.raws("audit_head"), key=lambda raw: raw["sk"]["S"])
    head = read_head(raws[1]["signed"]["S"], day.signer.public)
    assert head
    other = type(head)(head.hour, 7, head.previous, head.began, head.at, head.until, head.previous_until, head.positions)
    lines[-1]["signed"] = day.signer.sign(other)
    assert verify(day, [files[0], packed(lines)])[1].state == "forked"


def test_an_event_whose_time_is_over_is_expired(chained: Chained) -> None:
    """It was gone when the hour was stored, or its line is gone since."""
    chained.writer.take(chained.happen(event(chained.clock()), retention=DAY))
    chained.writer.take(chained.happen(event(chained.clock())))
    chained.clock.now += HOUR
    chained.seal()
    short = [raw for raw in chained.raws("event") if int(raw["ttl"]["N"]) < chained.clock() + 2 * DAY]
    chained.remove(short)
    files = segments(chained)
    assert verify(chained, [*files])[0].state == "missing"
    chained.clock.now += 2 * DAY
    report = verify(chained, [*files])[0]
    assert (report.state, report.events, report.expired) == ("expired", 1, 1)
