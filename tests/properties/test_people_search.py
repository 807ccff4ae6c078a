"""Search of people: whatever part of a short name is typed leads to a row of the person, and no name makes more rows than the limit."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from idp.domain.people.search_plan import first_word, plan
from idp.domain.people.search_words import MOST_ROWS, Findable, head, least
from idp.domain.search_text import fold, search
from idp.store import search_keys

names = st.text(st.characters(exclude_categories=[]), max_size=30)
letters = st.text(st.sampled_from("abcdeélóßøçñ"), min_size=3, max_size=8)
ids = st.from_regex(r"usr_[A-Za-z0-9_-]{22}", fullmatch=True)


def found(person: Findable, typed: str) -> list[str]:
    """The words at which the person is shown: one for each step that shows them."""
    looked_up = plan(typed)
    assert looked_up
    if not looked_up.search.fits(*person.texts()):
        return []
    rows = person.rows()
    shown = []
    for step in looked_up.steps[:2] if looked_up.steps[0].row.place != "domain" else looked_up.steps[:1]:
        matching = [row.word for row in rows if row.place == step.row.place and row.word.startswith(step.row.word)]
        shown += [word for word in matching if word == first_word(person, step, search_keys.begin)]
    return shown


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ids, st.lists(names, max_size=6))
def test_rows_are_few_and_have_keys(user_id: str, claims: list[str]) -> None:
    person = Findable(user_id, "someone@example.com", tuple(claims))
    rows = person.rows()
    assert len(rows) <= MOST_ROWS
    for row in rows:
        assert row.word.startswith(head(row))
        assert len(search_keys.row(row, user_id).sk.encode()) <= 1024
        assert search_keys.place_of(search_keys.row(row, user_id).pk) == row.place


@given(st.data(), ids, letters, letters)
def test_each_part_of_a_name_finds_the_person_once(data: st.DataObject, user_id: str, given_name: str, family_name: str) -> None:
    """Three letters at any place, or two at the begin."""
    person = Findable(user_id, "x@example.com", (f"{given_name} {family_name}",))
    assume(len(person.rows()) < MOST_ROWS)
    word = fold(data.draw(st.sampled_from([given_name, family_name])))
    first = data.draw(st.integers(0, len(word) - 1))
    last = data.draw(st.integers(first + 1, len(word)))
    assume(last - first >= (2 if first == 0 else 3))
    assert len(found(person, word[first:last])) == 1


@given(ids, letters, letters, st.integers(2, 8), st.sampled_from([1, -1]))
def test_beginnings_of_several_words_find_the_person_once(user_id: str, one: str, other: str, size: int, order: int) -> None:
    person = Findable(user_id, "someone@example.com", (f"{one} {other}",))
    typed = [fold(one)[:size], fold(other)[:size]]
    assert len(found(person, " ".join(typed[::order]))) == 1


@given(ids, st.integers(6, 26))
def test_the_beginning_of_an_id_finds_the_person(user_id: str, size: int) -> None:
    assert len(found(Findable(user_id, "x@example.com"), user_id[:size])) == 1


@given(st.text(), ids, names)
def test_whatever_is_typed_has_an_answer(typed: str, user_id: str, name: str) -> None:
    """A plan, or none: then people are read one after the other."""
    looked_up = plan(typed)
    if looked_up is None:
        return
    assert looked_up.search == search(typed)
    assert all(len(step.row.word) >= (1 if step.row.word[:1] >= "⺀" else least(step.row)) for step in looked_up.steps)
    assert len(found(Findable(user_id, "x@example.com", (name,)), typed)) <= 1
