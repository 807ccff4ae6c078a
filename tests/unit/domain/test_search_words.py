"""The rows by which a person is found, and what is looked up for a typed text."""

from __future__ import annotations

import pytest

from idp.domain.people.search_plan import SHARDS, Plan, Step, first_word, plan
from idp.domain.people.search_words import DOMAIN, INNER, LONGEST_WORD, MOST_ROWS, START, Findable, Row
from idp.domain.people.user import User
from idp.domain.search_text import fold, search

ADA = Findable("usr_AbC-d1", "ada.lovelace@example.com", ("Ada Lovelace", "Ada", "Lovelace"))


def words(person: Findable, place: str) -> set[str]:
    return {row.word for row in person.rows() if row.place == place}


def leads(typed: str) -> list[tuple[str, str]]:
    found = plan(typed)
    return [(step.row.place, step.row.word) for step in found.steps] if found else []


def test_a_person_has_a_row_for_each_word_and_for_each_part_of_a_word() -> None:
    assert words(ADA, START) == {"abc-d1", "ada", "lovelace"}
    assert words(ADA, INNER) == {"ovelace", "velace", "elace", "lace", "ace"}
    assert words(ADA, DOMAIN) == {"example.com"}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Müller-Lüdenscheidt",), {"muller", "ludenscheidt"}),
        (("Łukasz Øre",), {"lukasz", "ore"}),
        (("O’Brien",), {"obrien"}),
        (("Strauß",), {"strauss"}),
        (("\u0130pek I\u015f\u0131k",), {"ipek", "isik"}),
        (("J. R. Smith",), {"smith"}),
        (("田中 太郎",), {"田中", "太郎"}),
        (("王",), {"王"}),
        (("\uff26\uff55\uff4c\uff4c\u3000\uff37ide",), {"full", "wide"}),
        (("ada\u200blove",), {"adalove"}),
        (("रमेश",), {fold("रमेश")}),
        (("\ud800x\ud800y",), {"xy"}),
        (("<img src=x>", "'; DROP"), {"img", "src", "drop"}),
        ((), set()),
    ],
)
def test_words_are_folded(names: tuple[str, ...], found: set[str]) -> None:
    """Case, accents, apostrophes, widths and invisible characters make no difference. Single letters of long scripts have no row."""
    assert words(Findable("usr_1x", "@example.com", names), START) - {"1x"} == found


def test_a_part_that_begins_another_word_has_no_row_of_its_own() -> None:
    """`smith` of jsmith is the word smith already."""
    person = Findable("usr_1x", "jsmith@example.com", ("John Smith",))
    assert "smith" in words(person, START)
    assert "smith" not in words(person, INNER)


def test_a_person_has_a_bounded_number_of_rows() -> None:
    """The last parts of long words go first: each word keeps its beginnings, and its first parts."""
    person = Findable(
        "usr_" + "x" * 60, "m.schwarzenberger@example.com", ("Maximiliane Schwarzenberger", "von und zu Hohenlohe-Langenburg")
    )
    assert len(person.rows()) == MOST_ROWS
    assert {"aximiliane", "chwarzenberger"} <= words(person, INNER)
    assert "ger" not in words(person, INNER)
    many = Findable("usr_1x", "a@example.com", (" ".join(f"word{number}" for number in range(50)),))
    assert len(many.rows()) <= MOST_ROWS
    assert all(len(row.word) <= LONGEST_WORD for row in Findable("usr_1x", "a@b.example", ("y" * 500,)).rows())


def test_names_of_any_shape_are_taken() -> None:
    """Claims come from imports and SCIM. A name that is no text is none."""
    user = User("usr_1x", "a@example.com", claims={"name": "Ada", "given_name": 5, "family_name": None, "website": "https://x.example"})
    assert Findable.of(user).names == ("Ada",)
    assert Findable.of_image({"user_id": "usr_1x", "email": "a@example.com", "claims": {"name": "Ada"}}) == Findable.of(user)
    assert Findable.of_image({"user_id": "usr_1x", "email": "a@example.com", "claims": "x"}) == Findable("usr_1x", "a@example.com")


@pytest.mark.parametrize("image", [{}, {"user_id": "usr_1x"}, {"email": "a@example.com"}, {"user_id": 1, "email": "a@example.com"}])
def test_an_image_without_id_or_address_tells_of_no_person(image: dict[str, object]) -> None:
    assert Findable.of_image(image) is None


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("ada love", [(START, "love"), (INNER, "love")]),
        ("LOVELACE", [(START, "lovelace"), (INNER, "lovelace")]),
        ("velac", [(START, "velac"), (INNER, "velac")]),
        ("li", [(START, "li")]),
        ("太郎", [(START, "太郎"), (INNER, "太郎")]),
        ("王", [(START, "王")]),
        ("ada.lovelace@exam", [(START, "lovelace")]),
        ("x.ada", [(START, "ada")]),
        ("@example.c", [(DOMAIN, "example.c")] * SHARDS),
        ("ada @example.com", [(START, "ada"), (INNER, "ada")]),
        ("usr_AbC", [(START, "abc")]),
        ("auth0|5f7c", [(START, "5f7c")]),
        ("f47ac10b-58cc-4372-a567-0e02b2c3d479", [(START, "f47ac10b-58cc-4372-a567-0e02b2c3")]),
    ],
)
def test_the_longest_word_leads(typed: str, steps: list[tuple[str, str]]) -> None:
    """A word that begins the typed text may be an inner part of a word; one behind a dot or the like is at the begin of a word."""
    assert leads(typed) == steps


@pytest.mark.parametrize("typed", ["", " ", "a", "a b", "%", ".*", "@", "@x", "\u200b", "'", "é"])
def test_what_is_too_short_has_no_rows(typed: str) -> None:
    assert plan(typed) is None


def test_the_other_words_are_conditions() -> None:
    found = plan("ada lovelace ada.lovelace@example.com")
    assert found
    assert found.conditions == ("ada", "ada.lovelace@example.com")
    assert plan("@example.com") == Plan(
        search("@example.com"), tuple(Step(Row(DOMAIN, "example.com"), shard) for shard in range(SHARDS)), ()
    )
    most = plan(" ".join(f"w{number:02}" for number in range(60)))
    assert most
    assert len(most.conditions) <= 8


def test_a_person_is_shown_at_one_row_only() -> None:
    """The first one that the steps reach, in the order of the database."""
    person = Findable("usr_1x", "annabel@example.com", ("Anna Annabel Johanna",))
    found = plan("ann")
    assert found
    start, inner = found.steps
    assert first_word(person, start, str) == "anna"
    assert first_word(person, inner, str) is None
    assert first_word(Findable("usr_1x", "a@example.com", ("Anna Johannes",)), inner, str) is None
    assert first_word(Findable("usr_1x", "j@example.com", ("Johanna Susanna",)), inner, str) == "anna"
    assert first_word(Findable("usr_1x", "j@example.com", ("Erna",)), inner, str) is None
