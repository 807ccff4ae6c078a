"""Codes of tickets: what the mail shows is read again however it is typed, and nothing else is read as a code."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.tickets import code as codes

DIGITS = "0123456789"
stored = st.text(DIGITS, min_size=codes.LENGTH, max_size=codes.LENGTH)
noise = st.text(" \t\u00a0\u202f-\u2010\u2013\u2014", max_size=3)


@given(stored, st.lists(noise, min_size=9, max_size=9))
def test_a_code_is_read_with_any_spaces_and_dashes(code: str, between: list[str]) -> None:
    """Also as the mail shows it."""
    typed = "".join(gap + digit for gap, digit in zip(between, [*code, ""], strict=True))
    assert codes.parse(typed) == code
    assert codes.parse(codes.format_code(code)) == code


@given(st.text())
def test_any_text_is_a_code_or_none(typed: str) -> None:
    """Eight ASCII digits, or None."""
    code = codes.parse(typed)
    assert code is None or (len(code) == codes.LENGTH and set(code) <= set(DIGITS))


@given(stored, st.integers(0, 7), st.sampled_from("\u0663\uff13\u09ea\u00b2\u2460aO\x00\n."))
def test_another_character_is_not_read_as_a_digit(code: str, at: int, other: str) -> None:
    """Digits of other scripts, letters and control characters are not digits."""
    assert codes.parse(code[:at] + other + code[at + 1 :]) is None
    assert codes.parse(code[:at] + other + code[at:]) is None


@given(stored, st.integers(0, 8), st.sampled_from(DIGITS))
def test_a_digit_more_or_less_is_no_code(code: str, at: int, digit: str) -> None:
    assert codes.parse(code[:at] + digit + code[at:]) is None
    assert codes.parse(code[1:]) is None


def test_a_text_that_is_far_too_long_is_refused() -> None:
    """Also if only spaces make it long."""
    assert codes.parse("1234 5678" + " " * 60) is None


def test_new_codes_use_all_digits_in_all_places() -> None:
    """10^8 codes: a thousand hardly repeat one, and each place has each digit (each is missing with 10 × 0.9^1000)."""
    made = [codes.new() for _ in range(1000)]
    assert all(codes.parse(code) == code for code in made)
    assert all({code[place] for code in made} == set(DIGITS) for place in range(codes.LENGTH))
