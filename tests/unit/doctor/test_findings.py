"""Findings: a check that fails is one of them, a value is never read as a format, and a damaged item is recognised."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.doctor.finding import Finding, advice, fill, ok, skipped, wrong
from idp.domain.errors import Forbidden, Unavailable
from idp.services.doctor.examination import examine
from idp.services.doctor.last_findings import EVERY, DoctorsFindings, LastFindings
from idp.store.findings import FindingsItem, KeptFindings, findings_key

NOW = 1_800_000_000
ROW = {"about": "keys", "state": "ok", "text": "All {what}", "values": {"what": "right"}}


def breaks() -> Iterator[Finding]:
    yield ok("first", "It is there")
    raise ZeroDivisionError("canary-secret")


def is_down() -> Iterator[Finding]:
    raise Unavailable(detail="DescribeTable: AccessDeniedException: canary-arn is not authorized")


def test_a_check_that_raises_is_a_finding_and_stops_no_other() -> None:
    """What it found before stays. The text of the error, which may quote a value, is in no finding."""
    logged: list[Exception] = []
    found = list(examine([("a", breaks), ("b", is_down), ("c", lambda: [ok("c", "Right")])], log=logged.append))
    assert [(each.about, each.state) for each in found] == [("first", "ok"), ("a", "wrong"), ("b", "wrong"), ("c", "ok")]
    assert "ZeroDivisionError" in found[1].says
    assert "DescribeTable: AccessDeniedException" in found[2].says
    assert "canary" not in "".join(each.says for each in found)
    assert [type(each) for each in logged] == [ZeroDivisionError]


@pytest.mark.parametrize(
    ("sentence", "values", "says"),
    [
        ("{a} of {b}", {"a": "1", "b": "2"}, "1 of 2"),
        ("{a}", {"a": "{b}", "b": "canary"}, "{b}"),
        ("{a.__class__} {a[0]} {} {0} {", {"a": "x"}, "{a.__class__} {a[0]} {} {0} {"),
        ("{missing}", {}, "{missing}"),
    ],
)
def test_a_sentence_is_filled_once_and_reads_no_attribute(sentence: str, values: dict[str, str], says: str) -> None:
    assert fill(sentence, values) == says


def test_values_are_texts_of_a_bounded_length() -> None:
    assert len(wrong("a", "{x}", x="y" * 5000).says) == 300
    assert [make("a", "{n}", n=3).says for make in (ok, wrong, advice, skipped)] == ["3"] * 4


def stored(findings: str) -> FindingsItem | None:
    key = findings_key()
    return FindingsItem.of({
        "pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "findings"}, "findings": {"S": findings}, "checked_at": {"N": str(NOW)},
    })  # fmt: skip


def test_a_stored_finding_is_read_again() -> None:
    item = stored(json.dumps([ROW]))
    assert item
    assert item.kept() == KeptFindings(NOW, (Finding("keys", "ok", "All {what}", {"what": "right"}),))


@pytest.mark.parametrize(
    "damaged",
    [
        "", "{}", "null", "[1]", "[[]]", "[" * 5000, json.dumps([ROW] * 201), json.dumps([{**ROW, "state": "fine"}]),
        json.dumps([{**ROW, "state": []}]), json.dumps([{**ROW, "values": {"what": 1}}]), json.dumps([{**ROW, "values": []}]),
        json.dumps([{**ROW, "text": None}]), json.dumps([{**ROW, "more": 1}]), json.dumps([{"about": "keys"}]),
    ],
)  # fmt: skip
def test_a_damaged_item_is_not_read(damaged: str) -> None:
    with pytest.raises(Unavailable) as refused:
        stored(damaged)
    assert "cannot be read" in refused.value.detail


class Store:
    """A store with findings that were kept at a time, or one that fails."""

    def __init__(self, kept: KeptFindings | None, *, fails: bool = False) -> None:
        self.kept, self.fails = kept, fails

    def get(self) -> KeptFindings | None:
        if self.fails:
            raise Unavailable(detail="DOCTOR/FINDINGS cannot be read")
        return self.kept


def last(store: Store) -> LastFindings:
    return DoctorsFindings(store, lambda: NOW).last(scope=DEPLOYMENT)  # type: ignore[arg-type]  # the part of a store that reads


@pytest.mark.parametrize(
    ("age", "old", "unreadable"),
    [
        (0, False, False),
        (3 * EVERY, False, False),
        (3 * EVERY + 1, True, False),
        (-299, False, False),
        (-301, False, True),
        (NOW, False, True),
        (-(10**18), False, True),
    ],
)
def test_findings_are_old_after_three_hours(age: int, old: bool, unreadable: bool) -> None:
    """A time that cannot be right is a damaged item."""
    found = last(Store(KeptFindings(NOW - age, ())))
    assert (found.old, found.unreadable, found.checked_at) == (old, unreadable, None if unreadable else NOW - age)


def test_before_the_first_check_and_with_a_damaged_item_there_are_none() -> None:
    assert last(Store(None)) == LastFindings()
    assert last(Store(None, fails=True)) == LastFindings(unreadable=True)


def test_an_organisation_gets_no_findings() -> None:
    with pytest.raises(Forbidden):
        DoctorsFindings(Store(None), lambda: NOW).last(scope=Organisation("org_a"))  # type: ignore[arg-type]
