"""User codes (RFC 8628 §6.1): a displayed code is accepted in any spelling, and no other text is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.requests import user_code

codes = st.text(user_code.ALPHABET, min_size=user_code.LENGTH, max_size=user_code.LENGTH)
noise = st.text(" -_.:\t", max_size=2)


@given(codes, st.lists(st.booleans(), min_size=8, max_size=8), st.lists(noise, min_size=9, max_size=9))
def test_a_code_is_read_however_it_is_typed(code: str, lower: list[bool], between: list[str]) -> None:
    """In any case, with any punctuation, in groups or not."""
    letters = [letter.lower() if small else letter for letter, small in zip(code, lower, strict=True)]
    typed = "".join(gap + letter for gap, letter in zip(between, [*letters, ""], strict=True))
    assert user_code.parse(typed) == code
    assert user_code.parse(user_code.format_code(code)) == code


@given(st.text())
def test_whatever_is_typed_has_an_answer(typed: str) -> None:
    """The result is a code of the alphabet, or None."""
    code = user_code.parse(typed)
    assert code is None or (len(code) == user_code.LENGTH and set(code) <= set(user_code.ALPHABET))


@given(codes, st.sampled_from("AEIOUY0123456789"), st.integers(0, 7))
def test_a_letter_outside_the_alphabet_is_not_passed_over(code: str, other: str, at: int) -> None:
    """Nine characters, or eight with one outside the alphabet, are not a code."""
    assert user_code.parse(code[:at] + other + code[at:]) is None
    assert user_code.parse(code[:at] + other + code[at + 1 :]) is None


def test_codes_are_from_the_whole_alphabet() -> None:
    """20^8: a thousand codes differ, and each letter occurs (the chance that one does not is at most 20 × (19/20)^8000)."""
    made = [user_code.new() for _ in range(1000)]
    assert len(set(made)) == len(made)
    assert set("".join(made)) == set(user_code.ALPHABET)
