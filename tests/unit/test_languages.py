"""The language that a reader prefers (RFC 9110 §12.5.4, RFC 4647 §3.4). A malformed header selects none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idp.domain.languages import NAMES, SHIPPED, best, direction, is_tag, parse_accept_language


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", ()), ("de", ("de",)), ("en;q=0.5, de", ("de", "en")), ("de-CH, de;q=0.9, en;q=0.8", ("de-CH", "de", "en")),
        ("de;q=0, en", ("en",)), ("de;q=0.000", ()), ("*", ()), ("de;q=2", ()), ("de;q=x", ()), ("de;q=-1", ()), ("de;q=NaN", ()),
        (";;,,", ()),
        ("<script>", ()), ("de\u0661", ()), ("x" * 36, ()), ("en," * 400, ()), (", ".join(["xx"] * 20 + ["de"]), ("xx",) * 20),
        ("de ; q=0.1 , fr", ("fr", "de")), ("a, b", ("a", "b")),
    ],
)  # fmt: skip
def test_accept_language_is_read(header: str, tags: tuple[str, ...]) -> None:
    """The highest weight comes first. Equal weights keep their order. A header of more than 500 characters is ignored."""
    assert parse_accept_language(header) == tags


@pytest.mark.parametrize(
    ("wanted", "there", "chosen"),
    [
        (["de-CH"], ["de"], "de"), (["DE"], ["de"], "de"), (["de"], ["De"], "De"), (["de"], ["de-CH"], None), ([], ["de"], None),
        (["fr", "en"], ["en", "de"], "en"), (["zh-Hant-TW"], ["zh", "zh-Hant"], "zh-Hant"), (["", "-"], ["de"], None), (["de"], [], None),
    ],
)  # fmt: skip
def test_lookup_shortens_each_wanted_tag(wanted: list[str], there: list[str], chosen: str | None) -> None:
    """Each preferred tag in turn is shortened from its end. An available tag that is longer does not match."""
    assert best(wanted, there) == chosen


@pytest.mark.parametrize("text", ["de", "pt-BR", "zh-Hant-TW", "DE"])
def test_wellformed_tags_are_accepted(text: str) -> None:
    """Letters, digits and hyphens are in the positions that RFC 5646 allows."""
    assert is_tag(text)


@pytest.mark.parametrize(
    "text", ["", "d", "de_CH", "de-", "de\n", "d\u0451", "a" * 9, "de-" + "a" * 9, "de-a-b-c-d", 'de" onload="x', "*", "12"]
)
def test_malformed_tags_are_refused(text: str) -> None:
    """Another text could contain markup, or match no language."""
    assert not is_tag(text)


def test_each_shipped_language_has_a_tag_a_name_and_a_direction() -> None:
    """Arabic alone is written from right to left."""
    assert all(is_tag(tag) for tag in SHIPPED)
    assert tuple(NAMES) == SHIPPED
    assert [tag for tag in SHIPPED if direction(tag) == "rtl"] == ["ar"]


def test_the_style_sheet_has_no_left_and_right() -> None:
    """Properties of a page's start and end (CSS Logical Properties) turn round with `dir`; those of left and right do not."""
    rules = re.sub(r"/\*.*?\*/", "", (Path(__file__).parents[2] / "idp" / "http" / "static" / "idp.css").read_text(), flags=re.DOTALL)
    assert re.findall(r"(?<![\w-])(?:[\w-]+-)?(?:left|right)(?:-[\w-]+)?\s*:", rules) == []
    assert re.findall(r"text-align:\s*(?:left|right)|float:\s*(?:left|right)", rules) == []
    sides = [each.split() for each in re.findall(r"(?:margin|padding|inset):\s*([^;}]+)", rules)]
    assert [each for each in sides if len(each) == 4 and each[1] != each[3]] == []
