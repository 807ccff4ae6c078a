"""The language that a reader prefers (RFC 9110 §12.5.4, RFC 4647 §3.4). A malformed header selects none."""

from __future__ import annotations

import pytest

from idp.domain.languages import best, is_tag, parse_accept_language


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
