"""By which words an organisation is found."""

from __future__ import annotations

import pytest

from idp.domain.organisations.search_words import LONGEST_WORD, MOST_WORDS, fits, row_word, row_words, slug_beginning, words


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Acme Ltd.", ("acme", "ltd")), ("Société Générale", ("societe", "generale")), ("3M", ("3m",)), ("AT&T", ("at", "t")),
        ("O'Neil-Steel", ("oneil", "steel")), ("Acme acme ACME", ("acme",)), ("株式会社 アクメ", ("株式会社", "アクメ")),
        ("Straße", ("strasse",)), ("<script>alert(1)</script>", ("script", "alert", "1")), ("", ()), (" -#%/ ", ()), ("\u200b", ()),
    ],
)  # fmt: skip
def test_words_are_letters_and_digits_that_stand_together(name: str, found: tuple[str, ...]) -> None:
    assert words(name) == found


def test_a_name_has_few_rows_of_bounded_length() -> None:
    many = row_words(" ".join(f"w{number}" for number in range(60)))
    assert len(many) == MOST_WORDS
    assert [len(each) for each in row_words("x" * 120)] == [LONGEST_WORD]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("Acme North", "acme-north"), ("  é_b ", "e-b"), ("acme-", "acme-"), ("a&b", ""), ("-a", ""), ("", ""), ("株", ""), ("x" * 64, "")],
)
def test_a_slug_begins_with_what_a_slug_can_begin_with(typed: str, slug: str) -> None:
    assert slug_beginning(typed) == slug


def test_a_name_is_shown_at_one_row() -> None:
    assert row_word("Beta Acme Academy", "ac") == "academy"
    assert row_word("Beta Acme", "eta") == ""


@pytest.mark.parametrize(
    ("typed", "fitting"),
    [(("nor",), True), (("ste", "north"), True), (("steel", "x"), False), (("orth",), False), (("northsteel",), False)],
)
def test_each_typed_word_begins_a_word_of_the_name(typed: tuple[str, ...], fitting: bool) -> None:
    assert fits("North-Steel Ltd", typed) is fitting
